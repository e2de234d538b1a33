import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { Forecast } from '@aws-sdk/client-forecast';
import { Glue } from '@aws-sdk/client-glue';
import { IAM } from '@aws-sdk/client-iam';
import { Lambda } from '@aws-sdk/client-lambda';
import { S3 } from '@aws-sdk/client-s3';
import { SFN } from '@aws-sdk/client-sfn';
import { SSM } from '@aws-sdk/client-ssm';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../testing/test-runtime.ts';
import { AccessTests, allow, noPolicy, policy } from './testing.ts';

const HERE = 'us-east-1:000000000000';

let runtime: TestRuntime;
let access: AccessTests;
let root: S3;

beforeAll(async () => {
  runtime = await startTestRuntime({ access: 'enforce' });
  access = new AccessTests(runtime);
  root = new S3(runtime.clientConfig);
  await root.createBucket({ Bucket: 'data' });
  await root.putObject({ Bucket: 'data', Key: 'in/a.csv', Body: 'a' });
});
afterAll(() => runtime[Symbol.asyncDispose]());

test('S3: reading is allowed object by object, in its own words', async () => {
  await access.role('reader', [allow('s3:GetObject', 'arn:aws:s3:::data/in/*')]);
  const s3 = new S3(await access.session('reader'));
  await s3.getObject({ Bucket: 'data', Key: 'in/a.csv' });
  await s3.headObject({ Bucket: 'data', Key: 'in/a.csv' });
  await expect(s3.getObject({ Bucket: 'data', Key: 'out/a.csv' })).rejects.toMatchObject({
    name: 'AccessDenied',
    $metadata: { httpStatusCode: 403 },
    message: noPolicy('reader', 's3:GetObject', '"arn:aws:s3:::data/out/a.csv"'),
  });
  await expect(s3.putObject({ Bucket: 'data', Key: 'in/b.csv', Body: 'b' })).rejects.toMatchObject({
    message: noPolicy('reader', 's3:PutObject', '"arn:aws:s3:::data/in/b.csv"'),
  });
  await expect(s3.headObject({ Bucket: 'data', Key: 'out/a.csv' })).rejects.toMatchObject({
    $metadata: { httpStatusCode: 403 },
  });
});

test('S3: lists by prefix, copies need both sides, uploads in parts are puts', async () => {
  await access.role('copier', [
    { ...allow('s3:ListBucket', 'arn:aws:s3:::data'), Condition: { StringLike: { 's3:prefix': 'in/*' } } },
    allow('s3:PutObject', 'arn:aws:s3:::data/out/*'),
  ]);
  const s3 = new S3(await access.session('copier'));
  expect((await s3.listObjectsV2({ Bucket: 'data', Prefix: 'in/' })).KeyCount).toBe(1);
  await expect(s3.listObjectsV2({ Bucket: 'data' })).rejects.toThrow('s3:ListBucket');
  const copy = () => s3.copyObject({ Bucket: 'data', Key: 'out/a.csv', CopySource: 'data/in/a.csv' });
  await expect(copy()).rejects.toThrow('s3:GetObject on resource: "arn:aws:s3:::data/in/a.csv"');
  const upload = { Bucket: 'data', Key: 'out/large' };
  const { UploadId } = await s3.createMultipartUpload(upload);
  await s3.uploadPart({ ...upload, UploadId, PartNumber: 1, Body: 'part' });
  await expect(s3.abortMultipartUpload({ ...upload, UploadId })).rejects.toThrow('s3:AbortMultipartUpload');
  await access.allow('copier', [allow(['s3:GetObject', 's3:PutObject'], 'arn:aws:s3:::data/*')]);
  await copy();
  await expect(s3.putObject({ ...upload, Body: 'x', Tagging: 'a=b' })).rejects.toThrow('s3:PutObjectTagging');
  await expect(
    s3.deleteObjects({ Bucket: 'data', Delete: { Objects: [{ Key: 'out/a.csv' }] } }),
  ).rejects.toThrow('s3:DeleteObject on resource: "arn:aws:s3:::data/out/a.csv"');
});

