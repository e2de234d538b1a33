import { type ListObjectsV2CommandOutput, S3 } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';

let runtime: TestRuntime;
let s3: S3;

beforeAll(async () => {
  runtime = await startTestRuntime();
  s3 = new S3(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

async function bucketWith(name: string, keys: readonly string[]): Promise<string> {
  await s3.createBucket({ Bucket: name });
  await Promise.all(keys.map((Key) => s3.putObject({ Bucket: name, Key, Body: Key })));
  return name;
}

interface Question {
  readonly Prefix?: string | undefined;
  readonly Delimiter?: string | undefined;
  readonly StartAfter?: string | undefined;
}

/** What a listing has to give, computed from all keys at once. */
function expectedListing(keys: readonly string[], { Prefix = '', Delimiter, StartAfter = '' }: Question) {
  const bytes = (text: string) => Buffer.from(text);
  const names = new Set<string>();
  for (const key of keys) {
    if (!key.startsWith(Prefix)) continue;
    const at = Delimiter ? key.indexOf(Delimiter, Prefix.length) : -1;
    const name = at < 0 ? key : key.slice(0, at + Delimiter!.length);
    const group = at >= 0;
    // A group counts as behind where its own name is, or where the start lies in front of all of it.
    if (Buffer.compare(bytes(group ? name : key), bytes(StartAfter)) <= 0) continue;
    if (group && StartAfter.startsWith(name)) continue;
    names.add(name);
  }
  return [...names].sort((a, b) => Buffer.compare(bytes(a), bytes(b)));
}

function decode(text: string | undefined): string {
  return decodeURIComponent((text ?? '').replaceAll('+', ' '));
}

/** All pages of a listing: names of objects and groups in their order. */
async function listed(Bucket: string, question: Question, MaxKeys: number): Promise<string[]> {
  const names: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page: ListObjectsV2CommandOutput = await s3.listObjectsV2({
      Bucket,
      MaxKeys,
      ContinuationToken,
      EncodingType: 'url',
      ...question,
    });
    const objects = (page.Contents ?? []).map(({ Key }) => decode(Key));
    const groups = (page.CommonPrefixes ?? []).map(({ Prefix }) => decode(Prefix));
    expect(page.KeyCount).toBe(objects.length + groups.length);
    expect(page.KeyCount).toBeLessThanOrEqual(MaxKeys);
    // Only the last page may be short.
    expect(page.IsTruncated ? page.KeyCount : MaxKeys).toBe(MaxKeys);
    names.push(...[...objects, ...groups].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return names;
}

test('listings with prefix, delimiter, start and pages are those of a simple model', async () => {
  const part = fc.constantFrom('a', 'b', 'ab', '/', '//', 'é', '\u{10ffff}', '\u{1f600}', '\ue000', '0', ' ');
  const text = fc.array(part, { maxLength: 4 }).map((parts) => parts.join(''));
  const key = text.filter((value) => value !== '');
  let round = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(key, { minLength: 1, maxLength: 25 }),
      fc.array(
        fc.record({
          question: fc.record({
            Prefix: fc.option(text, { nil: undefined }),
            Delimiter: fc.option(fc.constantFrom('/', '//', 'b', 'é'), { nil: undefined }),
            StartAfter: fc.option(key, { nil: undefined }),
          }),
          size: fc.integer({ min: 1, max: 8 }),
        }),
        { minLength: 1, maxLength: 6 },
      ),
      async (keys, questions) => {
        const bucket = await bucketWith(`model-${round++}`, keys);
        for (const { question, size } of questions) {
          expect(await listed(bucket, question, size)).toEqual(expectedListing(keys, question));
        }
      },
    ),
    { numRuns: 25 },
  );
});

test('version 1 goes on behind a marker, which a delimiter makes it name', async () => {
  const Bucket = await bucketWith('version-1', ['a/1', 'a/2', 'b', 'c/1', 'd']);
  const first = await s3.listObjects({ Bucket, Delimiter: '/', MaxKeys: 1 });
  expect(first).toMatchObject({
    IsTruncated: true,
    NextMarker: 'a/',
    Marker: '',
    CommonPrefixes: [{ Prefix: 'a/' }],
  });
  const second = await s3.listObjects({ Bucket, Delimiter: '/', MaxKeys: 2, Marker: first.NextMarker });
  expect(second.Contents!.map(({ Key }) => Key)).toEqual(['b']);
  expect(second.CommonPrefixes).toEqual([{ Prefix: 'c/' }]);
  const plain = await s3.listObjects({ Bucket, MaxKeys: 2 });
  expect([plain.IsTruncated, plain.NextMarker]).toEqual([true, undefined]);
  const rest = await s3.listObjects({ Bucket, Marker: plain.Contents!.at(-1)!.Key });
  expect(rest.Contents!.map(({ Key }) => Key)).toEqual(['b', 'c/1', 'd']);
});

test('objects are listed with what S3 tells of them', async () => {
  const Bucket = await bucketWith('told', ['k']);
  const { Contents, Name, MaxKeys } = await s3.listObjectsV2({ Bucket, FetchOwner: true });
  expect([Name, MaxKeys]).toEqual(['told', 1000]);
  expect(Contents).toEqual([
    {
      Key: 'k',
      LastModified: expect.any(Date),
      ETag: '"8ce4b16b22b58894aa86c421e8759df3"',
      ChecksumAlgorithm: ['CRC32'],
      ChecksumType: 'FULL_OBJECT',
      Size: 1,
      StorageClass: 'STANDARD',
      Owner: { DisplayName: expect.any(String), ID: expect.stringMatching(/^[0-9a-f]{64}$/) },
    },
  ]);
  expect((await s3.listObjectsV2({ Bucket })).Contents![0]!.Owner).toBeUndefined();
});

test('a page has at most 1,000 keys, and may have none', async () => {
  const keys = Array.from({ length: 1001 }, (_, index) => `k${String(index).padStart(4, '0')}`);
  const Bucket = await bucketWith('many', keys);
  const page = await s3.listObjectsV2({ Bucket, MaxKeys: 5000 });
  expect([page.KeyCount, page.MaxKeys, page.IsTruncated]).toEqual([1000, 1000, true]);
  const none = await s3.listObjectsV2({ Bucket, MaxKeys: 0 });
  expect([none.KeyCount, none.IsTruncated]).toEqual([0, false]);
});

test('keys are written as the client asks', async () => {
  const Bucket = await bucketWith('encoded', ['a b+c/ü&<d>*']);
  const { Contents, EncodingType } = await s3.listObjectsV2({ Bucket, EncodingType: 'url' });
  expect([Contents![0]!.Key, EncodingType]).toEqual(['a+b%2Bc/%C3%BC%26%3Cd%3E*', 'url']);
  expect((await s3.listObjectsV2({ Bucket })).Contents![0]!.Key).toBe('a b+c/ü&<d>*');
});

test.each([
  ['max-keys=-1', 'Argument maxKeys must be an integer between 0 and 2147483647'],
  ['max-keys=x', 'Provided max-keys not an integer or within integer range'],
  ['max-keys=99999999999', 'Provided max-keys not an integer or within integer range'],
  ['encoding-type=base64', 'Invalid Encoding Method specified in Request'],
  ['continuation-token=', 'The continuation token provided is incorrect'],
  ['continuation-token=made-up', 'The continuation token provided is incorrect'],
])('the parameter %s is refused', async (parameter, message) => {
  await s3.createBucket({ Bucket: 'strict' });
  const answer = await fetch(`${runtime.endpoint}/strict?list-type=2&${parameter}`);
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain(`<Message>${message}</Message>`);
});

test('uploads under way are listed by key and age, in pages and groups', async () => {
  const Bucket = await bucketWith('under-way', []);
  const begin = async (Key: string) => (await s3.createMultipartUpload({ Bucket, Key })).UploadId;
  const ids = { b1: await begin('b'), a: await begin('a'), b2: await begin('b'), dir: await begin('dir/x') };
  const page = await s3.listMultipartUploads({ Bucket, MaxUploads: 2 });
  expect(page.Uploads!.map(({ UploadId }) => UploadId)).toEqual([ids.a, ids.b1]);
  const rest = await s3.listMultipartUploads({
    Bucket,
    Delimiter: '/',
    KeyMarker: page.NextKeyMarker,
    UploadIdMarker: page.NextUploadIdMarker,
  });
  expect(rest.Uploads!.map(({ UploadId }) => UploadId)).toEqual([ids.b2]);
  expect(rest.CommonPrefixes).toEqual([{ Prefix: 'dir/' }]);
});
