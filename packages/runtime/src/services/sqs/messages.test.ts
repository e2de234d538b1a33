import { SQS } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../testing/manual-clock.ts';
import { runAwsCli, runPython } from '../../testing/python-clients.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { until } from '../../testing/until.ts';

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

let count = 0;
async function queue(Attributes: Record<string, string> = {}, suffix = '') {
  const QueueName = `queue-${++count}${suffix}`;
  const { QueueUrl = '' } = await sqs.createQueue({ QueueName, Attributes });
  return { QueueUrl, arn: `${ARN}:${QueueName}` };
}

async function bodies(QueueUrl: string, more: object = {}) {
  const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10, ...more });
  return Messages.map(({ Body }) => Body);
}

async function counts(QueueUrl: string) {
  const { Attributes = {} } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] });
  return [
    Attributes['ApproximateNumberOfMessages'],
    Attributes['ApproximateNumberOfMessagesNotVisible'],
    Attributes['ApproximateNumberOfMessagesDelayed'],
  ].map(Number);
}

test('a message goes out to one receiver, comes back after its time, and ends when it is deleted', async () => {
  const { QueueUrl } = await queue({ VisibilityTimeout: '60' });
  const sent = await sqs.sendMessage({
    QueueUrl,
    MessageBody: 'Grüße',
    MessageAttributes: {
      kind: { DataType: 'String', StringValue: 'greeting' },
      size: { DataType: 'Number.int', StringValue: '5' },
      raw: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2) },
    },
    MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-2-3' } },
  });
  expect(await counts(QueueUrl)).toEqual([1, 0, 0]);
  const receive = async () => {
    const { Messages } = await sqs.receiveMessage({
      QueueUrl,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['ki.*', 'kind', 'raw'],
    });
    return Messages?.[0];
  };
  const first = await receive();
  expect(first).toMatchObject({
    MessageId: sent.MessageId,
    Body: 'Grüße',
    MD5OfBody: sent.MD5OfMessageBody,
    MessageAttributes: { kind: { StringValue: 'greeting' }, raw: { BinaryValue: Uint8Array.of(1, 2) } },
    Attributes: {
      SenderId: '000000000000',
      SentTimestamp: String(clock.now()),
      ApproximateReceiveCount: '1',
      AWSTraceHeader: 'Root=1-2-3',
    },
  });
  expect(first?.MessageAttributes).not.toHaveProperty('size');
  expect(await receive()).toBeUndefined();
  expect(await counts(QueueUrl)).toEqual([0, 1, 0]);
  clock.advance(60_000);
  const again = await receive();
  expect(again?.Attributes).toMatchObject({
    ApproximateReceiveCount: '2',
    ApproximateFirstReceiveTimestamp: String(clock.now() - 60_000),
  });
  // An old receipt deletes nothing, and says nothing.
  await sqs.deleteMessage({ QueueUrl, ReceiptHandle: first?.ReceiptHandle });
  expect(await counts(QueueUrl)).toEqual([0, 1, 0]);
  await sqs.deleteMessage({ QueueUrl, ReceiptHandle: again?.ReceiptHandle });
  await sqs.deleteMessage({ QueueUrl, ReceiptHandle: again?.ReceiptHandle });
  expect(await counts(QueueUrl)).toEqual([0, 0, 0]);
});

test('digests are the ones that AWS documents', async () => {
  const { QueueUrl } = await queue();
  const { MD5OfMessageBody, MD5OfMessageAttributes } = await sqs.sendMessage({
    QueueUrl,
    MessageBody: 'This is a test message',
    MessageAttributes: {
      test_attribute_name_1: { DataType: 'String', StringValue: 'test_attribute_value_1' },
    },
  });
  expect(MD5OfMessageBody).toBe('fafb00f5732ab283681e124bf8747ed1');
  expect(MD5OfMessageAttributes).toMatch(/^[0-9a-f]{32}$/);
});

