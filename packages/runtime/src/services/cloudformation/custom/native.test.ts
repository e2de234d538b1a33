import { buffer } from 'node:stream/consumers';
import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { logs as logsService } from '../../logs/index.ts';
import { s3 as s3Service } from '../../s3/index.ts';
import { cloudformation } from '../index.ts';
import { template } from '../testing/lab.ts';

let runtime: TestRuntime;
let cfn: CloudFormation;
let s3: S3;

beforeAll(async () => {
  runtime = await startTestRuntime({}, { services: [cloudformation, s3Service, logsService] });
  cfn = new CloudFormation(runtime.clientConfig);
  s3 = new S3({ ...runtime.clientConfig, forcePathStyle: true });
  await s3.createBucket({ Bucket: 'assets' });
});
afterAll(() => runtime[Symbol.asyncDispose]());

const ServiceToken = 'arn:aws:lambda:us-east-1:000000000000:function:of-the-cdk';
const statusOf = async (StackName: string) =>
  (await cfn.describeStacks({ StackName })).Stacks?.[0]?.StackStatus;
const reasonsOf = async (StackName: string) =>
  ((await cfn.describeStackEvents({ StackName })).StackEvents ?? [])
    .map(({ ResourceStatusReason }) => ResourceStatusReason)
    .filter(Boolean)
    .join('\n');

async function zip(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [name, text] of Object.entries(files)) archive.addBuffer(Buffer.from(text), name);
  archive.end();
  return await buffer(archive.outputStream);
}

async function objectsOf(Bucket: string, Prefix = ''): Promise<Record<string, string>> {
  const { Contents = [] } = await s3.listObjectsV2({ Bucket, Prefix });
  const entries = await Promise.all(
    Contents.map(async ({ Key }) => [
      Key,
      await (await s3.getObject({ Bucket, Key })).Body!.transformToString(),
    ]),
  );
  return Object.fromEntries(entries) as Record<string, string>;
}

test('a bucket whose objects go with the stack is emptied first, versions included', async () => {
  const StackName = 'emptied';
  const bucket = (marked: boolean) => ({
    Type: 'AWS::S3::Bucket',
    Properties: {
      BucketName: 'emptied',
      VersioningConfiguration: { Status: 'Enabled' },
      ...(marked && { Tags: [{ Key: 'aws-cdk:auto-delete-objects', Value: 'true' }] }),
    },
  });
  const TemplateBody = template({
    Bucket: bucket(true),
    Emptied: {
      Type: 'Custom::S3AutoDeleteObjects',
      Properties: { ServiceToken, BucketName: { Ref: 'Bucket' } },
    },
  });
  const { StackId } = await cfn.createStack({ StackName, TemplateBody });
  expect(await reasonsOf(StackName)).not.toContain('Resource handler');
  await s3.putObject({ Bucket: 'emptied', Key: 'a', Body: '1' });
  await s3.putObject({ Bucket: 'emptied', Key: 'a', Body: '2' });
  await s3.deleteObject({ Bucket: 'emptied', Key: 'a' });
  await cfn.deleteStack({ StackName });
  expect(await statusOf(StackId!)).toBe('DELETE_COMPLETE');
  await expect(s3.headBucket({ Bucket: 'emptied' })).rejects.toMatchObject({ name: 'NotFound' });
});

