import { posix } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blobId, blobPath } from './blob-path.ts';

const ID = 'k3jx5w2mnq7a';
const path = (key: string) => blobPath(['bucket', ...key.split('/')], ID);

test.each([
  ['forecast/20261121.csv', 'bucket/forecast/20261121~k3jx5w2mnq7a.csv'],
  ['raw', 'bucket/raw~k3jx5w2mnq7a'],
  ['2026-11-21T10:00:00Z/übung 1.tar.gz', 'bucket/2026-11-21T10:00:00Z/übung 1.tar~k3jx5w2mnq7a.gz'],
  ['folder/', 'bucket/folder/~k3jx5w2mnq7a'],
  ['.bashrc', 'bucket/.bashrc~k3jx5w2mnq7a'],
  ['..', 'bucket/%2E%2E~k3jx5w2mnq7a'],
  ['../../etc/passwd', 'bucket/%2E%2E/%2E%2E/etc/passwd~k3jx5w2mnq7a'],
  ['//a', 'bucket/%/%/a~k3jx5w2mnq7a'],
  ['a\u0000b\nc', 'bucket/a%00b%0ac~k3jx5w2mnq7a'],
  ['a~k3jx5w2mnq7a/b', 'bucket/a%7ek3jx5w2mnq7a/b~k3jx5w2mnq7a'],
])('%j becomes %s', (key, expected) => {
  expect(path(key)).toBe(expected);
});

test('every key gets a path that stays in its bucket and that file systems take', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('/', '..', '.', '~', 'ü'.repeat(300)),
  );
  const key = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(key, (text) => {
      const found = path(text);
      expect(posix.normalize(found)).toBe(found);
      expect(found.startsWith('bucket/')).toBe(true);
      for (const part of found.split('/')) {
        expect(Buffer.byteLength(part)).toBeLessThanOrEqual(255);
        expect(part).not.toMatch(/^$|^\.+$|[\p{Cc}\\]/u);
      }
      expect(Buffer.byteLength(found)).toBeLessThanOrEqual(2048);
      expect(blobId(found)).toBe(ID);
      // Folders never look like files, so neither gets in the other's way.
      expect(posix.dirname(found)).not.toContain('~');
    }),
  );
});
