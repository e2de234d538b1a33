import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../../testing/manual-clock.ts';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { until } from '../../../testing/until.ts';
import { FunctionTests } from '../../lambda/testing.ts';
import { TopicTests } from '../../sns/testing.ts';

const ACCOUNT = '000000000000';
const FUNCTION = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:told`;

let clock: ManualClock;
let runtime: TestRuntime;
let s3: S3;
let logs: CloudWatchLogs;
let functions: FunctionTests;

beforeAll(async () => {
  clock = new ManualClock(Date.UTC(2026, 10, 21, 12));
  runtime = await startTestRuntime({}, { clock });
  s3 = new S3(runtime.clientConfig);
  logs = new CloudWatchLogs(runtime.clientConfig);
  functions = new FunctionTests(runtime);
  await functions.node('told', 'exports.handler = async (event) => console.log(JSON.stringify(event));');
});
afterAll(() => runtime[Symbol.asyncDispose]());

async function allow(statement: object = {}): Promise<void> {
  await functions.lambda.addPermission({
    FunctionName: 'told',
    StatementId: 's3',
    Action: 'lambda:InvokeFunction',
    Principal: 's3.amazonaws.com',
    ...statement,
  });
}

/** What an EventBridge rule about a bucket has seen, once it is so many events. */
async function watch(Bucket: string): Promise<(count: number) => Promise<Record<string, unknown>[]>> {
  const events = new EventBridge(runtime.clientConfig);
  await logs.createLogGroup({ logGroupName: Bucket });
  const EventPattern = JSON.stringify({ source: ['aws.s3'], detail: { bucket: { name: [Bucket] } } });
  await events.putRule({ Name: Bucket, EventPattern });
  const Arn = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${Bucket}`;
  await events.putTargets({ Rule: Bucket, Targets: [{ Id: 'log', Arn }] });
  await s3.putBucketNotificationConfiguration({
    Bucket,
    NotificationConfiguration: { EventBridgeConfiguration: {} },
  });
  return (count) =>
    until(async () => {
      const { events: found = [] } = await logs.filterLogEvents({ logGroupName: Bucket });
      const messages = found.map(({ message }) => JSON.parse(message!) as Record<string, unknown>);
      return messages.length >= count ? messages : undefined;
    });
}

/** The records that the function was invoked with for a bucket, once they are so many. */
function toldOf(
  Bucket: string,
  count: number,
): Promise<{ eventName: string; s3: { object: { key: string } } }[]> {
  return until(async () => {
    const { events = [] } = await logs
      .filterLogEvents({ logGroupName: '/aws/lambda/told', filterPattern: `"${Bucket}"` })
      .catch(() => ({ events: [] }));
    const records = events.flatMap(({ message }) => {
      const start = message!.indexOf('{');
      return (JSON.parse(message!.slice(start)) as { Records: never[] }).Records;
    });
    return records.length >= count ? records : undefined;
  });
}

