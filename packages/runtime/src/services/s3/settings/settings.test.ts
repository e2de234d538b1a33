import { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';

let runtime: TestRuntime;
let s3: S3;
let Bucket: string;
let count = 0;

beforeAll(async () => {
  runtime = await startTestRuntime();
  s3 = new S3(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

beforeEach(async () => {
  Bucket = `settings-${count++}`;
  await s3.createBucket({ Bucket });
});

test('tags', async () => {
  await expect(s3.getBucketTagging({ Bucket })).rejects.toMatchObject({
    name: 'NoSuchTagSet',
    message: 'The TagSet does not exist',
    BucketName: Bucket,
  });
  const TagSet = [
    { Key: 'b', Value: '2' },
    { Key: 'a', Value: '1' },
  ];
  await s3.putBucketTagging({ Bucket, Tagging: { TagSet } });
  expect((await s3.getBucketTagging({ Bucket })).TagSet).toEqual(TagSet);
  await s3.deleteBucketTagging({ Bucket });
  const twice = [TagSet[0]!, TagSet[0]!];
  await expect(s3.putBucketTagging({ Bucket, Tagging: { TagSet: twice } })).rejects.toMatchObject({
    name: 'InvalidTag',
    message: 'Cannot provide multiple Tags with the same key',
  });
  await expect(
    s3.putBucketTagging({ Bucket, Tagging: { TagSet: [{ Key: 'aws:x', Value: '' }] } }),
  ).rejects.toThrow('System tags cannot be added/updated by requester');
});

test('a policy', async () => {
  await expect(s3.getBucketPolicy({ Bucket })).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });
  const policy = (Principal: unknown, Resource = `arn:aws:s3:::${Bucket}/*`) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal, Action: 's3:GetObject', Resource }],
    });
  await s3.putBucketPolicy({ Bucket, Policy: policy('*') });
  expect((await s3.getBucketPolicy({ Bucket })).Policy).toBe(policy('*'));
  expect((await s3.getBucketPolicyStatus({ Bucket })).PolicyStatus).toEqual({ IsPublic: true });
  await s3.putBucketPolicy({ Bucket, Policy: policy({ AWS: 'arn:aws:iam::000000000000:root' }) });
  expect((await s3.getBucketPolicyStatus({ Bucket })).PolicyStatus).toEqual({ IsPublic: false });
  for (const [Policy, message] of [
    ['nothing', "Policies must be valid JSON and the first byte must be '{'"],
    ['{"Version":"2012-10-17"}', 'Missing required field Statement'],
    [policy('*', 'arn:aws:s3:::other/*'), 'Policy has invalid resource'],
    [policy(undefined), 'Missing required field Principal'],
  ] as const) {
    await expect(s3.putBucketPolicy({ Bucket, Policy })).rejects.toMatchObject({
      name: 'MalformedPolicy',
      message,
    });
  }
  await s3.deleteBucketPolicy({ Bucket });
  await expect(s3.getBucketPolicyStatus({ Bucket })).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });
});

test('access control lists', async () => {
  const { Owner } = await s3.getBucketAcl({ Bucket });
  await s3.putBucketAcl({ Bucket, ACL: 'public-read' });
  expect((await s3.getBucketAcl({ Bucket })).Grants).toEqual([
    { Grantee: { Type: 'CanonicalUser', ...Owner }, Permission: 'FULL_CONTROL' },
    {
      Grantee: { Type: 'Group', URI: 'http://acs.amazonaws.com/groups/global/AllUsers' },
      Permission: 'READ',
    },
  ]);
  await s3.putBucketAcl({ Bucket, GrantWrite: `id="${Owner!.ID}"` });
  expect((await s3.getBucketAcl({ Bucket })).Grants).toMatchObject([{ Permission: 'WRITE' }]);
  await s3.putBucketAcl({ Bucket, AccessControlPolicy: { Owner, Grants: [] } });
  expect((await s3.getBucketAcl({ Bucket })).Grants ?? []).toEqual([]);
  await expect(s3.putBucketAcl({ Bucket })).rejects.toMatchObject({ name: 'MissingSecurityHeader' });
  await expect(s3.putBucketAcl({ Bucket, GrantRead: 'id="short"' })).rejects.toMatchObject({
    name: 'InvalidArgument',
    message: 'Invalid id',
  });
});

