import { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployContext } from '../../../testing/deploy-context.ts';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { s3Resources } from './index.ts';

let runtime: TestRuntime;
let s3: S3;

const bucketType = s3Resources['AWS::S3::Bucket']!;
const policyType = s3Resources['AWS::S3::BucketPolicy']!;

beforeAll(async () => {
  runtime = await startTestRuntime();
  s3 = new S3({ ...runtime.clientConfig, forcePathStyle: true });
});
afterAll(() => runtime[Symbol.asyncDispose]());

test('a bucket is named after the stack, answers its attributes and goes, also twice', async () => {
  const created = await bucketType.create({}, deployContext(runtime, 'Data'));
  expect(created).toEqual({
    physicalId: 'test-data-1',
    attributes: {
      Arn: 'arn:aws:s3:::test-data-1',
      DomainName: 'test-data-1.s3.amazonaws.com',
      DualStackDomainName: 'test-data-1.s3.dualstack.us-east-1.amazonaws.com',
      RegionalDomainName: 'test-data-1.s3.us-east-1.amazonaws.com',
      WebsiteURL: 'http://test-data-1.s3-website-us-east-1.amazonaws.com',
    },
  });
  expect(await bucketType.create({}, deployContext(runtime, 'Data'))).toEqual(created);
  for (const step of ['delete', 'delete again']) {
    await bucketType.delete('test-data-1', {}, deployContext(runtime, 'Data', step));
  }
  await expect(s3.headBucket({ Bucket: 'test-data-1' })).rejects.toMatchObject({ name: 'NotFound' });
});

test('a stack takes over no bucket that is there, and removes none that has objects', async () => {
  await s3.createBucket({ Bucket: 'older' });
  const properties = { BucketName: 'older' };
  await expect(bucketType.create(properties, deployContext(runtime, 'Older'))).rejects.toMatchObject({
    code: 'BucketAlreadyOwnedByYou',
  });
  await s3.putObject({ Bucket: 'older', Key: 'k', Body: '1' });
  await expect(
    bucketType.delete('older', properties, deployContext(runtime, 'Older', 'delete')),
  ).rejects.toThrow('The bucket you tried to delete is not empty');
});

