import { SQS } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployContext } from '../../testing/deploy-context.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { sqsResources } from './resources/index.ts';

const ARN = 'arn:aws:sqs:us-east-1:000000000000';

let clock: ManualClock;
let runtime: TestRuntime;
let sqs: SQS;

beforeAll(async () => {
  clock = new ManualClock();
  runtime = await startTestRuntime({}, { clock });
  sqs = new SQS(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

const create = async (QueueName: string, Attributes: Record<string, string> = {}) =>
  (await sqs.createQueue({ QueueName, Attributes })).QueueUrl ?? '';

async function attributes(QueueUrl: string) {
  return (await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] })).Attributes ?? {};
}

test('a queue has its defaults, and is created again only as it is', async () => {
  const QueueUrl = await create('plain');
  expect(QueueUrl).toBe(`${runtime.endpoint}/000000000000/plain`);
  expect(await attributes(QueueUrl)).toEqual({
    QueueArn: `${ARN}:plain`,
    CreatedTimestamp: String(clock.now() / 1000),
    LastModifiedTimestamp: String(clock.now() / 1000),
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
    ApproximateNumberOfMessagesDelayed: '0',
    DelaySeconds: '0',
    MaximumMessageSize: '1048576',
    MessageRetentionPeriod: '345600',
    ReceiveMessageWaitTimeSeconds: '0',
    VisibilityTimeout: '30',
    SqsManagedSseEnabled: 'true',
  });
  expect(await create('plain', { VisibilityTimeout: '30' })).toBe(QueueUrl);
  await expect(create('plain', { VisibilityTimeout: '31' })).rejects.toMatchObject({
    name: expect.stringMatching(/QueueNameExists|QueueAlreadyExists/),
    message:
      'A queue already exists with the same name and a different value for attribute VisibilityTimeout',
  });
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { VisibilityTimeout: '31' } });
  expect(await create('plain', { VisibilityTimeout: '31' })).toBe(QueueUrl);
});

test.each([
  ['bad name', {}, 'Can only include alphanumeric'],
  ['no-suffix', { FifoQueue: 'true' }, 'must end with .fifo suffix'],
  ['x.fifo', {}, 'Can only include alphanumeric'],
  ['x', { VisibilityTimeout: '43201' }, 'Invalid value for the parameter VisibilityTimeout.'],
  ['x', { DelaySeconds: 'soon' }, 'Invalid value for the parameter DelaySeconds.'],
  ['x', { Colour: 'red' }, 'Unknown Attribute Colour.'],
  ['x', { ContentBasedDeduplication: 'true' }, 'only when FifoQueue is set to true'],
  ['x', { Policy: 'none' }, 'Invalid value for the parameter Policy.'],
  ['x', { RedrivePolicy: '{' }, 'RedrivePolicy is not a valid JSON map.'],
  ['x', { RedrivePolicy: '{"maxReceiveCount":1}' }, 'mandatory attribute: deadLetterTargetArn'],
  [
    'x',
    { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: `${ARN}:none`, maxReceiveCount: 1 }) },
    'Dead letter target does not exist.',
  ],
  ['x', { RedriveAllowPolicy: '{"redrivePermission":"some"}' }, 'values for redrivePermission'],
])('the queue %s with %j is refused', async (name, given, message) => {
  await expect(create(name, given as Record<string, string>)).rejects.toThrow(message);
});

test('a queue can keep others from leaving their dead letters in it', async () => {
  const RedriveAllowPolicy = JSON.stringify({
    redrivePermission: 'byQueue',
    sourceQueueArns: [`${ARN}:friend`],
  });
  await create('closed', { RedriveAllowPolicy });
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: `${ARN}:closed`, maxReceiveCount: 3 });
  await expect(create('stranger', { RedrivePolicy })).rejects.toThrow('Insufficient permissions');
  await create('friend', { RedrivePolicy });
});

test('lists come in pages', async () => {
  for (const name of ['page-b', 'page-a', 'page-c']) await create(name);
  const first = await sqs.listQueues({ QueueNamePrefix: 'page-', MaxResults: 2 });
  const rest = await sqs.listQueues({
    QueueNamePrefix: 'page-',
    MaxResults: 2,
    NextToken: first.NextToken,
  });
  const names = [first, rest].map(({ QueueUrls }) => QueueUrls?.map((url) => url.split('/').at(-1)));
  expect(names).toEqual([['page-a', 'page-b'], ['page-c']]);
  expect(rest.NextToken).toBeUndefined();
});

