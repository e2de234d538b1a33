import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployContext } from '../../../testing/deploy-context.ts';
import { ManualClock } from '../../../testing/manual-clock.ts';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { until } from '../../../testing/until.ts';
import { TopicTests } from '../../sns/testing.ts';
import { lambdaResources } from '../resources/index.ts';
import { FunctionTests } from '../testing.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function';

let clock: ManualClock;
let runtime: TestRuntime;
let functions: FunctionTests;
let messages: TopicTests;
let results: { url: string; arn: string };

// Sends on what it gets; refuses bodies that say so, one by one or all together.
const SOURCE = `const { SQS } = require('@aws-sdk/client-sqs');
exports.handler = async ({ Records }) => {
  const bodies = Records.map(({ body }) => body);
  if (bodies.includes('all bad')) throw new Error('as told');
  await new SQS({}).sendMessage({ QueueUrl: process.env.RESULTS, MessageBody: JSON.stringify(Records) });
  return { batchItemFailures: Records.filter(({ body }) => body === 'bad').map(({ messageId }) => ({ itemIdentifier: messageId })) };
};`;

beforeAll(async () => {
  clock = new ManualClock();
  runtime = await startTestRuntime({}, { clock });
  functions = new FunctionTests(runtime);
  messages = new TopicTests(runtime);
  results = await messages.queue();
  await functions.node('reader', SOURCE, { Environment: { Variables: { RESULTS: results.url } } });
});
afterAll(() => runtime[Symbol.asyncDispose]());

async function mapped(settings: object = {}, attributes: Record<string, string> = {}) {
  const dead = await messages.queue();
  const queue = await messages.queue({
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 }),
    ...attributes,
  });
  const { UUID } = await functions.lambda.createEventSourceMapping({
    EventSourceArn: queue.arn,
    FunctionName: 'reader',
    ...settings,
  });
  return { ...queue, dead, UUID };
}

async function isEmpty(QueueUrl: string): Promise<true | undefined> {
  const { Attributes = {} } = await messages.sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] });
  const counts = [
    Attributes['ApproximateNumberOfMessages'],
    Attributes['ApproximateNumberOfMessagesNotVisible'],
  ];
  return counts.every((count) => count === '0') ? true : undefined;
}

test('a function gets the messages of a queue, which are deleted when it is done', async () => {
  const { url, arn, UUID } = await mapped();
  await messages.sqs.sendMessage({
    QueueUrl: url,
    MessageBody: 'good',
    MessageAttributes: { kind: { DataType: 'String', StringValue: 'a' } },
  });
  const [result] = await messages.receive(results.url, 1);
  expect(JSON.parse(result?.Body ?? '')).toEqual([
    {
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      body: 'good',
      attributes: expect.objectContaining({ ApproximateReceiveCount: '1', SenderId: '000000000000' }),
      messageAttributes: {
        kind: { stringValue: 'a', stringListValues: [], binaryListValues: [], dataType: 'String' },
      },
      md5OfMessageAttributes: expect.any(String),
      md5OfBody: expect.any(String),
      eventSource: 'aws:sqs',
      eventSourceARN: arn,
      awsRegion: 'us-east-1',
    },
  ]);
  await until(() => isEmpty(url));
  await functions.lambda.deleteEventSourceMapping({ UUID });
});

test('what it says that it failed on stays in the queue, the rest of the batch does not', async () => {
  const FunctionResponseTypes = ['ReportBatchItemFailures' as const];
  const { url, dead, UUID } = await mapped({ FunctionResponseTypes }, { VisibilityTimeout: '30' });
  const Entries = ['good', 'bad'].map((MessageBody) => ({ Id: MessageBody, MessageBody }));
  await messages.sqs.sendMessageBatch({ QueueUrl: url, Entries });
  await messages.receive(results.url, 1);
  await until(async () => {
    const { Attributes = {} } = await messages.sqs.getQueueAttributes({
      QueueUrl: url,
      AttributeNames: ['ApproximateNumberOfMessagesNotVisible'],
    });
    return Attributes['ApproximateNumberOfMessagesNotVisible'] === '1' ? true : undefined;
  });
  expect(await isEmpty(dead.url)).toBe(true);
  await functions.lambda.deleteEventSourceMapping({ UUID });
});

