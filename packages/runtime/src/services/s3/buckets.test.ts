import { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';

let runtime: TestRuntime;
let s3: S3;

beforeAll(async () => {
  runtime = await startTestRuntime();
  s3 = new S3(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

test('a bucket is created, found, listed and deleted', async () => {
  const { Location } = await s3.createBucket({ Bucket: 'plain' });
  expect(Location).toBe('/plain');
  expect(await s3.headBucket({ Bucket: 'plain' })).toMatchObject({
    BucketRegion: 'us-east-1',
    AccessPointAlias: false,
  });
  expect((await s3.getBucketLocation({ Bucket: 'plain' })).LocationConstraint).toBeUndefined();
  const { Buckets, Owner } = await s3.listBuckets({});
  expect(Buckets).toEqual([{ Name: 'plain', CreationDate: expect.any(Date) }]);
  expect(Owner?.ID).toMatch(/^[0-9a-f]{64}$/);
  await s3.deleteBucket({ Bucket: 'plain' });
  await expect(s3.headBucket({ Bucket: 'plain' })).rejects.toMatchObject({
    name: 'NotFound',
    $metadata: { httpStatusCode: 404 },
  });
  await expect(s3.deleteBucket({ Bucket: 'plain' })).rejects.toMatchObject({
    name: 'NoSuchBucket',
    BucketName: 'plain',
    message: 'The specified bucket does not exist',
  });
});

test('a new bucket has what AWS sets on every new bucket', async () => {
  const Bucket = 'preset';
  await s3.createBucket({ Bucket });
  expect((await s3.getPublicAccessBlock({ Bucket })).PublicAccessBlockConfiguration).toEqual({
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  });
  expect((await s3.getBucketOwnershipControls({ Bucket })).OwnershipControls).toEqual({
    Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }],
  });
  expect((await s3.getBucketEncryption({ Bucket })).ServerSideEncryptionConfiguration?.Rules).toEqual([
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
  ]);
  expect((await s3.getBucketVersioning({ Bucket })).Status).toBeUndefined();
  expect((await s3.getBucketRequestPayment({ Bucket })).Payer).toBe('BucketOwner');
  const { Grants, Owner } = await s3.getBucketAcl({ Bucket });
  expect(Grants).toMatchObject([{ Permission: 'FULL_CONTROL', Grantee: { ID: Owner!.ID } }]);
});

test.each([
  'ab',
  'a'.repeat(64),
  'Upper',
  'under_score',
  '192.168.0.1',
  'two..dots',
  '-dash',
  'xn--bucket',
  'bucket-s3alias',
])('the name %s is refused', async (Bucket) => {
  await expect(s3.createBucket({ Bucket })).rejects.toMatchObject({ name: 'InvalidBucketName' });
});

test('names are one namespace over all accounts', async () => {
  const other = new S3({
    ...runtime.clientConfig,
    credentials: { accessKeyId: '111111111111', secretAccessKey: 'x' },
  });
  await s3.createBucket({ Bucket: 'shared-name' });
  await expect(other.createBucket({ Bucket: 'shared-name' })).rejects.toMatchObject({
    name: 'BucketAlreadyExists',
    $metadata: { httpStatusCode: 409 },
  });
  expect((await other.listBuckets({})).Buckets).toEqual([]);
  await expect(
    s3.headBucket({ Bucket: 'shared-name', ExpectedBucketOwner: '111111111111' }),
  ).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
});

test('creating one’s own bucket again succeeds in us-east-1 only', async () => {
  await s3.createBucket({ Bucket: 'again' });
  await s3.createBucket({ Bucket: 'again' });
  const europe = new S3({ ...runtime.clientConfig, region: 'eu-west-1' });
  const configuration = { CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' as const } };
  await europe.createBucket({ Bucket: 'again-europe', ...configuration });
  await expect(europe.createBucket({ Bucket: 'again-europe', ...configuration })).rejects.toMatchObject({
    name: 'BucketAlreadyOwnedByYou',
    $metadata: { httpStatusCode: 409 },
  });
});

test('the location is the document itself, as AWS has it', async () => {
  await s3.createBucket({ Bucket: 'located' });
  const answer = await fetch(`${runtime.endpoint}/located?location`);
  expect(await answer.text()).toContain(
    '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></LocationConstraint>',
  );
});

test('a bucket lies in the region that the request names', async () => {
  const europe = new S3({ ...runtime.clientConfig, region: 'eu-central-1' });
  const { Location } = await europe.createBucket({ Bucket: 'europe' });
  expect(Location).toBe('http://europe.s3.amazonaws.com/');
  expect((await s3.getBucketLocation({ Bucket: 'europe' })).LocationConstraint).toBe('eu-central-1');
  expect((await s3.headBucket({ Bucket: 'europe' })).BucketRegion).toBe('eu-central-1');
  await expect(
    europe.createBucket({
      Bucket: 'elsewhere',
      CreateBucketConfiguration: { LocationConstraint: 'us-west-2' },
    }),
  ).rejects.toMatchObject({
    name: 'IllegalLocationConstraintException',
    message:
      'The us-west-2 location constraint is incompatible for the region specific endpoint this request was sent to.',
  });
});

test('buckets are listed in pages, by prefix and by region', async () => {
  const account = new S3({
    ...runtime.clientConfig,
    credentials: { accessKeyId: '222222222222', secretAccessKey: 'x' },
  });
  for (const name of ['c-3', 'a-1', 'b-2', 'a-2']) await account.createBucket({ Bucket: `list-${name}` });
  const west = { CreateBucketConfiguration: { LocationConstraint: 'us-west-2' as const } };
  await account.createBucket({ Bucket: 'list-west', ...west });
  const names: (string | undefined)[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await account.listBuckets({ MaxBuckets: 2, ContinuationToken });
    expect(page.Buckets!.length).toBeLessThanOrEqual(2);
    names.push(...page.Buckets!.map(({ Name }) => Name));
    ({ ContinuationToken } = page);
  } while (ContinuationToken);
  expect(names).toEqual(['list-a-1', 'list-a-2', 'list-b-2', 'list-c-3', 'list-west']);
  expect((await account.listBuckets({ Prefix: 'list-a' })).Buckets).toMatchObject([
    { Name: 'list-a-1', BucketRegion: 'us-east-1' },
    { Name: 'list-a-2' },
  ]);
  expect((await account.listBuckets({ BucketRegion: 'us-west-2' })).Buckets).toMatchObject([
    { Name: 'list-west' },
  ]);
  await expect(account.listBuckets({ ContinuationToken: 'made-up' })).rejects.toMatchObject({
    name: 'InvalidArgument',
    message: 'The continuation token provided is incorrect',
  });
});

test('a bucket with objects, or with older versions of them, is not deleted', async () => {
  const Bucket = 'kept';
  await s3.createBucket({ Bucket });
  await s3.putObject({ Bucket, Key: 'k', Body: '1' });
  await expect(s3.deleteBucket({ Bucket })).rejects.toMatchObject({
    name: 'BucketNotEmpty',
    message: 'The bucket you tried to delete is not empty',
  });
  await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  await s3.deleteObject({ Bucket, Key: 'k' });
  await expect(s3.deleteBucket({ Bucket })).rejects.toThrow('You must delete all versions in the bucket.');
  const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket });
  for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
    await s3.deleteObject({ Bucket, Key, VersionId });
  }
  await s3.deleteBucket({ Bucket });
  await s3.createBucket({ Bucket });
  expect((await s3.getBucketVersioning({ Bucket })).Status).toBeUndefined();
  expect((await s3.listObjectVersions({ Bucket })).Versions).toBeUndefined();
});

test('uploads that are under way go with their bucket', async () => {
  const Bucket = 'unfinished';
  await s3.createBucket({ Bucket });
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'k' });
  await s3.uploadPart({ Bucket, Key: 'k', UploadId, PartNumber: 1, Body: '1' });
  await s3.deleteBucket({ Bucket });
  await s3.createBucket({ Bucket });
  expect((await s3.listMultipartUploads({ Bucket })).Uploads).toBeUndefined();
});

test('an operation that is not served says so and why', async () => {
  await s3.createBucket({ Bucket: 'query' });
  await expect(
    s3.selectObjectContent({
      Bucket: 'query',
      Key: 'k',
      ExpressionType: 'SQL',
      Expression: 'select 1',
      InputSerialization: { CSV: {} },
      OutputSerialization: { CSV: {} },
    }),
  ).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
});
