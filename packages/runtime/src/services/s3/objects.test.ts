import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';

const Bucket = 'objects';

let runtime: TestRuntime;
let s3: S3;

beforeAll(async () => {
  runtime = await startTestRuntime();
  s3 = new S3(runtime.clientConfig);
  await s3.createBucket({ Bucket });
});
afterAll(() => runtime[Symbol.asyncDispose]());

async function textOf(Key: string, VersionId?: string): Promise<string> {
  return (await s3.getObject({ Bucket, Key, VersionId })).Body!.transformToString();
}

test('an object comes back as it was put, with what AWS answers of it', async () => {
  const put = await s3.putObject({ Bucket, Key: 'greeting.txt', Body: 'hello' });
  expect(put).toMatchObject({
    ETag: '"5d41402abc4b2a76b9719d911017c592"',
    ServerSideEncryption: 'AES256',
    ChecksumType: 'FULL_OBJECT',
  });
  expect(put.VersionId).toBeUndefined();
  const got = await s3.getObject({ Bucket, Key: 'greeting.txt' });
  expect(got).toMatchObject({
    ETag: put.ETag,
    ContentLength: 5,
    ContentType: 'application/octet-stream',
    AcceptRanges: 'bytes',
    ServerSideEncryption: 'AES256',
    Metadata: {},
  });
  expect(got.StorageClass).toBeUndefined();
  expect(got.LastModified!.getMilliseconds()).toBe(0);
  expect(await got.Body!.transformToString()).toBe('hello');
  const head = await s3.headObject({ Bucket, Key: 'greeting.txt' });
  expect(head).toMatchObject({ ETag: put.ETag, ContentLength: 5 });
});

test('an object without a type gets S3’s own', async () => {
  const answer = await fetch(`${runtime.endpoint}/${Bucket}/typeless`, {
    method: 'PUT',
    body: new Uint8Array([1]),
  });
  expect(answer.status).toBe(200);
  expect((await s3.headObject({ Bucket, Key: 'typeless' })).ContentType).toBe('binary/octet-stream');
});

test.each([
  'a/../b',
  '../../etc/passwd',
  '..',
  '.',
  '//two//slashes//',
  '/leading',
  'folder/',
  'ü/日本語/🙂',
  'a b+c%20d&e=f?g#h',
  `long/${'ä'.repeat(509)}x`,
  'a'.repeat(1024),
  'quote"and\'and<tag>&amp;',
  'back\\slash~tilde',
  'tab\tand\nline',
  'CON',
  'nul\u0000byte',
  '.incoming/x',
])('the key %j is kept exactly', async (Key) => {
  await s3.putObject({ Bucket, Key, Body: `content of ${Key}` });
  expect(await textOf(Key)).toBe(`content of ${Key}`);
  const { Contents } = await s3.listObjectsV2({ Bucket, Prefix: Key, EncodingType: 'url' });
  const keys = Contents!.map((object) => decodeURIComponent(object.Key!.replaceAll('+', ' ')));
  expect(keys).toContain(Key);
  const { CopyObjectResult } = await s3.copyObject({
    Bucket: Bucket,
    Key: `copy of it`,
    CopySource: `${Bucket}/${encodeURIComponent(Key)}`,
  });
  expect(CopyObjectResult?.ETag).toBe((await s3.headObject({ Bucket, Key })).ETag);
  await s3.deleteObject({ Bucket, Key });
  await expect(s3.getObject({ Bucket, Key })).rejects.toMatchObject({ name: 'NoSuchKey', Key });
});

test('keys that differ in case only, or of which one is a folder of the other, are different', async () => {
  const keys = ['case/key', 'case/KEY', 'case/key/inner', 'case/key/'];
  for (const Key of keys) await s3.putObject({ Bucket, Key, Body: Key });
  for (const Key of keys) expect(await textOf(Key)).toBe(Key);
});

test('a key may have 1,024 bytes and no more', async () => {
  await expect(s3.putObject({ Bucket, Key: 'ä'.repeat(513), Body: '' })).rejects.toMatchObject({
    name: 'KeyTooLongError',
    MaxSizeAllowed: '1024',
    Size: '1026',
  });
});