test('a receiver gives a message back or keeps it longer', async () => {
  const { QueueUrl } = await queue();
  await sqs.sendMessage({ QueueUrl, MessageBody: 'a' });
  const { Messages } = await sqs.receiveMessage({ QueueUrl });
  const ReceiptHandle = Messages?.[0]?.ReceiptHandle;
  await sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 100 });
  clock.advance(99_000);
  expect(await bodies(QueueUrl)).toEqual([]);
  await sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
  await expect(
    sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 5 }),
  ).rejects.toMatchObject({ name: expect.stringContaining('MessageNotInflight') });
  expect(await bodies(QueueUrl)).toEqual(['a']);
  await expect(
    sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 43_201 }),
  ).rejects.toThrow('VisibilityTimeout must be an integer between 0 and 43200');
  await expect(sqs.deleteMessage({ QueueUrl, ReceiptHandle: 'nonsense' })).rejects.toMatchObject({
    name: expect.stringContaining('ReceiptHandleIsInvalid'),
  });
});

test('messages are delayed, by themselves or by their queue, and kept no longer than they should be', async () => {
  const { QueueUrl } = await queue({ DelaySeconds: '10', MessageRetentionPeriod: '60' });
  await sqs.sendMessage({ QueueUrl, MessageBody: 'queue' });
  await sqs.sendMessage({ QueueUrl, MessageBody: 'at once', DelaySeconds: 0 });
  expect(await bodies(QueueUrl, { VisibilityTimeout: 0 })).toEqual(['at once']);
  expect(await counts(QueueUrl)).toEqual([1, 0, 1]);
  clock.advance(10_000);
  expect(await bodies(QueueUrl, { VisibilityTimeout: 0 })).toEqual(['at once', 'queue']);
  clock.advance(50_000);
  expect(await counts(QueueUrl)).toEqual([0, 0, 0]);
  expect(await bodies(QueueUrl)).toEqual([]);
});

test('a receiver waits for what comes, and no longer than it said', async () => {
  const { QueueUrl } = await queue();
  const waiting = bodies(QueueUrl, { WaitTimeSeconds: 20 });
  await until(() => (clock.pending.includes(clock.now() + 20_000) ? true : undefined));
  await sqs.sendMessage({ QueueUrl, MessageBody: 'came' });
  expect(await waiting).toEqual(['came']);

  const delayed = bodies(QueueUrl, { WaitTimeSeconds: 20 });
  await sqs.sendMessage({ QueueUrl, MessageBody: 'later', DelaySeconds: 5 });
  await until(() => (clock.pending.includes(clock.now() + 5000) ? true : undefined));
  clock.advance(5000);
  expect(await delayed).toEqual(['later']);

  const vain = sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 3 });
  await until(() => (clock.pending.includes(clock.now() + 3000) ? true : undefined));
  clock.advance(3000);
  expect((await vain).Messages).toBeUndefined();
});

test('what is received too often goes to the dead letters, and back when it is told to', async () => {
  const dead = await queue();
  const { QueueUrl, arn } = await queue({
    VisibilityTimeout: '1',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: '2' }),
  });
  for (const body of ['a', 'b']) await sqs.sendMessage({ QueueUrl, MessageBody: body });
  for (let receive = 0; receive < 2; receive++) {
    expect(await bodies(QueueUrl)).toHaveLength(2);
    clock.advance(1000);
  }
  expect(await bodies(QueueUrl)).toEqual([]);
  expect(await counts(dead.QueueUrl)).toEqual([2, 0, 0]);
  const { Messages } = await sqs.receiveMessage({
    QueueUrl: dead.QueueUrl,
    VisibilityTimeout: 0,
    MessageSystemAttributeNames: ['All'],
  });
  expect(Messages?.[0]?.Attributes).toMatchObject({ DeadLetterQueueSourceArn: arn });
  expect((await sqs.listDeadLetterSourceQueues({ QueueUrl: dead.QueueUrl })).queueUrls).toEqual([QueueUrl]);

  await expect(sqs.startMessageMoveTask({ SourceArn: arn })).rejects.toThrow('Dead Letter Queue');
  await sqs.startMessageMoveTask({ SourceArn: dead.arn });
  const done = await until(async () => {
    const { Results = [] } = await sqs.listMessageMoveTasks({ SourceArn: dead.arn });
    return Results[0]?.Status === 'COMPLETED' ? Results[0] : undefined;
  });
  expect(done).toMatchObject({ ApproximateNumberOfMessagesMoved: 2, ApproximateNumberOfMessagesToMove: 2 });
  expect(await counts(QueueUrl)).toEqual([2, 0, 0]);
});