test('EventBridge is told of what happens to objects, in the form of AWS', async () => {
  const Bucket = 'bridged';
  await s3.createBucket({ Bucket });
  const seen = await watch(Bucket);
  const Key = 'a folder/ü+.csv';
  const { ETag } = await s3.putObject({ Bucket, Key, Body: 'hello' });
  const [created] = await seen(1);
  expect(created).toMatchObject({
    source: 'aws.s3',
    account: ACCOUNT,
    region: 'us-east-1',
    time: '2026-11-21T12:00:00Z',
    resources: [`arn:aws:s3:::${Bucket}`],
    'detail-type': 'Object Created',
    detail: {
      version: '0',
      bucket: { name: Bucket },
      object: {
        key: Key,
        size: 5,
        etag: ETag!.replaceAll('"', ''),
        sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
      },
      'request-id': expect.any(String),
      requester: ACCOUNT,
      'source-ip-address': '127.0.0.1',
      reason: 'PutObject',
    },
  });
  await s3.copyObject({ Bucket, Key: 'copy', CopySource: `${Bucket}/${encodeURIComponent(Key)}` });
  await s3.putObjectTagging({ Bucket, Key: 'copy', Tagging: { TagSet: [{ Key: 'a', Value: '1' }] } });
  await s3.deleteObjectTagging({ Bucket, Key: 'copy' });
  await s3.putObjectAcl({ Bucket, Key: 'copy', ACL: 'private' });
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'parts' });
  const part = await s3.uploadPart({ Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: '1' });
  await s3.completeMultipartUpload({
    Bucket,
    Key: 'parts',
    UploadId,
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag }] },
  });
  await s3.putObject({ Bucket, Key: 'cold', Body: '1', StorageClass: 'GLACIER' });
  await s3.restoreObject({ Bucket, Key: 'cold', RestoreRequest: { Days: 1 } });
  await s3.deleteObject({ Bucket, Key: 'copy' });
  await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  await s3.deleteObject({ Bucket, Key });
  const events = await seen(11);
  const told = events.map(({ 'detail-type': type, detail }) => {
    const { reason, 'deletion-type': deletion } = detail as Record<string, string>;
    return [type, reason, deletion].filter(Boolean).join(' / ');
  });
  expect(told).toEqual([
    'Object Created / PutObject',
    'Object Created / CopyObject',
    'Object Tags Added',
    'Object Tags Deleted',
    'Object ACL Updated',
    'Object Created / CompleteMultipartUpload',
    'Object Created / PutObject',
    'Object Restore Initiated',
    'Object Restore Completed',
    'Object Deleted / DeleteObject / Permanently Deleted',
    'Object Deleted / DeleteObject / Delete Marker Created',
  ]);
  const sequencers = events.flatMap(({ detail }) => {
    const { object, reason } = detail as { object: { sequencer?: string }; reason?: string };
    return reason && reason !== 'DeleteObject' ? object.sequencer! : [];
  });
  expect(sequencers).toEqual([...sequencers].sort());
});

test('a function is invoked for the events and keys that it wants', async () => {
  const Bucket = 'functional';
  await s3.createBucket({ Bucket });
  await allow({ SourceArn: `arn:aws:s3:::${Bucket}`, SourceAccount: ACCOUNT });
  const Filter = {
    Key: {
      FilterRules: [
        { Name: 'prefix' as const, Value: 'in/' },
        { Name: 'suffix' as const, Value: '.csv' },
      ],
    },
  };
  await s3.putBucketNotificationConfiguration({
    Bucket,
    NotificationConfiguration: {
      LambdaFunctionConfigurations: [
        { Id: 'arrivals', LambdaFunctionArn: FUNCTION, Events: ['s3:ObjectCreated:*'], Filter },
        { LambdaFunctionArn: FUNCTION, Events: ['s3:ObjectRemoved:Delete'] },
      ],
    },
  });
  const { LambdaFunctionConfigurations } = await s3.getBucketNotificationConfiguration({ Bucket });
  expect(LambdaFunctionConfigurations).toMatchObject([
    {
      Id: 'arrivals',
      Filter: { Key: { FilterRules: [{ Name: 'Prefix', Value: 'in/' }, { Name: 'Suffix' }] } },
    },
    { Id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  ]);
  await s3.putObject({ Bucket, Key: 'in/other.txt', Body: '' });
  await s3.putObject({ Bucket, Key: 'out/data.csv', Body: '' });
  const { ETag } = await s3.putObject({ Bucket, Key: 'in/für alle+.csv', Body: 'x' });
  await s3.deleteObject({ Bucket, Key: 'in/other.txt' });
  const records = await toldOf(Bucket, 2);
  const byName = new Map(records.map((record) => [record.eventName, record]));
  expect([...byName.keys()].sort()).toEqual(['ObjectCreated:Put', 'ObjectRemoved:Delete']);
  expect(byName.get('ObjectCreated:Put')).toEqual({
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: 'us-east-1',
    eventTime: '2026-11-21T12:00:00.000Z',
    eventName: 'ObjectCreated:Put',
    userIdentity: { principalId: expect.stringMatching(/^AWS:/) },
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: { 'x-amz-request-id': expect.any(String), 'x-amz-id-2': expect.any(String) },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'arrivals',
      bucket: {
        name: Bucket,
        ownerIdentity: { principalId: expect.any(String) },
        arn: `arn:aws:s3:::${Bucket}`,
      },
      object: {
        key: 'in/f%C3%BCr+alle%2B.csv',
        size: 1,
        eTag: ETag!.replaceAll('"', ''),
        sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
      },
    },
  });
});