test('S3: a bucket policy allows a role by itself and denies even the account', async () => {
  const Bucket = 'governed';
  await root.createBucket({ Bucket });
  await root.putObject({ Bucket, Key: 'k', Body: 'k' });
  const role = await access.role('guest', []);
  const s3 = new S3(await access.session('guest'));
  await expect(s3.getObject({ Bucket, Key: 'k' })).rejects.toThrow('no identity-based policy');
  const objects = `arn:aws:s3:::${Bucket}/*`;
  await root.putBucketPolicy({
    Bucket,
    Policy: policy(
      { ...allow('s3:GetObject', objects), Principal: { AWS: role } },
      { ...allow('s3:DeleteObject', objects), Effect: 'Deny', Principal: '*' },
      // What the CDK's enforceSSL adds: loopback counts as secure.
      {
        ...allow('s3:*', objects),
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ),
  });
  await s3.getObject({ Bucket, Key: 'k' });
  await expect(root.deleteObject({ Bucket, Key: 'k' })).rejects.toMatchObject({
    name: 'AccessDenied',
    message: `User: arn:aws:iam::000000000000:root is not authorized to perform: s3:DeleteObject on resource: "arn:aws:s3:::${Bucket}/k" with an explicit deny in a resource-based policy`,
  });
  await root.putObject({ Bucket, Key: 'k', Body: 'again' });
});

test('each service is asked by its own actions and resources', async () => {
  await access.role('nobody', []);
  const settings = await access.session('nobody');
  const calls: [call: () => Promise<unknown>, action: string, resource?: string][] = [
    [
      () => new Lambda(settings).invoke({ FunctionName: 'f', Qualifier: 'live' }),
      'lambda:InvokeFunction',
      `arn:aws:lambda:${HERE}:function:f:live`,
    ],
    [
      () => new Lambda(settings).getFunction({ FunctionName: `arn:aws:lambda:${HERE}:function:f` }),
      'lambda:GetFunction',
      `arn:aws:lambda:${HERE}:function:f`,
    ],
    [() => new Lambda(settings).listFunctions({}), 'lambda:ListFunctions'],
    [
      () => new SFN(settings).startExecution({ stateMachineArn: `arn:aws:states:${HERE}:stateMachine:m` }),
      'states:StartExecution',
      `arn:aws:states:${HERE}:stateMachine:m`,
    ],
    [
      () => new SFN(settings).describeExecution({ executionArn: `arn:aws:states:${HERE}:execution:m:e` }),
      'states:DescribeExecution',
      `arn:aws:states:${HERE}:execution:m:e`,
    ],
    [
      () => new Glue(settings).startJobRun({ JobName: 'j' }),
      'glue:StartJobRun',
      `arn:aws:glue:${HERE}:job/j`,
    ],
    [
      () => new Forecast(settings).describeDataset({ DatasetArn: `arn:aws:forecast:${HERE}:dataset/d` }),
      'forecast:DescribeDataset',
      `arn:aws:forecast:${HERE}:dataset/d`,
    ],
    [() => new Forecast(settings).listPredictors({}), 'forecast:ListPredictors'],
    [
      () => new CloudWatchLogs(settings).createLogStream({ logGroupName: '/g', logStreamName: 's' }),
      'logs:CreateLogStream',
      `arn:aws:logs:${HERE}:log-group:/g:log-stream:s`,
    ],
    [
      () =>
        new EventBridge(settings).putEvents({ Entries: [{ Source: 's', DetailType: 'd', Detail: '{}' }] }),
      'events:PutEvents',
      `arn:aws:events:${HERE}:event-bus/default`,
    ],
    [
      () => new EventBridge(settings).describeRule({ Name: 'r', EventBusName: 'b' }),
      'events:DescribeRule',
      `arn:aws:events:${HERE}:rule/b/r`,
    ],
    [
      () => new CloudWatch(settings).putMetricData({ Namespace: 'N', MetricData: [] }),
      'cloudwatch:PutMetricData',
    ],
    [
      () => new SSM(settings).getParameter({ Name: '/a/b' }),
      'ssm:GetParameter',
      `arn:aws:ssm:${HERE}:parameter/a/b`,
    ],
    [
      () => new IAM(settings).getRole({ RoleName: 'nobody' }),
      'iam:GetRole',
      'arn:aws:iam::000000000000:role/nobody',
    ],
  ];
  for (const [call, action, resource] of calls) {
    const error = await call().catch((failure: Error) => failure);
    expect(error).toMatchObject({
      name: expect.stringMatching(/^AccessDenied(Exception)?$/),
      message: noPolicy('nobody', action, resource),
    });
  }
  // Nobody can be kept from asking who they are.
  expect((await new STS(settings).getCallerIdentity({})).Arn).toContain('assumed-role/nobody/test');
});

test('conditions that the CDK writes: a namespace, a log group with all that is in it', async () => {
  await access.role('watcher', [
    {
      ...allow('cloudwatch:PutMetricData'),
      Condition: { StringEquals: { 'cloudwatch:namespace': 'MINE' } },
    },
    allow(
      ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      `arn:aws:logs:${HERE}:log-group:/g:*`,
    ),
  ]);
  const settings = await access.session('watcher');
  const cloudwatch = new CloudWatch(settings);
  const MetricData = [{ MetricName: 'm', Value: 1 }];
  await cloudwatch.putMetricData({ Namespace: 'MINE', MetricData });
  await expect(cloudwatch.putMetricData({ Namespace: 'OTHER', MetricData })).rejects.toThrow(
    'cloudwatch:PutMetricData',
  );
  const logs = new CloudWatchLogs(settings);
  await logs.createLogGroup({ logGroupName: '/g' });
  await logs.createLogStream({ logGroupName: '/g', logStreamName: 's' });
  await expect(logs.createLogGroup({ logGroupName: '/g2' })).rejects.toThrow('logs:CreateLogGroup');
});

test('users have what they, their groups and managed policies are given, within their boundary', async () => {
  const { iam } = access;
  const { Policy } = await iam.createPolicy({
    PolicyName: 'bounds',
    PolicyDocument: policy(allow('s3:Get*')),
  });
  await iam.createUser({ UserName: 'ann', PermissionsBoundary: Policy!.Arn });
  await iam.createGroup({ GroupName: 'team' });
  await iam.addUserToGroup({ UserName: 'ann', GroupName: 'team' });
  const { AccessKey } = await iam.createAccessKey({ UserName: 'ann' });
  const s3 = new S3({
    ...runtime.clientConfig,
    credentials: { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! },
  });
  const read = () => s3.getObject({ Bucket: 'data', Key: 'in/a.csv' });
  await expect(read()).rejects.toThrow('because no identity-based policy allows the s3:GetObject action');
  await iam.attachGroupPolicy({
    GroupName: 'team',
    PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess',
  });
  await read();
  await expect(s3.putObject({ Bucket: 'data', Key: 'in/u', Body: 'u' })).rejects.toThrow(
    'because no permissions boundary allows the s3:PutObject action',
  );
});
