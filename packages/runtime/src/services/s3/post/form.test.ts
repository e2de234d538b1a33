import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readForm } from './form.ts';

const BOUNDARY = '--xyz';

function formOf(fields: Readonly<Record<string, string>>, file: Buffer): Buffer {
  const part = (head: string) =>
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`);
  const parts = Object.entries(fields).map(([name, value]) =>
    Buffer.concat([part(`name="${name}"`), Buffer.from(`${value}\r\n`)]),
  );
  const last = Buffer.concat([part('name="file"; filename="a.bin"\r\nContent-Type: text/x'), file]);
  return Buffer.concat([...parts, last, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
}

/** The same bytes in pieces of the given sizes, over and over. */
function inPieces(bytes: Buffer, sizes: readonly number[]): Readable {
  const pieces: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return Readable.from(pieces);
}

test('a form is read alike however the network cuts it', async () => {
  // Pieces of what ends a part, so that contents come close to it.
  const piece = fc.constantFrom('\r', '\n', '-', '--', '\r\n', `\r\n--`, '--xy', `--${BOUNDARY}`, 'a', 'ü');
  const content = fc
    .array(piece, { maxLength: 12 })
    .map((pieces) => pieces.join(''))
    .filter((text) => !`\r\n${text}\r\n`.includes(`\r\n--${BOUNDARY}`));
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(content, content, sizes, async (value, text, cuts) => {
      const bytes = formOf({ Key: value, other: 'x' }, Buffer.from(text));
      const form = await readForm(`multipart/form-data; boundary=${BOUNDARY}`, inPieces(bytes, cuts));
      expect([...form.fields]).toEqual([
        ['key', value],
        ['other', 'x'],
      ]);
      expect(form.fileName).toBe('a.bin');
      expect((await buffer(form.file)).toString()).toBe(text);
    }),
  );
});

test('forms that are none', async () => {
  const read = (type: string, text: string) => readForm(type, Readable.from([Buffer.from(text)]));
  const type = 'multipart/form-data; boundary=b';
  await expect(read('multipart/form-data', '')).rejects.toMatchObject({ code: 'MalformedPOSTRequest' });
  await expect(read(type, 'no form')).rejects.toMatchObject({ code: 'MalformedPOSTRequest' });
  await expect(read(type, '--b\r\ncut')).rejects.toMatchObject({ code: 'MalformedPOSTRequest' });
  await expect(read(type, '--b--\r\n')).rejects.toMatchObject({
    code: 'InvalidArgument',
    message: 'POST requires exactly one file upload per request.',
  });
});
