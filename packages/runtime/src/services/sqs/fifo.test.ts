import { SQS } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../testing/manual-clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';

let clock: ManualClock;
let runtime: TestRuntime;
let sqs: SQS;

beforeAll(async () => {
  clock = new ManualClock();
  runtime = await startTestRuntime({}, { clock });
  sqs = new SQS(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

let count = 0;
async function fifo(Attributes: Record<string, string> = {}) {
  const { QueueUrl = '' } = await sqs.createQueue({
    QueueName: `queue-${++count}.fifo`,
    Attributes: { FifoQueue: 'true', ContentBasedDeduplication: 'true', ...Attributes },
  });
  return QueueUrl;
}

function send(QueueUrl: string, MessageBody: string, MessageGroupId: string, more: object = {}) {
  return sqs.sendMessage({ QueueUrl, MessageBody, MessageGroupId, ...more });
}

async function receive(QueueUrl: string, MaxNumberOfMessages = 10, more: object = {}) {
  const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages, ...more });
  return Messages;
}

async function bodies(QueueUrl: string, most = 10) {
  return (await receive(QueueUrl, most)).map(({ Body }) => Body);
}

test('a group comes in its order, and waits for what is in flight of it', async () => {
  const QueueUrl = await fifo();
  for (const [body, group] of [
    ['a1', 'a'],
    ['a2', 'a'],
    ['b1', 'b'],
    ['a3', 'a'],
  ] as const) {
    await send(QueueUrl, body, group);
  }
  const [first] = await receive(QueueUrl, 1);
  expect(first?.Body).toBe('a1');
  expect(await bodies(QueueUrl)).toEqual(['b1']);
  expect(await bodies(QueueUrl)).toEqual([]);
  await sqs.deleteMessage({ QueueUrl, ReceiptHandle: first?.ReceiptHandle });
  expect(await bodies(QueueUrl)).toEqual(['a2', 'a3']);
  clock.advance(30_000);
  expect(await bodies(QueueUrl, 2)).toEqual(['a2', 'b1']);
});

test('a waiting receiver gets the rest of a group when its first message is done', async () => {
  const QueueUrl = await fifo();
  await send(QueueUrl, 'one', 'g');
  await send(QueueUrl, 'two', 'g');
  const [one] = await receive(QueueUrl, 1);
  const waiting = receive(QueueUrl, 1, { WaitTimeSeconds: 20 });
  await sqs.deleteMessage({ QueueUrl, ReceiptHandle: one?.ReceiptHandle });
  expect((await waiting).map(({ Body }) => Body)).toEqual(['two']);
});

test('what was sent twice within five minutes is there once', async () => {
  const QueueUrl = await fifo();
  const first = await send(QueueUrl, 'same', 'g');
  const second = await send(QueueUrl, 'same', 'other');
  expect(second).toMatchObject({ MessageId: first.MessageId, SequenceNumber: first.SequenceNumber });
  const explicit = await send(QueueUrl, 'same', 'g', { MessageDeduplicationId: 'another' });
  expect(BigInt(explicit.SequenceNumber!)).toBeGreaterThan(BigInt(first.SequenceNumber!));
  expect(first.SequenceNumber).toHaveLength(20);
  clock.advance(300_000);
  await send(QueueUrl, 'same', 'g');
  const messages = await receive(QueueUrl, 10, { MessageSystemAttributeNames: ['All'] });
  expect(messages).toHaveLength(3);
  expect(messages[1]?.Attributes).toMatchObject({
    MessageGroupId: 'g',
    MessageDeduplicationId: 'another',
    SequenceNumber: explicit.SequenceNumber,
  });
});

test('deduplication by group', async () => {
  const QueueUrl = await fifo({ DeduplicationScope: 'messageGroup' });
  await send(QueueUrl, 'same', 'a');
  await send(QueueUrl, 'same', 'a');
  await send(QueueUrl, 'same', 'b');
  expect(await bodies(QueueUrl)).toEqual(['same', 'same']);
});

test('a receive that is tried again gets the same', async () => {
  const QueueUrl = await fifo();
  await send(QueueUrl, 'one', 'g');
  const attempt = { ReceiveRequestAttemptId: 'try-1' };
  const [first] = await receive(QueueUrl, 10, attempt);
  clock.advance(20_000);
  const [again] = await receive(QueueUrl, 10, attempt);
  expect(again?.ReceiptHandle).toBe(first?.ReceiptHandle);
  clock.advance(20_000);
  expect(await bodies(QueueUrl)).toEqual([]);
  clock.advance(10_000);
  await expect(sqs.deleteMessage({ QueueUrl, ReceiptHandle: first?.ReceiptHandle })).rejects.toThrow(
    'The receipt handle has expired.',
  );
});

test('dead letters keep their group, in a queue of the same type', async () => {
  const dead = await fifo();
  const deadLetterTargetArn = `arn:aws:sqs:us-east-1:000000000000:queue-${count}.fifo`;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 });
  const QueueUrl = await fifo({ RedrivePolicy, VisibilityTimeout: '0' });
  await send(QueueUrl, 'poison', 'g');
  await send(QueueUrl, 'next', 'g');
  expect(await bodies(QueueUrl, 1)).toEqual(['poison']);
  expect(await bodies(QueueUrl, 1)).toEqual(['next']);
  const [poison] = await receive(dead, 10, { MessageSystemAttributeNames: ['MessageGroupId'] });
  expect(poison).toMatchObject({ Body: 'poison', Attributes: { MessageGroupId: 'g' } });
  await expect(sqs.createQueue({ QueueName: 'plain', Attributes: { RedrivePolicy } })).rejects.toThrow(
    'Dead-letter target must be of same type of queue as the source.',
  );
});

test('what a FIFO queue needs is asked for', async () => {
  const QueueUrl = await fifo({ ContentBasedDeduplication: 'false' });
  await expect(sqs.sendMessage({ QueueUrl, MessageBody: 'x' })).rejects.toThrow('MessageGroupId');
  await expect(send(QueueUrl, 'x', 'g')).rejects.toThrow('MessageDeduplicationId provided explicitly');
  await expect(send(QueueUrl, 'x', 'g', { MessageDeduplicationId: 'd', DelaySeconds: 5 })).rejects.toThrow(
    'not valid for this queue type',
  );
  await expect(send(QueueUrl, 'x', 'g g')).rejects.toThrow('alphanumeric and punctuation');
});