test('all that the CDK writes about a bucket is set on it, and taken back when it leaves the template', async () => {
  await s3.createBucket({ Bucket: 'replica' });
  await s3.putBucketVersioning({ Bucket: 'replica', VersioningConfiguration: { Status: 'Enabled' } });
  const properties = {
    BucketName: 'full',
    AccessControl: 'PublicReadWrite',
    AccelerateConfiguration: { AccelerationStatus: 'Enabled' },
    AnalyticsConfigurations: [
      {
        Id: 'a',
        Prefix: 'logs/',
        TagFilters: [{ Key: 'k', Value: 'v' }],
        StorageClassAnalysis: {
          DataExport: {
            Destination: { BucketArn: 'arn:aws:s3:::replica', Format: 'CSV' },
            OutputSchemaVersion: 'V_1',
          },
        },
      },
    ],
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        { BucketKeyEnabled: 'true', ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
      ],
    },
    CorsConfiguration: {
      CorsRules: [
        { Id: 'c', AllowedMethods: ['GET'], AllowedOrigins: ['*'], ExposedHeaders: ['ETag'], MaxAge: '60' },
      ],
    },
    IntelligentTieringConfigurations: [
      { Id: 't', Status: 'Enabled', Tierings: [{ AccessTier: 'ARCHIVE_ACCESS', Days: '90' }] },
    ],
    InventoryConfigurations: [
      {
        Id: 'i',
        Enabled: true,
        IncludedObjectVersions: 'All',
        ScheduleFrequency: 'Daily',
        Prefix: 'x',
        Destination: {
          BucketArn: 'arn:aws:s3:::replica',
          BucketAccountId: '000000000000',
          Format: 'Parquet',
        },
      },
    ],
    LifecycleConfiguration: {
      Rules: [
        {
          Id: 'l',
          Status: 'Enabled',
          Prefix: 'tmp/',
          TagFilters: [{ Key: 'k', Value: 'v' }],
          ExpirationInDays: '30',
          NoncurrentVersionExpirationInDays: 3,
          Transition: { StorageClass: 'GLACIER', TransitionInDays: 7 },
          NoncurrentVersionTransitions: [{ StorageClass: 'GLACIER', TransitionInDays: 1 }],
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
        },
      ],
    },
    LoggingConfiguration: { LogFilePrefix: 'access/' },
    MetricsConfigurations: [{ Id: 'm', Prefix: 'x' }],
    NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    ObjectLockEnabled: true,
    ObjectLockConfiguration: {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: '1' } },
    },
    OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
    PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: 'false' },
    ReplicationConfiguration: {
      Role: 'arn:aws:iam::000000000000:role/r',
      Rules: [
        {
          Id: 'r',
          Status: 'Enabled',
          Priority: '1',
          Filter: { And: { Prefix: 'x', TagFilters: [{ Key: 'k', Value: 'v' }] } },
          Destination: { Bucket: 'arn:aws:s3:::replica' },
          DeleteMarkerReplication: { Status: 'Disabled' },
        },
      ],
    },
    Tags: [{ Key: 'team', Value: 'ml' }],
    VersioningConfiguration: { Status: 'Enabled' },
    WebsiteConfiguration: {
      IndexDocument: 'index.html',
      ErrorDocument: 'error.html',
      RoutingRules: [{ RedirectRule: { HostName: 'h' }, RoutingRuleCondition: { KeyPrefixEquals: 'docs/' } }],
    },
  };
  expect(Object.keys(properties).filter((name) => !bucketType.properties.includes(name))).toEqual([]);
  await bucketType.create(properties, deployContext(runtime, 'Full'));
  const Bucket = 'full';
  expect((await s3.getBucketAcl({ Bucket })).Grants).toHaveLength(3);
  expect((await s3.getBucketAccelerateConfiguration({ Bucket })).Status).toBe('Enabled');
  expect(await s3.getBucketAnalyticsConfiguration({ Bucket, Id: 'a' })).toMatchObject({
    AnalyticsConfiguration: {
      Filter: { And: { Prefix: 'logs/', Tags: [{ Key: 'k', Value: 'v' }] } },
      StorageClassAnalysis: {
        DataExport: { Destination: { S3BucketDestination: { Bucket: 'arn:aws:s3:::replica' } } },
      },
    },
  });
  expect(await s3.getBucketEncryption({ Bucket })).toMatchObject({
    ServerSideEncryptionConfiguration: {
      Rules: [{ BucketKeyEnabled: true, ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
    },
  });
  expect((await s3.getBucketCors({ Bucket })).CORSRules).toEqual([
    { ID: 'c', AllowedMethods: ['GET'], AllowedOrigins: ['*'], ExposeHeaders: ['ETag'], MaxAgeSeconds: 60 },
  ]);
  expect(await s3.getBucketIntelligentTieringConfiguration({ Bucket, Id: 't' })).toMatchObject({
    IntelligentTieringConfiguration: { Tierings: [{ AccessTier: 'ARCHIVE_ACCESS', Days: 90 }] },
  });
  expect(await s3.getBucketInventoryConfiguration({ Bucket, Id: 'i' })).toMatchObject({
    InventoryConfiguration: {
      IsEnabled: true,
      Filter: { Prefix: 'x' },
      Schedule: { Frequency: 'Daily' },
      Destination: { S3BucketDestination: { AccountId: '000000000000', Bucket: 'arn:aws:s3:::replica' } },
    },
  });
  expect((await s3.getBucketLifecycleConfiguration({ Bucket })).Rules).toEqual([
    {
      ID: 'l',
      Status: 'Enabled',
      Filter: { And: { Prefix: 'tmp/', Tags: [{ Key: 'k', Value: 'v' }] } },
      Expiration: { Days: 30 },
      NoncurrentVersionExpiration: { NoncurrentDays: 3 },
      Transitions: [{ Days: 7, StorageClass: 'GLACIER' }],
      NoncurrentVersionTransitions: [{ NoncurrentDays: 1, StorageClass: 'GLACIER' }],
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
    },
  ]);
  expect((await s3.getBucketLogging({ Bucket })).LoggingEnabled).toEqual({
    TargetBucket: 'full',
    TargetPrefix: 'access/',
  });
  expect((await s3.getBucketMetricsConfiguration({ Bucket, Id: 'm' })).MetricsConfiguration).toEqual({
    Id: 'm',
    Filter: { Prefix: 'x' },
  });
  expect(await s3.getBucketNotificationConfiguration({ Bucket })).toMatchObject({
    EventBridgeConfiguration: {},
  });
  expect((await s3.getObjectLockConfiguration({ Bucket })).ObjectLockConfiguration).toMatchObject({
    Rule: { DefaultRetention: { Days: 1 } },
  });
  expect((await s3.getBucketOwnershipControls({ Bucket })).OwnershipControls).toEqual({
    Rules: [{ ObjectOwnership: 'ObjectWriter' }],
  });
  expect((await s3.getPublicAccessBlock({ Bucket })).PublicAccessBlockConfiguration).toEqual({
    BlockPublicAcls: true,
    BlockPublicPolicy: false,
    IgnorePublicAcls: false,
    RestrictPublicBuckets: false,
  });
  expect((await s3.getBucketReplication({ Bucket })).ReplicationConfiguration).toMatchObject({
    Rules: [{ ID: 'r', Priority: 1, Filter: { And: { Prefix: 'x', Tags: [{ Key: 'k', Value: 'v' }] } } }],
  });
  expect((await s3.getBucketTagging({ Bucket })).TagSet).toEqual([{ Key: 'team', Value: 'ml' }]);
  expect(await s3.getBucketWebsite({ Bucket })).toMatchObject({
    IndexDocument: { Suffix: 'index.html' },
    ErrorDocument: { Key: 'error.html' },
    RoutingRules: [{ Redirect: { HostName: 'h' }, Condition: { KeyPrefixEquals: 'docs/' } }],
  });

  const wanted = {
    BucketName: 'full',
    ObjectLockEnabled: true,
    VersioningConfiguration: { Status: 'Enabled' },
    MetricsConfigurations: [{ Id: 'other' }],
  };
  await bucketType.update('full', wanted, properties, deployContext(runtime, 'Full', 'update'));
  expect((await s3.getBucketAcl({ Bucket })).Grants).toHaveLength(1);
  expect((await s3.getBucketAccelerateConfiguration({ Bucket })).Status).toBe('Suspended');
  expect((await s3.listBucketMetricsConfigurations({ Bucket })).MetricsConfigurationList).toEqual([
    { Id: 'other' },
  ]);
  expect((await s3.listBucketAnalyticsConfigurations({ Bucket })).AnalyticsConfigurationList).toBeUndefined();
  expect((await s3.getBucketLogging({ Bucket })).LoggingEnabled).toBeUndefined();
  const notifications = await s3.getBucketNotificationConfiguration({ Bucket });
  expect(notifications.EventBridgeConfiguration).toBeUndefined();
  for (const [read, name] of [
    [() => s3.getBucketCors({ Bucket }), 'NoSuchCORSConfiguration'],
    [() => s3.getBucketLifecycleConfiguration({ Bucket }), 'NoSuchLifecycleConfiguration'],
    [() => s3.getBucketTagging({ Bucket }), 'NoSuchTagSet'],
    [() => s3.getBucketWebsite({ Bucket }), 'NoSuchWebsiteConfiguration'],
    [() => s3.getBucketReplication({ Bucket }), 'ReplicationConfigurationNotFoundError'],
  ] as const) {
    await expect(read()).rejects.toMatchObject({ name });
  }
});