test('configurations that S3 refuses', async () => {
  const Bucket = 'strict';
  await s3.createBucket({ Bucket });
  const put = (configurations: object[], kind = 'LambdaFunctionConfigurations') =>
    s3.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration: { [kind]: configurations } });
  const wanting = (Events: string[], Value?: string, LambdaFunctionArn = FUNCTION) => ({
    LambdaFunctionArn,
    Events,
    ...(Value !== undefined && { Filter: { Key: { FilterRules: [{ Name: 'prefix', Value }] } } }),
  });
  const everything = ['s3:ObjectCreated:*'];
  for (const [configurations, message] of [
    [[wanting(everything)], 'Unable to validate the following destination configurations'],
    [[wanting(everything, undefined, `${FUNCTION}-none`)], 'Unable to validate the following destination'],
    [
      [wanting(everything, undefined, 'arn:aws:lambda:eu-west-1:000000000000:function:told')],
      'region is not valid',
    ],
    [[wanting(everything, undefined, 'told')], 'The ARN could not be parsed'],
    [[wanting(['s3:Nothing'])], 'The event is not supported for notifications'],
    [[wanting(everything), wanting(['s3:ObjectCreated:Put'])], 'cannot share a common event type'],
    [[wanting(everything, 'a'), wanting(everything, 'ab')], 'Configuration is ambiguously defined.'],
  ] as const) {
    await expect(put([...configurations])).rejects.toMatchObject({
      name: 'InvalidArgument',
      message: expect.stringContaining(message),
    });
  }
  const queue = { QueueArn: `arn:aws:sqs:us-east-1:${ACCOUNT}:none`, Events: everything };
  await expect(put([queue], 'QueueConfigurations')).rejects.toThrow('Unable to validate');
  await allow({ StatementId: 'other-bucket', SourceArn: 'arn:aws:s3:::other' });
  await expect(put([wanting(everything)])).rejects.toThrow('Unable to validate');
  await allow({ StatementId: 'by-pattern', SourceArn: 'arn:aws:s3:::str*' });
  await put([wanting(everything, 'a'), wanting(everything, 'b')]);
  await put([]);
  expect(await s3.getBucketNotificationConfiguration({ Bucket })).not.toHaveProperty(
    'LambdaFunctionConfigurations',
  );
});

test('queues and topics whose policies allow it get a test event and then the records', async () => {
  const Bucket = 'told-by-message';
  await s3.createBucket({ Bucket });
  const messages = new TopicTests(runtime);
  const TopicArn = await messages.topic();
  const behind = await messages.subscribed(TopicArn, { RawMessageDelivery: 'true' });
  const queue = await messages.queue();
  const NotificationConfiguration = {
    QueueConfigurations: [{ QueueArn: queue.arn, Events: ['s3:ObjectCreated:*' as const] }],
    TopicConfigurations: [{ TopicArn, Events: ['s3:ObjectRemoved:*' as const] }],
  };
  const put = () => s3.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration });
  await expect(put()).rejects.toThrow('Unable to validate');
  const Policy = (Action: string) =>
    JSON.stringify({
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action,
        Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:s3:::${Bucket}` } },
      },
    });
  await messages.sqs.setQueueAttributes({
    QueueUrl: queue.url,
    Attributes: { Policy: Policy('SQS:SendMessage') },
  });
  await messages.sns.setTopicAttributes({
    TopicArn,
    AttributeName: 'Policy',
    AttributeValue: Policy('sns:Publish'),
  });
  await put();
  for (const url of [queue.url, behind.url]) {
    const [first] = await messages.receive(url, 1);
    expect(JSON.parse(first?.Body ?? '')).toMatchObject({ Event: 's3:TestEvent', Bucket });
  }
  await s3.putObject({ Bucket, Key: 'a b', Body: 'x' });
  await s3.deleteObject({ Bucket, Key: 'a b' });
  const record = async (url: string) => {
    const [message] = await messages.receive(url, 1);
    return (JSON.parse(message?.Body ?? '') as { Records: unknown[] }).Records[0];
  };
  const object = expect.objectContaining({ key: 'a+b' });
  expect(await record(queue.url)).toMatchObject({ eventName: 'ObjectCreated:Put', s3: { object } });
  expect(await record(behind.url)).toMatchObject({ eventName: 'ObjectRemoved:Delete', s3: { object } });
  expect(await s3.getBucketNotificationConfiguration({ Bucket })).toMatchObject(NotificationConfiguration);
});
