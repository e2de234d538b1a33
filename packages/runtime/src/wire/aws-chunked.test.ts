import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { type Trailers, unwrapAwsChunked } from './aws-chunked.ts';

async function unwrap(framed: string, pieces: number) {
  const bytes = Buffer.from(framed, 'latin1');
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieces) chunks.push(bytes.subarray(at, at + pieces));
  const trailers: Trailers = {};
  const content: Buffer[] = [];
  for await (const chunk of unwrapAwsChunked(Readable.from(chunks), trailers)) content.push(chunk as Buffer);
  return { content: Buffer.concat(content).toString('latin1'), trailers };
}

const SIGNED =
  '5;chunk-signature=ab\r\nhello\r\n6;chunk-signature=cd\r\n world\r\n0;chunk-signature=ef\r\n\r\n';
const TRAILED = '3\r\na\r\n\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n';

test.each([1, 2, 3, 7, 1000])(
  'framing is taken off whatever the network cuts (%i bytes at a time)',
  async (pieces) => {
    expect((await unwrap(SIGNED, pieces)).content).toBe('hello world');
    expect(await unwrap(TRAILED, pieces)).toEqual({
      content: 'a\r\n',
      trailers: { 'x-amz-checksum-crc32': 'AAAA' },
    });
  },
);

test('a body that ends early or has no framing is an error, never a shorter object', async () => {
  await expect(unwrap('5\r\nhel', 2)).rejects.toMatchObject({ code: 'IncompleteBody' });
  await expect(unwrap('5\r\nhello\r\n', 3)).rejects.toMatchObject({ code: 'IncompleteBody' });
  await expect(unwrap('plain text without framing\r\n', 100)).rejects.toMatchObject({
    code: 'InvalidChunkSizeError',
  });
});