test('a slow move task goes on by the second and can be cancelled', async () => {
  const dead = await queue();
  const target = await queue({
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 }),
  });
  for (const MessageBody of ['a', 'b', 'c']) await sqs.sendMessage({ QueueUrl: dead.QueueUrl, MessageBody });
  const { TaskHandle } = await sqs.startMessageMoveTask({
    SourceArn: dead.arn,
    DestinationArn: target.arn,
    MaxNumberOfMessagesPerSecond: 1,
  });
  const moved = async () => {
    const [task] = (await sqs.listMessageMoveTasks({ SourceArn: dead.arn })).Results ?? [];
    return task?.ApproximateNumberOfMessagesMoved;
  };
  await until(async () => ((await moved()) === 1 ? true : undefined));
  await expect(sqs.startMessageMoveTask({ SourceArn: dead.arn })).rejects.toThrow('already a task running');
  clock.advance(1000);
  await until(async () => ((await moved()) === 2 ? true : undefined));
  await sqs.cancelMessageMoveTask({ TaskHandle });
  clock.advance(1000);
  await until(async () => {
    const { Results = [] } = await sqs.listMessageMoveTasks({ SourceArn: dead.arn });
    return Results[0]?.Status === 'CANCELLED' ? true : undefined;
  });
  expect(await counts(dead.QueueUrl)).toEqual([1, 0, 0]);
});

test('batches are carried out entry by entry', async () => {
  const { QueueUrl } = await queue();
  const { Successful, Failed } = await sqs.sendMessageBatch({
    QueueUrl,
    Entries: [
      { Id: 'one', MessageBody: 'a' },
      { Id: 'bad', MessageBody: 'b\u0001' },
      { Id: 'two', MessageBody: 'c' },
    ],
  });
  expect(Successful?.map(({ Id }) => Id)).toEqual(['one', 'two']);
  expect(Failed).toMatchObject([{ Id: 'bad', SenderFault: true, Code: 'InvalidMessageContents' }]);
  const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
  const handles = Messages.map(({ ReceiptHandle }, index) => ({ Id: `e${index}`, ReceiptHandle }));
  const changed = await sqs.changeMessageVisibilityBatch({
    QueueUrl,
    Entries: handles.map((handle) => ({ ...handle, VisibilityTimeout: 100 })),
  });
  expect(changed.Successful).toHaveLength(2);
  const deleted = await sqs.deleteMessageBatch({
    QueueUrl,
    Entries: [...handles, { Id: 'x', ReceiptHandle: 'nonsense' }],
  });
  expect(deleted.Failed).toMatchObject([{ Id: 'x', Code: 'ReceiptHandleIsInvalid' }]);
  expect(await counts(QueueUrl)).toEqual([0, 0, 0]);
  const twice = [
    { Id: 'same', MessageBody: 'a' },
    { Id: 'same', MessageBody: 'b' },
  ];
  await expect(sqs.sendMessageBatch({ QueueUrl, Entries: twice })).rejects.toThrow('Id same repeated.');
  await expect(sqs.sendMessageBatch({ QueueUrl, Entries: [] })).rejects.toThrow('at least one');
});

test.each([
  [{ MessageBody: 'x', DelaySeconds: 901 }, 'DelaySeconds must be >= 0 and <= 900.'],
  [{ MessageBody: '' }, 'The request must contain the parameter MessageBody.'],
  [{ MessageBody: 'x'.repeat(1025) }, 'Message must be shorter than 1024 bytes.'],
  [{ MessageBody: 'x', MessageDeduplicationId: 'd' }, 'not valid for this queue type'],
  [{ MessageBody: 'x', MessageAttributes: { n: { DataType: 'Number', StringValue: 'x' } } }, "Can't cast"],
  [{ MessageBody: 'x', MessageAttributes: { n: { DataType: 'Text', StringValue: 'x' } } }, 'type prefixes'],
  [
    { MessageBody: 'x', MessageAttributes: { 'aws.n': { DataType: 'String', StringValue: 'x' } } },
    'attribute name',
  ],
  [{ MessageBody: 'x', MessageAttributes: { n: { DataType: 'String', StringValue: '' } } }, 'non-empty'],
])('%j is refused', async (input, message) => {
  const { QueueUrl } = await queue({ MaximumMessageSize: '1024' });
  await expect(sqs.sendMessage({ QueueUrl, ...input })).rejects.toThrow(message);
});