test('encryption, which new objects show', async () => {
  await s3.putBucketEncryption({
    Bucket,
    ServerSideEncryptionConfiguration: {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: {
            SSEAlgorithm: 'aws:kms',
            KMSMasterKeyID: '01234567-89ab-cdef-0123-456789abcdef',
          },
          BucketKeyEnabled: true,
        },
      ],
    },
  });
  const expected = {
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: 'arn:aws:kms:us-east-1:000000000000:key/01234567-89ab-cdef-0123-456789abcdef',
    BucketKeyEnabled: true,
  };
  expect(await s3.putObject({ Bucket, Key: 'k', Body: '' })).toMatchObject(expected);
  expect(await s3.headObject({ Bucket, Key: 'k' })).toMatchObject(expected);
  const own = await s3.putObject({ Bucket, Key: 'own', Body: '', ServerSideEncryption: 'AES256' });
  expect(own).toMatchObject({ ServerSideEncryption: 'AES256' });
  expect(own.SSEKMSKeyId).toBeUndefined();
  await expect(
    s3.putObject({ Bucket, Key: 'k', Body: '', ServerSideEncryption: 'rot13' as 'AES256' }),
  ).rejects.toThrow('The encryption method specified is not supported');
});

test('lifecycle rules', async () => {
  const rule = { ID: 'old', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 1 } } as const;
  const put = (...Rules: object[]) =>
    s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules: Rules as [] } });
  await put(rule, { ...rule, ID: undefined, Filter: { Prefix: '' } });
  const { Rules } = await s3.getBucketLifecycleConfiguration({ Bucket });
  expect(Rules).toEqual([
    rule,
    { ...rule, ID: expect.stringMatching(/^[0-9a-f-]{36}$/), Filter: { Prefix: '' } },
  ]);
  await expect(put(rule, rule)).rejects.toThrow(
    'Rule ID must be unique. Found same ID for more than one rule',
  );
  await expect(put({ ...rule, Expiration: undefined })).rejects.toThrow(
    'At least one action needs to be specified in a rule',
  );
  await expect(put({ ...rule, Expiration: { Days: 0 } })).rejects.toMatchObject({ name: 'InvalidArgument' });
  await expect(put({ ...rule, Filter: undefined })).rejects.toMatchObject({ name: 'MalformedXML' });
  await s3.deleteBucketLifecycle({ Bucket });
  await expect(s3.getBucketLifecycleConfiguration({ Bucket })).rejects.toMatchObject({
    name: 'NoSuchLifecycleConfiguration',
  });
});

test('cross-origin rules', async () => {
  const CORSRules = [{ AllowedMethods: ['GET', 'PUT'], AllowedOrigins: ['*'], MaxAgeSeconds: 60 }];
  await s3.putBucketCors({ Bucket, CORSConfiguration: { CORSRules } });
  expect((await s3.getBucketCors({ Bucket })).CORSRules).toEqual(CORSRules);
  await expect(
    s3.putBucketCors({
      Bucket,
      CORSConfiguration: { CORSRules: [{ AllowedMethods: ['PATCH'], AllowedOrigins: ['*'] }] },
    }),
  ).rejects.toThrow('Found unsupported HTTP method in CORS config. Unsupported method is PATCH');
  await s3.deleteBucketCors({ Bucket });
  await expect(s3.getBucketCors({ Bucket })).rejects.toMatchObject({ name: 'NoSuchCORSConfiguration' });
});

test('a website', async () => {
  const website = { IndexDocument: { Suffix: 'index.html' }, ErrorDocument: { Key: 'error.html' } };
  await s3.putBucketWebsite({ Bucket, WebsiteConfiguration: website });
  expect(await s3.getBucketWebsite({ Bucket })).toMatchObject(website);
  await expect(
    s3.putBucketWebsite({ Bucket, WebsiteConfiguration: { IndexDocument: { Suffix: 'a/b' } } }),
  ).rejects.toThrow('The IndexDocument Suffix is not well formed');
  await s3.deleteBucketWebsite({ Bucket });
  await expect(s3.getBucketWebsite({ Bucket })).rejects.toMatchObject({ name: 'NoSuchWebsiteConfiguration' });
});

