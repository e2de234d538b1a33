import { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';

const Bucket = 'conditions';
const HOUR_MS = 3600_000;

let runtime: TestRuntime;
let s3: S3;

beforeAll(async () => {
  runtime = await startTestRuntime();
  s3 = new S3(runtime.clientConfig);
  await s3.createBucket({ Bucket });
  await s3.putObject({ Bucket, Key: 'digits', Body: '0123456789' });
});
afterAll(() => runtime[Symbol.asyncDispose]());

test('reads have conditions on ETag and time, of which the ETag decides', async () => {
  const { ETag, LastModified } = await s3.headObject({ Bucket, Key: 'digits' });
  const earlier = new Date(LastModified!.getTime() - HOUR_MS);
  const later = new Date(LastModified!.getTime() + HOUR_MS);
  const status = async (conditions: object) => {
    const answers = [
      await s3.getObject({ Bucket, Key: 'digits', ...conditions }).catch((error: unknown) => error),
      await s3.headObject({ Bucket, Key: 'digits', ...conditions }).catch((error: unknown) => error),
    ] as { $metadata: { httpStatusCode: number } }[];
    const [get, head] = answers.map(({ $metadata }) => $metadata.httpStatusCode);
    expect(head).toBe(get);
    return get;
  };
  const table: [conditions: object, expected: number][] = [
    [{ IfMatch: ETag }, 200],
    [{ IfMatch: ETag!.replaceAll('"', '') }, 200],
    [{ IfMatch: '*' }, 200],
    [{ IfMatch: '"other"' }, 412],
    [{ IfNoneMatch: '"other"' }, 200],
    [{ IfNoneMatch: `"other", ${ETag}` }, 304],
    [{ IfNoneMatch: ETag }, 304],
    [{ IfModifiedSince: earlier }, 200],
    [{ IfModifiedSince: LastModified }, 304],
    // A time to come is no condition.
    [{ IfModifiedSince: later }, 200],
    [{ IfUnmodifiedSince: LastModified }, 200],
    [{ IfUnmodifiedSince: earlier }, 412],
    [{ IfMatch: ETag, IfUnmodifiedSince: earlier }, 200],
    [{ IfNoneMatch: ETag, IfModifiedSince: earlier }, 304],
    [{ IfNoneMatch: '"other"', IfModifiedSince: LastModified }, 200],
    [{ IfMatch: ETag, IfNoneMatch: ETag }, 304],
  ];
  for (const [conditions, expected] of table) {
    expect([conditions, await status(conditions)]).toEqual([conditions, expected]);
  }
});

test('304 and 412 as AWS answers them', async () => {
  const address = `${runtime.endpoint}/${Bucket}/digits`;
  const { ETag } = await s3.headObject({ Bucket, Key: 'digits' });
  const unchanged = await fetch(address, { headers: { 'if-none-match': ETag! } });
  expect([unchanged.status, await unchanged.text(), unchanged.headers.get('etag')]).toEqual([304, '', ETag]);
  const failed = await fetch(address, { headers: { 'if-match': '"other"' } });
  expect(failed.status).toBe(412);
  expect(await failed.text()).toContain('<Condition>If-Match</Condition>');
});

test.each([
  ['bytes=0-3', '0123', 'bytes 0-3/10'],
  ['bytes=4-', '456789', 'bytes 4-9/10'],
  ['bytes=-2', '89', 'bytes 8-9/10'],
  ['bytes=8-100', '89', 'bytes 8-9/10'],
  ['bytes=-100', '0123456789', 'bytes 0-9/10'],
  ['bytes=0-0', '0', 'bytes 0-0/10'],
  // Malformed ranges, and several at once, give the whole object.
  ['bytes=3-1', '0123456789', undefined],
  ['bytes=0-1,3-4', '0123456789', undefined],
  ['lines=1-2', '0123456789', undefined],
  ['bytes=-', '0123456789', undefined],
])('the range %s', async (Range, expected, ContentRange) => {
  const got = await s3.getObject({ Bucket, Key: 'digits', Range });
  expect(await got.Body!.transformToString()).toBe(expected);
  expect(got.ContentRange).toBe(ContentRange);
  expect(got.$metadata.httpStatusCode).toBe(ContentRange ? 206 : 200);
  const head = await s3.headObject({ Bucket, Key: 'digits', Range });
  expect(head.ContentLength).toBe(expected.length);
});

test.each(['bytes=10-', 'bytes=100-200', 'bytes=-0'])('the range %s cannot be satisfied', async (Range) => {
  await expect(s3.getObject({ Bucket, Key: 'digits', Range })).rejects.toMatchObject({
    name: 'InvalidRange',
    ActualObjectSize: '10',
    RangeRequested: Range,
    $metadata: { httpStatusCode: 416 },
  });
});

test('ranges of an object that is streamed', async () => {
  const bytes = Buffer.alloc(1_000_000, 'streamed content ');
  await s3.putObject({ Bucket, Key: 'large', Body: bytes });
  const { Body } = await s3.getObject({ Bucket, Key: 'large', Range: 'bytes=123456-876543' });
  expect(bytes.subarray(123_456, 876_544).equals(await Body!.transformToByteArray())).toBe(true);
});

test('a write may demand that the key is new', async () => {
  await s3.putObject({ Bucket, Key: 'new', Body: '1', IfNoneMatch: '*' });
  await expect(s3.putObject({ Bucket, Key: 'new', Body: '2', IfNoneMatch: '*' })).rejects.toMatchObject({
    name: 'PreconditionFailed',
    Condition: 'If-None-Match',
    $metadata: { httpStatusCode: 412 },
  });
  await expect(s3.putObject({ Bucket, Key: 'new', Body: '2', IfNoneMatch: '"x"' })).rejects.toMatchObject({
    name: 'NotImplemented',
    Header: 'If-None-Match',
  });
});

test('of many writers of a new key exactly one succeeds', async () => {
  for (let round = 0; round < 5; round++) {
    const Key = `race/${round}`;
    const results = await Promise.allSettled(
      Array.from({ length: 24 }, (_, index) =>
        s3.putObject({ Bucket, Key, Body: `writer ${index}`, IfNoneMatch: '*' }),
      ),
    );
    const winners = results.flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []));
    expect(winners).toHaveLength(1);
    const { Body } = await s3.getObject({ Bucket, Key });
    expect(await Body!.transformToString()).toBe(`writer ${winners[0]}`);
  }
});