test('boto3 and the command line', async () => {
  const { code, stdout, stderr } = await runPython(
    runtime,
    `import boto3
sqs = boto3.client('sqs')
url = sqs.create_queue(QueueName='from-boto', Attributes={'VisibilityTimeout': '5'})['QueueUrl']
sqs.send_message(QueueUrl=url, MessageBody='hello',
    MessageAttributes={'n': {'DataType': 'Number', 'StringValue': '1'}})
[m] = sqs.receive_message(QueueUrl=url, MessageAttributeNames=['All'], AttributeNames=['All'])['Messages']
print(m['Body'], m['MessageAttributes']['n']['StringValue'], m['Attributes']['ApproximateReceiveCount'])
sqs.delete_message(QueueUrl=url, ReceiptHandle=m['ReceiptHandle'])
try:
    sqs.get_queue_url(QueueName='none')
except sqs.exceptions.QueueDoesNotExist as error:
    print(error.response['Error']['Code'])
queue = boto3.resource('sqs').get_queue_by_name(QueueName='from-boto')
print(queue.attributes['VisibilityTimeout'], queue.url == url)
`,
  );
  expect(stderr).toBe('');
  expect(stdout.split('\n')).toEqual(['hello 1 1', 'AWS.SimpleQueueService.NonExistentQueue', '5 True', '']);
  expect(code).toBe(0);
  // Version 1 of the command line has an address of its own for SQS, which AWS_ENDPOINT_URL does not change.
  const listed = await runAwsCli(
    runtime,
    ...['sqs', 'list-queues', '--queue-name-prefix', 'from-boto', '--endpoint-url', runtime.endpoint],
  );
  expect(listed.stderr).toBe('');
  expect(JSON.parse(listed.stdout)).toEqual({
    QueueUrls: [`${runtime.endpoint}/000000000000/from-boto`],
  });
}, 60_000);

test('a client that speaks the query protocol', async () => {
  const call = async (parameters: Record<string, string>) => {
    const response = await fetch(runtime.endpoint, {
      method: 'POST',
      body: new URLSearchParams({ Version: '2012-11-05', ...parameters }),
    });
    return await response.text();
  };
  const created = await call({
    Action: 'CreateQueue',
    QueueName: 'old',
    'Attribute.1.Name': 'DelaySeconds',
    'Attribute.1.Value': '0',
  });
  const QueueUrl = /<QueueUrl>(.*)<\/QueueUrl>/.exec(created)?.[1] ?? '';
  expect(QueueUrl).toBe(`${runtime.endpoint}/000000000000/old`);
  await call({
    Action: 'SendMessage',
    QueueUrl,
    MessageBody: 'from long ago',
    'MessageAttribute.1.Name': 'n',
    'MessageAttribute.1.Value.DataType': 'String',
    'MessageAttribute.1.Value.StringValue': 'v',
  });
  const received = await call({
    Action: 'ReceiveMessage',
    QueueUrl,
    'AttributeName.1': 'SenderId',
    'MessageAttributeName.1': 'All',
  });
  expect(received).toContain('<Body>from long ago</Body>');
  expect(received).toContain('<Attribute><Name>SenderId</Name><Value>000000000000</Value></Attribute>');
  expect(received).toContain('<MessageAttribute><Name>n</Name><Value><StringValue>v</StringValue>');
  const missing = await call({ Action: 'GetQueueUrl', QueueName: 'none' });
  expect(missing).toContain('<Code>AWS.SimpleQueueService.NonExistentQueue</Code>');
});