test('objects are plain files with readable names, also when they are written again', async () => {
  await s3.putObject({ Bucket, Key: 'sales/2026/data.csv', Body: 'first' });
  await s3.putObject({ Bucket, Key: 'sales/2026/data.csv', Body: 'second' });
  const folder = join(runtime.config.stateFolder, 'objects', Bucket, 'sales', '2026');
  await expect.poll(() => readdirSync(folder)).toHaveLength(1);
  expect(readdirSync(folder)[0]).toMatch(/^data~[a-z2-7]{12}\.csv$/);
  await s3.deleteObject({ Bucket, Key: 'sales/2026/data.csv' });
  await expect
    .poll(() => readdirSync(join(runtime.config.stateFolder, 'objects', Bucket)))
    .not.toContain('sales');
});

test('metadata and headers are kept and given back', async () => {
  const headers = {
    ContentType: 'text/csv',
    CacheControl: 'max-age=60',
    ContentDisposition: 'attachment; filename="x.csv"',
    ContentEncoding: 'gzip',
    ContentLanguage: 'de',
    ExpiresString: 'Thu, 01 Jan 2032 00:00:00 GMT',
    Metadata: { owner: 'ml', 'with-dash': 'a  b' },
    StorageClass: 'STANDARD_IA',
    WebsiteRedirectLocation: '/other',
  } as const;
  const { ExpiresString, ...input } = headers;
  await s3.putObject({ Bucket, Key: 'headers', Body: 'x', Expires: new Date(ExpiresString), ...input });
  expect(await s3.headObject({ Bucket, Key: 'headers' })).toMatchObject(headers);
});

test('a request may ask for other headers in the answer', async () => {
  await s3.putObject({ Bucket, Key: 'overrides', Body: 'x', ContentType: 'text/plain' });
  const answer = await s3.getObject({
    Bucket,
    Key: 'overrides',
    ResponseContentType: 'text/csv',
    ResponseCacheControl: 'no-cache',
    ResponseContentDisposition: 'inline',
    ResponseContentEncoding: 'br',
    ResponseContentLanguage: 'fr',
    ResponseExpires: new Date('2032-01-01T00:00:00Z'),
  });
  expect(answer).toMatchObject({
    ContentType: 'text/csv',
    CacheControl: 'no-cache',
    ContentDisposition: 'inline',
    ContentEncoding: 'br',
    ContentLanguage: 'fr',
    ExpiresString: 'Thu, 01 Jan 2032 00:00:00 GMT',
  });
});

test('metadata beyond ASCII is answered encoded, as AWS documents it', async () => {
  const address = `${runtime.endpoint}/${Bucket}/words`;
  const put = (value: string) =>
    fetch(address, { method: 'PUT', headers: { 'x-amz-meta-word': value }, body: '' });
  await put(Buffer.from('ÄMÄZÕÑ S3').toString('latin1'));
  const head = await fetch(address, { method: 'HEAD' });
  expect(head.headers.get('x-amz-meta-word')).toBe('=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?=');
  for (const encoded of ['=?UTF-8?B?5pel5pys?=', '=?UTF-8?Q?=E6=97=A5=E6=9C=AC?=']) {
    await put(encoded);
    const got = await fetch(address);
    expect(got.headers.get('x-amz-meta-word')).toBe('=?UTF-8?B?5pel5pys?=');
  }
  const disposition = encodeURIComponent('attachment; filename="日本"');
  const refused = await fetch(`${address}?response-content-disposition=${disposition}`);
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('Header value cannot be represented using ISO-8859-1.');
});

test('metadata has a limit', async () => {
  const Metadata = { long: 'x'.repeat(2045) };
  await expect(s3.putObject({ Bucket, Key: 'much', Body: '', Metadata })).rejects.toMatchObject({
    name: 'MetadataTooLarge',
    MaxSizeAllowed: '2048',
  });
});

test('faults name the key, the bucket and the resource', async () => {
  const answer = await fetch(`${runtime.endpoint}/${Bucket}/not-there`);
  expect(answer.status).toBe(404);
  expect(answer.headers.get('content-type')).toBe('application/xml');
  const text = await answer.text();
  expect(text).toContain('<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>');
  expect(text).toContain('<Key>not-there</Key>');
  expect(text).toContain(`<RequestId>${answer.headers.get('x-amz-request-id')}</RequestId>`);
  await expect(s3.getObject({ Bucket: 'nowhere', Key: 'k' })).rejects.toMatchObject({
    name: 'NoSuchBucket',
    BucketName: 'nowhere',
  });
});

test('a missing object has no body in a HEAD answer', async () => {
  await expect(s3.headObject({ Bucket, Key: 'not-there' })).rejects.toMatchObject({
    name: 'NotFound',
    $metadata: { httpStatusCode: 404 },
  });
});

