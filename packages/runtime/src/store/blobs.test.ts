import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { blobId } from './blob-path.ts';
import { Blobs } from './blobs.ts';
import { createIds } from './ids.ts';

let root: string;
let blobs: Blobs;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-blobs-'));
  blobs = new Blobs(root, createIds());
});
afterEach(() => rmSync(root, { recursive: true }));

async function write(segments: string[], pieces: Uint8Array[]): Promise<string> {
  const { path, writer } = blobs.create(segments);
  for (const piece of pieces) await writer.write(piece);
  await writer.finish();
  return path;
}

function files(folder = root): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

test.each([
  ['nothing', []],
  ['a small blob', [Buffer.from('small')]],
  ['a large blob in pieces', Array.from({ length: 40 }, (_, i) => Buffer.alloc(50_000, i))],
])('%s is a plain file with exactly the bytes written', async (_, pieces) => {
  const path = await write(['bucket', 'deep', 'er', 'data.csv'], pieces);
  const content = Buffer.concat(pieces);
  expect(path).toMatch(/^bucket\/deep\/er\/data~[a-z2-7]{12}\.csv$/);
  expect(readFileSync(join(root, path)).equals(content)).toBe(true);
  const copy = await blobs.copy(path, ['other', 'copy']);
  const open = blobs.open(copy, content.length);
  expect(open.bytes(0, content.length)).toEqual(content);
  open.close();
});

test('a blob that was opened stays readable after its removal, and its folders go', async () => {
  const path = await write(['bucket', 'a', 'b', 'c.txt'], [Buffer.from('0123456789')]);
  const open = blobs.open(path, 10);
  blobs.remove(path);
  await blobs.settle();
  expect(readdirSync(root)).toEqual(['.incoming', 'bucket']);
  expect(readdirSync(join(root, 'bucket'))).toEqual([]);
  expect((await buffer(open.stream(2, 5))).toString()).toBe('23456');
});

test('a blob given up leaves nothing', async () => {
  const { writer } = blobs.create(['bucket', 'x']);
  await writer.write(Buffer.alloc(300_000));
  expect(files()).toHaveLength(1);
  await writer.discard();
  expect(files()).toEqual([]);
});

test('writing into a folder that is removed at the same time works', async () => {
  const one = async () => blobs.remove(await write(['bucket', 'shared', 'folder', 'x'], [Buffer.from('x')]));
  await Promise.all(Array.from({ length: 100 }, one));
  await blobs.settle();
  expect(files()).toEqual([]);
});

test('what a crash left is swept: unfinished writes at once, files without rows by asking for rows', async () => {
  const kept = await write(['bucket', 'kept'], [Buffer.from('kept')]);
  const orphan = await write(['bucket', 'sub', 'orphan'], [Buffer.from('orphan')]);
  writeFileSync(join(root, '.incoming', 'half'), 'half');
  blobs = new Blobs(root, createIds());
  expect(existsSync(join(root, '.incoming', 'half'))).toBe(false);
  const known = (id: string) => id === blobId(kept);
  expect(await blobs.sweep(known, 0)).toBe(0);
  expect(await blobs.sweep(known, Date.now() + 60_000)).toBe(1);
  expect(existsSync(join(root, kept))).toBe(true);
  expect(existsSync(join(root, orphan))).toBe(false);
});

test('a file that somebody took away or cut short is an error that names it', async () => {
  expect(() => blobs.open('bucket/gone~aaaaaaaaaaaa', 1)).toThrow(/bucket\/gone~aaaaaaaaaaaa is gone/);
  const path = await write(['bucket', 'cut'], [Buffer.from('0123456789')]);
  truncateSync(join(root, path), 9);
  expect(() => blobs.open(path, 10)).toThrow(`${path} is shorter than what was written to it`);
});