test('logging into a bucket that is there', async () => {
  const LoggingEnabled = { TargetBucket: Bucket, TargetPrefix: 'log/' };
  await s3.putBucketLogging({ Bucket, BucketLoggingStatus: { LoggingEnabled } });
  expect((await s3.getBucketLogging({ Bucket })).LoggingEnabled).toEqual(LoggingEnabled);
  const elsewhere = { LoggingEnabled: { ...LoggingEnabled, TargetBucket: 'not-there' } };
  await expect(s3.putBucketLogging({ Bucket, BucketLoggingStatus: elsewhere })).rejects.toMatchObject({
    name: 'InvalidTargetBucketForLogging',
    TargetBucket: 'not-there',
  });
});

test('public access, ownership, acceleration and payer', async () => {
  await s3.deletePublicAccessBlock({ Bucket });
  await expect(s3.getPublicAccessBlock({ Bucket })).rejects.toMatchObject({
    name: 'NoSuchPublicAccessBlockConfiguration',
  });
  await s3.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: true } });
  expect((await s3.getPublicAccessBlock({ Bucket })).PublicAccessBlockConfiguration).toMatchObject({
    BlockPublicAcls: true,
    BlockPublicPolicy: false,
  });
  await s3.putBucketOwnershipControls({
    Bucket,
    OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
  });
  await s3.deleteBucketOwnershipControls({ Bucket });
  await expect(s3.getBucketOwnershipControls({ Bucket })).rejects.toMatchObject({
    name: 'OwnershipControlsNotFoundError',
  });
  await s3.putBucketAccelerateConfiguration({ Bucket, AccelerateConfiguration: { Status: 'Enabled' } });
  expect((await s3.getBucketAccelerateConfiguration({ Bucket })).Status).toBe('Enabled');
  await s3.putBucketRequestPayment({ Bucket, RequestPaymentConfiguration: { Payer: 'Requester' } });
  expect((await s3.getBucketRequestPayment({ Bucket })).Payer).toBe('Requester');
});

test('replication wants versioning on both sides', async () => {
  const Rules = [
    { ID: 'r', Status: 'Enabled', Prefix: '', Destination: { Bucket: `arn:aws:s3:::${Bucket}` } } as const,
  ];
  const put = () =>
    s3.putBucketReplication({
      Bucket,
      ReplicationConfiguration: { Role: 'arn:aws:iam::000000000000:role/r', Rules },
    });
  await expect(put()).rejects.toThrow("Versioning must be 'Enabled' on the bucket");
  await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  await put();
  expect((await s3.getBucketReplication({ Bucket })).ReplicationConfiguration?.Rules).toEqual(Rules);
  await s3.deleteBucketReplication({ Bucket });
  await expect(s3.getBucketReplication({ Bucket })).rejects.toMatchObject({
    name: 'ReplicationConfigurationNotFoundError',
  });
});

test('configurations by id, in pages', async () => {
  const ids = Array.from({ length: 102 }, (_, index) => `m${String(index).padStart(3, '0')}`);
  for (const Id of ids) await s3.putBucketMetricsConfiguration({ Bucket, Id, MetricsConfiguration: { Id } });
  const first = await s3.listBucketMetricsConfigurations({ Bucket });
  expect([first.IsTruncated, first.MetricsConfigurationList?.length]).toEqual([true, 100]);
  const { NextContinuationToken: ContinuationToken } = first;
  const rest = await s3.listBucketMetricsConfigurations({ Bucket, ContinuationToken });
  expect(rest.MetricsConfigurationList?.map(({ Id }) => Id)).toEqual(ids.slice(100));
  await s3.deleteBucketMetricsConfiguration({ Bucket, Id: 'm000' });
  await expect(s3.getBucketMetricsConfiguration({ Bucket, Id: 'm000' })).rejects.toMatchObject({
    name: 'NoSuchConfiguration',
  });
});

test('documents that are missing or wrong', async () => {
  const put = async (query: string, body: string) => {
    const answer = await fetch(`${runtime.endpoint}/${Bucket}?${query}`, { method: 'PUT', body });
    return [answer.status, /<Code>(\w+)<\/Code>/.exec(await answer.text())?.[1]];
  };
  expect(await put('tagging', '')).toEqual([400, 'MissingRequestBodyError']);
  expect(await put('tagging', '<Tagging><TagSet>')).toEqual([400, 'MalformedXML']);
  expect(await put('tagging', 'no document')).toEqual([400, 'MalformedXML']);
  expect(await put('cors', '<CORSConfiguration><CORSRule/></CORSConfiguration>')).toEqual([
    400,
    'MalformedXML',
  ]);
});