test('a write may demand the object that the writer has read', async () => {
  const { ETag } = await s3.putObject({ Bucket, Key: 'guarded', Body: '1' });
  const results = await Promise.allSettled(
    ['a', 'b', 'c', 'd'].map((Body) => s3.putObject({ Bucket, Key: 'guarded', Body, IfMatch: ETag })),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await expect(s3.putObject({ Bucket, Key: 'absent', Body: '1', IfMatch: ETag })).rejects.toMatchObject({
    name: 'NoSuchKey',
  });
});

test('a deletion may demand the object that the caller knows', async () => {
  const { ETag } = await s3.putObject({ Bucket, Key: 'goes', Body: '1' });
  await expect(s3.deleteObject({ Bucket, Key: 'goes', IfMatch: '"other"' })).rejects.toMatchObject({
    name: 'PreconditionFailed',
  });
  const batch = await s3.deleteObjects({
    Bucket,
    Delete: { Objects: [{ Key: 'goes', ETag: '"other"' }] },
  });
  expect(batch.Errors).toMatchObject([{ Key: 'goes', Code: 'PreconditionFailed' }]);
  await s3.deleteObject({ Bucket, Key: 'goes', IfMatch: ETag });
  await expect(s3.headObject({ Bucket, Key: 'goes' })).rejects.toMatchObject({ name: 'NotFound' });
});
