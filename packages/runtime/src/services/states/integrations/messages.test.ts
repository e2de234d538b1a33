import { SFN } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { TopicTests } from '../../sns/testing.ts';

let runtime: TestRuntime;
let sfn: SFN;
let messages: TopicTests;

beforeAll(async () => {
  runtime = await startTestRuntime();
  sfn = new SFN(runtime.clientConfig);
  messages = new TopicTests(runtime);
});
afterAll(() => runtime[Symbol.asyncDispose]());

let count = 0;
async function start(Resource: string, Parameters: object, input: object = {}) {
  const { stateMachineArn } = await sfn.createStateMachine({
    name: `machine-${++count}`,
    roleArn: 'arn:aws:iam::000000000000:role/machine',
    definition: JSON.stringify({
      StartAt: 'Only',
      States: { Only: { Type: 'Task', Resource: `arn:aws:states:::${Resource}`, Parameters, End: true } },
    }),
  });
  const { executionArn = '' } = await sfn.startExecution({ stateMachineArn, input: JSON.stringify(input) });
  return executionArn;
}

async function ended(executionArn: string) {
  return await vi.waitUntil(
    async () => {
      const described = await sfn.describeExecution({ executionArn });
      return described.status === 'RUNNING' ? undefined : described;
    },
    { timeout: 20_000, interval: 20 },
  );
}

test('an object is sent to a queue as JSON', async () => {
  const { url } = await messages.queue();
  const MessageBody = { 'key.$': '$.key' };
  const execution = await ended(await start('sqs:sendMessage', { QueueUrl: url, MessageBody }, { key: 'v' }));
  expect(JSON.parse(execution.output ?? '')).toMatchObject({
    MessageId: expect.any(String),
    MD5OfMessageBody: expect.any(String),
    SdkHttpMetadata: { HttpStatusCode: 200 },
  });
  expect((await messages.receive(url, 1))[0]?.Body).toBe('{"key":"v"}');
});

test('a task waits for the token that went out with the message', async () => {
  const { url } = await messages.queue();
  const MessageBody = { 'token.$': '$$.Task.Token' };
  const execution = await start('sqs:sendMessage.waitForTaskToken', { QueueUrl: url, MessageBody });
  const [message] = await messages.receive(url, 1);
  const { token } = JSON.parse(message?.Body ?? '') as { token: string };
  await sfn.sendTaskSuccess({ taskToken: token, output: '"answered"' });
  expect(await ended(execution)).toMatchObject({ status: 'SUCCEEDED', output: '"answered"' });
});

test('a message is published, with its attributes', async () => {
  const TopicArn = await messages.topic();
  const { url } = await messages.subscribed(TopicArn, { RawMessageDelivery: 'true' });
  const execution = await ended(
    await start('sns:publish', {
      TopicArn,
      Subject: 'Done',
      Message: { wql: 0.04 },
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'good' } },
    }),
  );
  expect(execution.status).toBe('SUCCEEDED');
  expect(await messages.receive(url, 1)).toEqual([{ Body: '{"wql":0.04}', attributes: { kind: 'good' } }]);
});

test('a published message may carry the token too', async () => {
  const TopicArn = await messages.topic();
  const { url } = await messages.subscribed(TopicArn, { RawMessageDelivery: 'true' });
  const execution = await start('sns:publish.waitForTaskToken', {
    TopicArn,
    Message: { 'token.$': '$$.Task.Token' },
  });
  const [message] = await messages.receive(url, 1);
  const { token } = JSON.parse(message?.Body ?? '') as { token: string };
  await sfn.sendTaskFailure({ taskToken: token, error: 'Refused', cause: 'by hand' });
  expect(await ended(execution)).toMatchObject({ status: 'FAILED', error: 'Refused' });
});

test('failures have the names that Step Functions gives them', async () => {
  const QueueUrl = `${runtime.endpoint}/000000000000/none`;
  const missing = await ended(await start('sqs:sendMessage', { QueueUrl, MessageBody: 'x' }));
  expect(missing).toMatchObject({ status: 'FAILED', error: 'SQS.QueueDoesNotExistException' });
  const TopicArn = 'arn:aws:sns:us-east-1:000000000000:none';
  const unheard = await ended(await start('sns:publish', { TopicArn, Message: 'x' }));
  expect(unheard).toMatchObject({ status: 'FAILED', error: 'SNS.NotFoundException' });
  const sdk = await ended(await start('aws-sdk:sqs:sendMessage', { QueueUrl, MessageBody: 'x' }));
  expect(sdk).toMatchObject({ status: 'FAILED', error: 'Sqs.QueueDoesNotExistException' });
});

test('any other action through the SDK integrations', async () => {
  const created = await ended(await start('aws-sdk:sns:createTopic', { Name: 'made-by-a-machine' }));
  expect(JSON.parse(created.output ?? '')).toEqual({
    TopicArn: 'arn:aws:sns:us-east-1:000000000000:made-by-a-machine',
  });
});