test('empty objects are objects', async () => {
  const { ETag } = await s3.putObject({ Bucket, Key: 'empty' });
  expect(ETag).toBe('"d41d8cd98f00b204e9800998ecf8427e"');
  expect(await textOf('empty')).toBe('');
  await expect(s3.getObject({ Bucket, Key: 'empty', Range: 'bytes=0-' })).rejects.toMatchObject({
    name: 'InvalidRange',
  });
});

test('deleting is not disturbed by what is not there', async () => {
  const answer = await s3.deleteObject({ Bucket, Key: 'never-there' });
  expect(answer.$metadata.httpStatusCode).toBe(204);
});

test('a batch of deletions answers for each key', async () => {
  for (const Key of ['batch/1', 'batch/2']) await s3.putObject({ Bucket, Key, Body: '' });
  const { Deleted, Errors } = await s3.deleteObjects({
    Bucket,
    Delete: {
      Objects: [{ Key: 'batch/1' }, { Key: 'batch/none' }, { Key: 'batch/2', VersionId: 'nonsense' }],
    },
  });
  expect(Deleted).toEqual([{ Key: 'batch/1' }, { Key: 'batch/none' }]);
  expect(Errors).toMatchObject([{ Key: 'batch/2', VersionId: 'nonsense', Code: 'NoSuchVersion' }]);
  const quiet = await s3.deleteObjects({
    Bucket,
    Delete: { Objects: [{ Key: 'batch/2' }], Quiet: true },
  });
  expect(quiet.Deleted).toBeUndefined();
  expect((await s3.listObjectsV2({ Bucket, Prefix: 'batch/' })).KeyCount).toBe(0);
});

test('a batch holds at most 1,000 keys and at least one', async () => {
  const Objects = Array.from({ length: 1001 }, (_, index) => ({ Key: String(index) }));
  for (const some of [Objects, []]) {
    await expect(s3.deleteObjects({ Bucket, Delete: { Objects: some } })).rejects.toMatchObject({
      name: 'MalformedXML',
    });
  }
});

test('other services read and write in the process, by streams', async () => {
  const inside = runtime.client<S3>('s3');
  for (const size of [0, 10, 1_000_000]) {
    const bytes = Buffer.alloc(size, 'inside ');
    const Body = Readable.from([bytes.subarray(0, size / 2), bytes.subarray(size / 2)]);
    await inside.putObject({ Bucket, Key: 'inside', Body });
    const answer = await inside.getObject({ Bucket, Key: 'inside' });
    expect(bytes.equals(await buffer(answer.Body!))).toBe(true);
  }
});

test('reading goes on while the object is written again and deleted', async () => {
  const old = Buffer.alloc(3_000_000, 'old');
  await s3.putObject({ Bucket, Key: 'busy', Body: old });
  const { Body } = await s3.getObject({ Bucket, Key: 'busy' });
  await s3.putObject({ Bucket, Key: 'busy', Body: Buffer.alloc(3_000_000, 'new') });
  await s3.deleteObject({ Bucket, Key: 'busy' });
  expect(old.equals(await Body!.transformToByteArray())).toBe(true);
});

test('many objects of many sizes in parallel come back byte for byte', async () => {
  const sizes = [0, 1, 1000, 65_536, 65_537, 262_143, 262_144, 262_145, 1_000_000, 5_000_001];
  const objects = Array.from({ length: 60 }, (_, index) => {
    const size = sizes[index % sizes.length]!;
    return { Key: `parallel/${index}`, Body: Buffer.alloc(size, `${index} `) };
  });
  await Promise.all(objects.map(({ Key, Body }) => s3.putObject({ Bucket, Key, Body })));
  await Promise.all(
    objects.map(async ({ Key, Body }) => {
      const answer = await s3.getObject({ Bucket, Key });
      expect(Body.equals(await answer.Body!.transformToByteArray())).toBe(true);
    }),
  );
});

test('of many writers at once, one wins as a whole', async () => {
  const bodies = Array.from({ length: 16 }, (_, index) =>
    Buffer.alloc(300_000, String.fromCharCode(65 + index)),
  );
  await Promise.all(bodies.map((Body) => s3.putObject({ Bucket, Key: 'contended', Body })));
  const { Body, ETag } = await s3.getObject({ Bucket, Key: 'contended' });
  const bytes = Buffer.from(await Body!.transformToByteArray());
  expect(bodies.some((body) => body.equals(bytes))).toBe(true);
  expect((await s3.headObject({ Bucket, Key: 'contended' })).ETag).toBe(ETag);
});