test('files of archives are put into a bucket: filters, markers, metadata, pruning', async () => {
  const StackName = 'deployed';
  await s3.putObject({
    Bucket: 'assets',
    Key: 'one.zip',
    Body: await zip({
      'index.html': '<p>MARK</p>',
      'data/a.json': '{"x":"MARK"}',
      'skip/me.txt': 'no',
      'skip/but.txt': 'yes',
    }),
  });
  await s3.putObject({
    Bucket: 'assets',
    Key: 'two.zip',
    Body: await zip({ 'index.html': '<p>second</p>' }),
  });
  const deployment = (keys: readonly string[], more: object = {}) => ({
    Type: 'Custom::CDKBucketDeployment',
    Properties: {
      ServiceToken,
      SourceBucketNames: keys.map(() => 'assets'),
      SourceObjectKeys: keys,
      SourceMarkers: [{ MARK: 'it says "hi"' }],
      SourceMarkersConfig: [{ jsonEscape: true }],
      DestinationBucketName: { Ref: 'Site' },
      DestinationBucketKeyPrefix: 'web',
      DestinationBucketArn: { 'Fn::GetAtt': ['Site', 'Arn'] },
      Prune: true,
      OutputObjectKeys: true,
      ...more,
    },
  });
  const text = (resource: object) =>
    template(
      { Site: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'site' } }, Files: resource },
      {
        Outputs: {
          Arn: { Value: { 'Fn::GetAtt': ['Files', 'DestinationBucketArn'] } },
          Keys: { Value: { 'Fn::Join': ['+', { 'Fn::GetAtt': ['Files', 'SourceObjectKeys'] }] } },
        },
      },
    );
  const filters = {
    Exclude: ['skip/*'],
    Include: ['*but*'],
    SystemMetadata: { 'cache-control': 'max-age=1' },
    UserMetadata: { Who: 'me' },
  };
  await cfn.createStack({ StackName, TemplateBody: text(deployment(['one.zip'], filters)) });
  expect(await reasonsOf(StackName)).not.toContain('Resource handler');
  expect(await objectsOf('site')).toEqual({
    'web/index.html': '<p>it says \\"hi\\"</p>',
    'web/data/a.json': '{"x":"it says \\"hi\\""}',
    'web/skip/but.txt': 'yes',
  });
  expect(await s3.headObject({ Bucket: 'site', Key: 'web/index.html' })).toMatchObject({
    ContentType: 'text/html',
    CacheControl: 'max-age=1',
    Metadata: { who: 'me' },
  });
  const outputs = (await cfn.describeStacks({ StackName })).Stacks?.[0]?.Outputs;
  expect(outputs?.map(({ OutputValue }) => OutputValue)).toEqual(['arn:aws:s3:::site', 'one.zip']);

  await s3.putObject({ Bucket: 'site', Key: 'web/stranger.txt', Body: 'x' });
  await s3.putObject({ Bucket: 'site', Key: 'website/other.txt', Body: 'x' });
  await cfn.updateStack({
    StackName,
    TemplateBody: text(deployment(['two.zip'], { RetainOnDelete: false })),
  });
  expect(await objectsOf('site')).toEqual({ 'web/index.html': '<p>second</p>', 'website/other.txt': 'x' });
  await s3.deleteObject({ Bucket: 'site', Key: 'website/other.txt' });
  const { StackId } = (await cfn.describeStacks({ StackName })).Stacks?.[0] ?? {};
  await cfn.deleteStack({ StackName });
  expect(await statusOf(StackId!)).toBe('DELETE_COMPLETE');
});

test('an archive with names that lead outside is refused', async () => {
  const archive = await zip({ 'aa/evil.txt': 'x' });
  const evil = Buffer.from(archive.toString('latin1').replaceAll('aa/evil.txt', '../evil.txt'), 'latin1');
  await s3.putObject({ Bucket: 'assets', Key: 'evil.zip', Body: evil });
  const TemplateBody = template({
    Files: {
      Type: 'Custom::CDKBucketDeployment',
      Properties: {
        ServiceToken,
        SourceBucketNames: ['assets'],
        SourceObjectKeys: ['evil.zip'],
        DestinationBucketName: 'assets',
        DestinationBucketKeyPrefix: 'x',
      },
    },
  });
  await cfn.createStack({ StackName: 'evil', TemplateBody });
  expect(await statusOf('evil')).toBe('ROLLBACK_COMPLETE');
});

test('notifications of a bucket of the stack, and of one that others use too', async () => {
  const bridge = (more: object) => ({
    Type: 'Custom::S3BucketNotifications',
    Properties: { ServiceToken, BucketName: 'notified', SkipDestinationValidation: false, ...more },
  });
  await s3.createBucket({ Bucket: 'notified' });
  const TemplateBody = template({
    N: bridge({ NotificationConfiguration: { EventBridgeConfiguration: {} }, Managed: true }),
  });
  const configuration = async () => {
    const { $metadata: _, ...rest } = await s3.getBucketNotificationConfiguration({ Bucket: 'notified' });
    return rest;
  };
  const { StackId } = await cfn.createStack({ StackName: 'managed', TemplateBody });
  expect(await configuration()).toEqual({ EventBridgeConfiguration: {} });
  await cfn.deleteStack({ StackName: 'managed' });
  expect(await statusOf(StackId!)).toBe('DELETE_COMPLETE');
  expect(await configuration()).toEqual({});
});

test('the retention of a log that may not be there yet', async () => {
  const logs = new CloudWatchLogs(runtime.clientConfig);
  const StackName = 'retention';
  const text = (RetentionInDays?: number) =>
    template({
      R: {
        Type: 'Custom::LogRetention',
        Properties: {
          ServiceToken,
          LogGroupName: '/aws/lambda/x',
          ...(RetentionInDays && { RetentionInDays }),
          RemovalPolicy: 'destroy',
        },
      },
    });
  const retention = async () =>
    (await logs.describeLogGroups({ logGroupNamePrefix: '/aws/lambda/x' })).logGroups?.map(
      ({ retentionInDays }) => retentionInDays,
    );
  await cfn.createStack({ StackName, TemplateBody: text(7) });
  expect(await retention()).toEqual([7]);
  await cfn.updateStack({ StackName, TemplateBody: text() });
  expect(await retention()).toEqual([undefined]);
  await cfn.deleteStack({ StackName });
  expect(await retention()).toEqual([]);
});
