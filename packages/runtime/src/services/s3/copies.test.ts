import { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';

const Bucket = 'copies';

let runtime: TestRuntime;
let s3: S3;

beforeAll(async () => {
  runtime = await startTestRuntime();
  s3 = new S3(runtime.clientConfig);
  await s3.createBucket({ Bucket });
  await s3.putObject({
    Bucket,
    Key: 'source',
    Body: 'content',
    ContentType: 'text/csv',
    Metadata: { a: '1' },
    Tagging: 'team=ml',
  });
});
afterAll(() => runtime[Symbol.asyncDispose]());

test('a copy has the content, metadata and tags of its source', async () => {
  const { CopyObjectResult } = await s3.copyObject({ Bucket, Key: 'copy', CopySource: `/${Bucket}/source` });
  const got = await s3.getObject({ Bucket, Key: 'copy', ChecksumMode: 'ENABLED' });
  expect(got).toMatchObject({ ContentType: 'text/csv', Metadata: { a: '1' }, TagCount: 1 });
  expect(got.ETag).toBe(CopyObjectResult?.ETag);
  expect(got.ChecksumCRC32).toBe(CopyObjectResult?.ChecksumCRC32);
  expect(await got.Body!.transformToString()).toBe('content');
});

test('metadata and tags may be given anew', async () => {
  await s3.copyObject({
    Bucket,
    Key: 'replaced',
    CopySource: `${Bucket}/source`,
    MetadataDirective: 'REPLACE',
    TaggingDirective: 'REPLACE',
    ContentType: 'text/plain',
    Metadata: { b: '2' },
    Tagging: 'x=1&y=2',
    StorageClass: 'GLACIER_IR',
  });
  expect(await s3.headObject({ Bucket, Key: 'replaced' })).toMatchObject({
    ContentType: 'text/plain',
    Metadata: { b: '2' },
    StorageClass: 'GLACIER_IR',
  });
  expect((await s3.getObjectTagging({ Bucket, Key: 'replaced' })).TagSet).toEqual([
    { Key: 'x', Value: '1' },
    { Key: 'y', Value: '2' },
  ]);
});

test('a copy to itself has to change something', async () => {
  const onto = { Bucket, Key: 'source', CopySource: `${Bucket}/source` };
  await expect(s3.copyObject(onto)).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringContaining('trying to copy an object to itself without changing'),
  });
  await s3.copyObject({
    ...onto,
    MetadataDirective: 'REPLACE',
    ContentType: 'text/csv',
    Metadata: { a: '1' },
  });
  expect((await s3.headObject({ Bucket, Key: 'source' })).Metadata).toEqual({ a: '1' });
});

test('a copy may be made with another checksum', async () => {
  const { CopyObjectResult } = await s3.copyObject({
    Bucket,
    Key: 'summed',
    CopySource: `${Bucket}/source`,
    ChecksumAlgorithm: 'SHA256',
  });
  expect(CopyObjectResult?.ChecksumSHA256).toBe('7XACtDnprIRfIjV9giusFERzD722AW0+yUMil7nsn3M=');
});

test('conditions on the source', async () => {
  const { ETag, LastModified } = await s3.headObject({ Bucket, Key: 'source' });
  const copy = (conditions: object) =>
    s3.copyObject({ Bucket, Key: 'conditional', CopySource: `${Bucket}/source`, ...conditions });
  const hour = 3600_000;
  const earlier = new Date(LastModified!.getTime() - hour);
  await copy({ CopySourceIfMatch: ETag });
  await copy({ CopySourceIfModifiedSince: earlier });
  await copy({ CopySourceIfNoneMatch: '"other"' });
  await copy({ CopySourceIfMatch: ETag, CopySourceIfUnmodifiedSince: earlier });
  for (const conditions of [
    { CopySourceIfMatch: '"other"' },
    { CopySourceIfNoneMatch: ETag },
    { CopySourceIfUnmodifiedSince: earlier },
    { CopySourceIfModifiedSince: LastModified },
  ]) {
    await expect(copy(conditions)).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
  }
});

test('an older version is copied by its id', async () => {
  const versioned = 'copies-versioned';
  await s3.createBucket({ Bucket: versioned });
  await s3.putBucketVersioning({ Bucket: versioned, VersioningConfiguration: { Status: 'Enabled' } });
  const { VersionId } = await s3.putObject({ Bucket: versioned, Key: 'k?x', Body: 'old' });
  await s3.putObject({ Bucket: versioned, Key: 'k?x', Body: 'new' });
  const CopySource = `${versioned}/k%3Fx?versionId=${VersionId}`;
  const copied = await s3.copyObject({ Bucket, Key: 'restored', CopySource });
  expect(copied.CopySourceVersionId).toBe(VersionId);
  expect(await (await s3.getObject({ Bucket, Key: 'restored' })).Body!.transformToString()).toBe('old');
});

test('sources that are not there', async () => {
  const copy = (CopySource: string) => s3.copyObject({ Bucket, Key: 'x', CopySource });
  await expect(copy(`${Bucket}/none`)).rejects.toMatchObject({ name: 'NoSuchKey', Key: 'none' });
  await expect(copy('no-such-bucket/none')).rejects.toMatchObject({ name: 'NoSuchBucket' });
  await expect(copy(`${Bucket}/source?versionId=made-up`)).rejects.toMatchObject({ name: 'InvalidArgument' });
  await expect(copy('nothing')).rejects.toMatchObject({ name: 'InvalidArgument' });
});

test('an object uploaded in parts becomes one whole by copying', async () => {
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'parts' });
  const { ETag } = await s3.uploadPart({ Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: 'abc' });
  await s3.completeMultipartUpload({
    Bucket,
    Key: 'parts',
    UploadId,
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
  });
  const { CopyObjectResult } = await s3.copyObject({ Bucket, Key: 'whole', CopySource: `${Bucket}/parts` });
  expect(CopyObjectResult?.ETag).toBe('"900150983cd24fb0d6963f7d28e17f72"');
});