test('a batch that it fails on comes back, and ends in the dead letters', async () => {
  const { url, dead, UUID } = await mapped();
  await messages.sqs.sendMessage({ QueueUrl: url, MessageBody: 'all bad' });
  await until(async () => {
    const { Attributes = {} } = await messages.sqs.getQueueAttributes({
      QueueUrl: url,
      AttributeNames: ['ApproximateNumberOfMessagesNotVisible'],
    });
    return Attributes['ApproximateNumberOfMessagesNotVisible'] === '1' ? true : undefined;
  });
  clock.advance(30_000);
  expect(await messages.receive(dead.url, 1)).toMatchObject([{ Body: 'all bad' }]);
  await functions.lambda.deleteEventSourceMapping({ UUID });
});

test('a mapping is disabled, changed, listed and taken back', async () => {
  const { arn, url, UUID } = await mapped({ Enabled: false, BatchSize: 5 });
  await messages.sqs.sendMessage({ QueueUrl: url, MessageBody: 'waits' });
  const { lambda } = functions;
  expect(await lambda.getEventSourceMapping({ UUID })).toMatchObject({
    State: 'Disabled',
    BatchSize: 5,
    EventSourceArn: arn,
    FunctionArn: `${ARN}:reader`,
  });
  await expect(
    lambda.createEventSourceMapping({ EventSourceArn: arn, FunctionName: 'reader' }),
  ).rejects.toThrow('already exists');
  await lambda.updateEventSourceMapping({ UUID, Enabled: true, ScalingConfig: { MaximumConcurrency: 2 } });
  const [result] = await messages.receive(results.url, 1);
  expect(result?.Body).toContain('waits');
  const listed = await lambda.listEventSourceMappings({ EventSourceArn: arn });
  expect(listed.EventSourceMappings).toMatchObject([{ UUID, ScalingConfig: { MaximumConcurrency: 2 } }]);
  expect(await lambda.deleteEventSourceMapping({ UUID })).toMatchObject({ State: 'Deleting' });
  await expect(lambda.getEventSourceMapping({ UUID })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test.each([
  [{ BatchSize: 11 }, 'Maximum batch window in seconds must be greater than 0'],
  [{ EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:none' }, 'NonExistentQueue'],
  [{ EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s' }, 'other than queues'],
  [{ FilterCriteria: { Filters: [{ Pattern: '{}' }] } }, 'FilterCriteria of event source mappings'],
  [{ FunctionName: 'nobody' }, 'Function not found'],
])('%j is refused', async (settings, message) => {
  await expect(mapped(settings)).rejects.toThrow(message);
});

test('a queue gives its messages back too soon for a slow function', async () => {
  await expect(mapped({}, { VisibilityTimeout: '10' })).rejects.toThrow(
    'Queue visibility timeout: 10 seconds is less than Function timeout: 30 seconds',
  );
});

test('a mapping of a template', async () => {
  const resources = lambdaResources({
    client: () => Object.create(null) as never,
    signals: runtime.signals,
  });
  const mapping = resources['AWS::Lambda::EventSourceMapping']!;
  const { arn, url } = await messages.queue();
  const properties = { EventSourceArn: arn, FunctionName: 'reader', BatchSize: '1' };
  const { physicalId } = await mapping.create(properties, deployContext(runtime, 'Mapping'));
  await messages.sqs.sendMessage({ QueueUrl: url, MessageBody: 'from a stack' });
  expect((await messages.receive(results.url, 1))[0]?.Body).toContain('from a stack');
  await mapping.delete(physicalId, properties, deployContext(runtime, 'Mapping', 'delete'));
  await mapping.delete(physicalId, properties, deployContext(runtime, 'Mapping', 'again'));
});