test('a property within a property that S3 does not know fails by name', async () => {
  const properties = {
    CorsConfiguration: { CorsRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'], Nonsense: 1 }] },
  };
  await expect(bucketType.create(properties, deployContext(runtime, 'Odd'))).rejects.toThrow(
    'CORSConfiguration.CORSRules[0].Nonsense is not supported',
  );
});

test('a bucket policy is put, changed and deleted', async () => {
  await s3.createBucket({ Bucket: 'guarded' });
  const statement = (Action: string) => ({
    Bucket: 'guarded',
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Principal: '*', Action, Resource: 'arn:aws:s3:::guarded/*' }],
    },
  });
  const created = await policyType.create(statement('s3:PutObject'), deployContext(runtime, 'Policy'));
  expect(created.physicalId).toBe('guarded');
  const context = deployContext(runtime, 'Policy', 'update');
  await policyType.update('guarded', statement('s3:*'), statement('s3:PutObject'), context);
  const { Policy = '' } = await s3.getBucketPolicy({ Bucket: 'guarded' });
  expect(JSON.parse(Policy)).toMatchObject({ Statement: [{ Action: 's3:*' }] });
  for (const step of ['delete', 'delete again']) {
    await policyType.delete('guarded', {}, deployContext(runtime, 'Policy', step));
  }
  await expect(s3.getBucketPolicy({ Bucket: 'guarded' })).rejects.toMatchObject({
    name: 'NoSuchBucketPolicy',
  });
});