test('purged and deleted queues are empty', async () => {
  const QueueUrl = await create('short-lived');
  await sqs.sendMessage({ QueueUrl, MessageBody: 'x' });
  await sqs.purgeQueue({ QueueUrl });
  expect(await attributes(QueueUrl)).toMatchObject({ ApproximateNumberOfMessages: '0' });
  await expect(sqs.purgeQueue({ QueueUrl })).rejects.toThrow('allowed every 60 seconds');
  clock.advance(60_000);
  await sqs.purgeQueue({ QueueUrl });
  await sqs.sendMessage({ QueueUrl, MessageBody: 'x' });
  await sqs.deleteQueue({ QueueUrl });
  await expect(sqs.receiveMessage({ QueueUrl })).rejects.toMatchObject({
    message: 'The specified queue does not exist.',
  });
  await create('short-lived');
  expect((await sqs.receiveMessage({ QueueUrl })).Messages).toBeUndefined();
});

test('permissions and tags', async () => {
  const QueueUrl = await create('marked');
  const permission = {
    QueueUrl,
    Label: 'friends',
    AWSAccountIds: ['123456789012'],
    Actions: ['SendMessage'],
  };
  await sqs.addPermission(permission);
  await expect(sqs.addPermission(permission)).rejects.toThrow('Already exists.');
  expect(JSON.parse((await attributes(QueueUrl))['Policy'] ?? '')).toEqual({
    Version: '2012-10-17',
    Id: `${ARN}:marked/SQSDefaultPolicy`,
    Statement: [
      {
        Sid: 'friends',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::123456789012:root' },
        Action: 'SQS:SendMessage',
        Resource: `${ARN}:marked`,
      },
    ],
  });
  await sqs.removePermission({ QueueUrl, Label: 'friends' });
  expect(await attributes(QueueUrl)).not.toHaveProperty('Policy');
  await sqs.tagQueue({ QueueUrl, Tags: { team: 'a', stage: 'test' } });
  await sqs.untagQueue({ QueueUrl, TagKeys: ['stage'] });
  expect((await sqs.listQueueTags({ QueueUrl })).Tags).toEqual({ team: 'a' });
});

test('queues and policies of templates', async () => {
  const queues = sqsResources['AWS::SQS::Queue']!;
  const policies = sqsResources['AWS::SQS::QueuePolicy']!;
  const properties = { VisibilityTimeout: 60, FifoQueue: true, Tags: [{ Key: 'a', Value: 'b' }] };
  const { physicalId, attributes: given } = await queues.create(properties, deployContext(runtime, 'Jobs'));
  expect(given).toMatchObject({ Arn: `${ARN}:test-Jobs-1.fifo`, QueueName: 'test-Jobs-1.fifo' });
  const PolicyDocument = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sqs:*' }] };
  const policy = { PolicyDocument, Queues: [physicalId] };
  const made = await policies.create(policy, deployContext(runtime, 'Policy'));
  expect(await attributes(physicalId)).toMatchObject({ VisibilityTimeout: '60', FifoQueue: 'true' });
  expect(JSON.parse((await attributes(physicalId))['Policy'] ?? '')).toEqual(PolicyDocument);
  const changed = { FifoQueue: true, DelaySeconds: '5' };
  await queues.update(physicalId, changed, properties, deployContext(runtime, 'Jobs', 'update'));
  expect(await attributes(physicalId)).toMatchObject({ VisibilityTimeout: '30', DelaySeconds: '5' });
  expect((await sqs.listQueueTags({ QueueUrl: physicalId })).Tags).toBeUndefined();
  await policies.delete(made.physicalId, policy, deployContext(runtime, 'Policy', 'delete'));
  expect(await attributes(physicalId)).not.toHaveProperty('Policy');
  await queues.delete(physicalId, changed, deployContext(runtime, 'Jobs', 'delete'));
  await queues.delete(physicalId, changed, deployContext(runtime, 'Jobs', 'again'));
  await policies.delete(made.physicalId, policy, deployContext(runtime, 'Policy', 'again'));
});
