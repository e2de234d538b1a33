import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { SFN } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { until } from '../../../testing/until.ts';
import { FunctionTests } from '../../lambda/testing.ts';
import { TopicTests } from '../../sns/testing.ts';

const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function';

let runtime: TestRuntime;
let events: EventBridge;
let folder: string;

beforeAll(async () => {
  runtime = await startTestRuntime();
  events = new EventBridge(runtime.clientConfig);
  folder = mkdtempSync(join(tmpdir(), 'slipway-targets-'));
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function rule(name: string, target: { Arn: string; RoleArn?: string; InputPath?: string }) {
  await events.putRule({ Name: name, EventPattern: JSON.stringify({ 'detail-type': [name] }) });
  await events.putTargets({ Rule: name, Targets: [{ Id: 'only', ...target }] });
}

test('a function is invoked with the event', async () => {
  const functions = new FunctionTests(runtime);
  const file = join(folder, 'seen');
  await functions.node(
    'witness',
    `exports.handler = async (event) => {
      require('node:fs').writeFileSync(process.env.FILE + '.part', JSON.stringify(event));
      require('node:fs').renameSync(process.env.FILE + '.part', process.env.FILE);
    };`,
    { Environment: { Variables: { FILE: file } } },
  );
  await rule('invoke', { Arn: `${LAMBDA}:witness` });
  const { Entries } = await events.putEvents({
    Entries: [{ Source: 'test', DetailType: 'invoke', Detail: '{"a":1}' }],
  });
  const seen = await until(() => readFile(file, 'utf8').catch(() => undefined));
  expect(JSON.parse(seen)).toMatchObject({
    id: Entries![0]!.EventId,
    source: 'test',
    'detail-type': 'invoke',
    detail: { a: 1 },
  });
});

test('an execution is started with its part of the event', async () => {
  const sfn = new SFN(runtime.clientConfig);
  const { stateMachineArn } = await sfn.createStateMachine({
    name: 'started',
    roleArn: 'arn:aws:iam::000000000000:role/machine',
    definition: JSON.stringify({ StartAt: 'Only', States: { Only: { Type: 'Pass', End: true } } }),
  });
  const RoleArn = 'arn:aws:iam::000000000000:role/starter';
  await rule('start', { Arn: stateMachineArn!, RoleArn, InputPath: '$.detail' });
  await events.putEvents({
    Entries: [{ Source: 'test', DetailType: 'start', Detail: '{"data":"new"}' }],
  });
  const execution = await until(async () => {
    const { executions } = await sfn.listExecutions({ stateMachineArn, statusFilter: 'SUCCEEDED' });
    return executions?.[0];
  });
  const { input, output } = await sfn.describeExecution({ executionArn: execution.executionArn });
  expect([input, output]).toEqual(['{"data":"new"}', '{"data":"new"}']);
  const { executions } = await sfn.listExecutions({ stateMachineArn });
  expect(executions).toHaveLength(1);
});

test('queues and topics get their part, and what cannot be delivered is kept', async () => {
  const messages = new TopicTests(runtime);
  const { url, arn } = await messages.queue();
  const TopicArn = await messages.topic();
  const behind = await messages.subscribed(TopicArn, { RawMessageDelivery: 'true' });
  const fifo = await messages.queue({ FifoQueue: 'true' });
  const dead = await messages.queue();
  await events.putRule({ Name: 'messages', EventPattern: JSON.stringify({ source: ['messages'] }) });
  await events.putTargets({
    Rule: 'messages',
    Targets: [
      { Id: 'queue', Arn: arn, InputPath: '$.detail' },
      { Id: 'topic', Arn: TopicArn, InputPath: '$.detail' },
      { Id: 'fifo', Arn: fifo.arn, InputPath: '$.detail', SqsParameters: { MessageGroupId: 'g' } },
      { Id: 'gone', Arn: `${arn}-gone`, DeadLetterConfig: { Arn: dead.arn } },
    ],
  });
  await events.putEvents({ Entries: [{ Source: 'messages', DetailType: 'any', Detail: '{"a":1}' }] });
  for (const queue of [url, behind.url, fifo.url]) {
    expect((await messages.receive(queue, 1))[0]?.Body).toBe('{"a":1}');
  }
  const [letter] = await messages.receive(dead.url, 1);
  expect(JSON.parse(letter?.Body ?? '')).toMatchObject({ source: 'messages', detail: { a: 1 } });
  expect(letter?.attributes).toMatchObject({
    TARGET_ARN: `${arn}-gone`,
    ERROR_CODE: 'QueueDoesNotExist',
  });
});
