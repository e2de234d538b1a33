import { createHash } from 'node:crypto';
import { S3 } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { startTestRuntime } from '../../testing/test-runtime.ts';

const OBJECTS = 1000;
const AT_ONCE = 32;
const LARGEST = 20_000_000;

/** From nothing to the largest, every size class alike; the same at every run. */
function sizeOf(index: number): number {
  if (index % 50 === 0) return 0;
  if (index % 199 === 0) return LARGEST;
  const share = createHash('sha256').update(`size ${index}`).digest().readUInt32BE() / 2 ** 32;
  return Math.floor(LARGEST ** share);
}

/** Bytes that tell their object: its number, repeated. */
const bodyOf = (index: number) => Buffer.alloc(sizeOf(index), `object ${index} `);

test('a thousand objects of 0 B to 20 MB, 32 at once, come back byte for byte', async () => {
  await using runtime = await startTestRuntime();
  const s3 = new S3({ ...runtime.clientConfig, maxAttempts: 1 });
  const Bucket = 'load';
  await s3.createBucket({ Bucket });
  const wrong: string[] = [];
  let next = 0;
  const worker = async () => {
    while (next < OBJECTS) {
      const index = next++;
      const Key = `folder-${index % 7}/object-${index}`;
      const body = bodyOf(index);
      const { ETag } = await s3.putObject({ Bucket, Key, Body: body });
      const back = await (await s3.getObject({ Bucket, Key })).Body!.transformToByteArray();
      const md5 = createHash('md5').update(body).digest('hex');
      if (ETag !== `"${md5}"` || !body.equals(back)) wrong.push(Key);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  expect(wrong).toEqual([]);
  const { Contents = [], IsTruncated } = await s3.listObjectsV2({ Bucket });
  expect([Contents.length, IsTruncated]).toEqual([OBJECTS, false]);
  const sizes = new Map(Contents.map(({ Key, Size }) => [Key, Size]));
  for (let index = 0; index < OBJECTS; index++) {
    expect(sizes.get(`folder-${index % 7}/object-${index}`)).toBe(sizeOf(index));
  }
}, 300_000);
