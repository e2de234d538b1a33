import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../testing/manual-clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { until } from '../../testing/until.ts';
import { FunctionTests } from '../lambda/testing.ts';
import { TopicTests } from './testing.ts';

interface Posted {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let clock: ManualClock;
let runtime: TestRuntime;
let tests: TopicTests;
let server: Server;
let address: string;
const posted: Posted[] = [];
let status = 200;

beforeAll(async () => {
  clock = new ManualClock();
  runtime = await startTestRuntime({}, { clock });
  tests = new TopicTests(runtime);
  server = createServer((request, response) => {
    void text(request).then((body) => {
      posted.push({ path: request.url ?? '', headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  server.close();
});

async function arrived(path: string, count = 1): Promise<Posted[]> {
  return await until(() => {
    const found = posted.filter((one) => one.path === path);
    return found.length >= count ? found : undefined;
  });
}

test('a queue gets the envelope, or the message as it is', async () => {
  const { sns } = tests;
  const TopicArn = await tests.topic();
  const whole = await tests.subscribed(TopicArn);
  const raw = await tests.subscribed(TopicArn, { RawMessageDelivery: 'true' });
  const { MessageId } = await sns.publish({
    TopicArn,
    Subject: 'News',
    Message: 'It works',
    MessageAttributes: { kind: { DataType: 'String', StringValue: 'good' } },
  });
  const [envelope] = await tests.receive(whole.url, 1);
  const query = `Action=Unsubscribe&SubscriptionArn=${encodeURIComponent(whole.SubscriptionArn)}`;
  expect(JSON.parse(envelope?.Body ?? '')).toEqual({
    Type: 'Notification',
    MessageId,
    TopicArn,
    Subject: 'News',
    Message: 'It works',
    Timestamp: new Date(clock.now()).toISOString(),
    SignatureVersion: '1',
    Signature: 'UNSIGNED',
    SigningCertURL: `${runtime.endpoint}/_slipway/sns/not-signed.pem`,
    UnsubscribeURL: `${runtime.endpoint}/?${query}&Version=2010-03-31`,
    MessageAttributes: { kind: { Type: 'String', Value: 'good' } },
  });
  expect(await tests.receive(raw.url, 1)).toEqual([{ Body: 'It works', attributes: { kind: 'good' } }]);

  const { UnsubscribeURL, SigningCertURL } = JSON.parse(envelope?.Body ?? '') as Record<string, string>;
  const certificate = await fetch(SigningCertURL!);
  expect([certificate.status, await certificate.text()]).toEqual([
    404,
    'Slipway does not sign messages: only Amazon has the key of Amazon SNS.\n',
  ]);
  expect((await fetch(UnsubscribeURL!)).status).toBe(200);
  const { Subscriptions } = await sns.listSubscriptionsByTopic({ TopicArn });
  expect(Subscriptions?.map(({ Endpoint }) => Endpoint)).toEqual([raw.arn]);
});

test('a message of several texts gives each protocol its own', async () => {
  const TopicArn = await tests.topic();
  const { url } = await tests.subscribed(TopicArn, { RawMessageDelivery: 'true' });
  const publish = (message: unknown) =>
    tests.sns.publish({ TopicArn, MessageStructure: 'json', Message: JSON.stringify(message) });
  await publish({ default: 'for all', sqs: 'for queues' });
  await publish({ default: 'for all' });
  const bodies = (await tests.receive(url, 2)).map(({ Body }) => Body);
  expect(bodies.sort()).toEqual(['for all', 'for queues']);
  await expect(publish({ sqs: 'for queues' })).rejects.toThrow('No default entry in JSON message body');
});

test('an address confirms first, then is posted to, is tried again, and last its dead letters are kept', async () => {
  const TopicArn = await tests.topic();
  const dead = await tests.queue();
  const { SubscriptionArn } = await tests.sns.subscribe({
    TopicArn,
    Protocol: 'http',
    Endpoint: `${address}/hook`,
    Attributes: {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn }),
      DeliveryPolicy: JSON.stringify({
        healthyRetryPolicy: { numRetries: 2, minDelayTarget: 5, maxDelayTarget: 10 },
      }),
    },
  });
  expect(SubscriptionArn).toBe('pending confirmation');
  await tests.sns.publish({ TopicArn, Message: 'too early' });
  const [asked] = await arrived('/hook');
  expect(asked?.headers).toMatchObject({
    'x-amz-sns-message-type': 'SubscriptionConfirmation',
    'x-amz-sns-topic-arn': TopicArn,
    'content-type': 'text/plain; charset=UTF-8',
  });
  const { SubscribeURL, Type, Token } = JSON.parse(asked?.body ?? '') as Record<string, string>;
  expect(Type).toBe('SubscriptionConfirmation');
  await expect(tests.sns.confirmSubscription({ TopicArn, Token: 'wrong' })).rejects.toThrow('Token');
  expect(await (await fetch(SubscribeURL!)).text()).toContain(`<SubscriptionArn>${TopicArn}:`);
  expect(Token).toHaveLength(64);

  status = 503;
  await tests.sns.publish({ TopicArn, Message: 'news' });
  const [, news] = await arrived('/hook', 2);
  expect(JSON.parse(news?.body ?? '')).toMatchObject({ Type: 'Notification', Message: 'news' });
  expect(news?.headers['x-amz-sns-subscription-arn']).toContain(TopicArn);
  for (const [tries, pause] of [
    [3, 5000],
    [4, 10_000],
  ] as const) {
    await until(() => (clock.pending.includes(clock.now() + pause) ? true : undefined));
    clock.advance(pause);
    await arrived('/hook', tries);
  }
  const [letter] = await tests.receive(dead.url, 1);
  expect(JSON.parse(letter?.Body ?? '')).toMatchObject({ Message: 'news' });
  expect(letter?.attributes).toMatchObject({ ErrorCode: '503', ErrorMessage: 'The endpoint answered 503' });
  status = 200;

  const { Subscriptions = [] } = await tests.sns.listSubscriptionsByTopic({ TopicArn });
  await tests.sns.unsubscribe({ SubscriptionArn: Subscriptions[0]?.SubscriptionArn });
  const last = (await arrived('/hook', 5)).at(-1);
  expect(last?.headers['x-amz-sns-message-type']).toBe('UnsubscribeConfirmation');
});

test('raw delivery to an address', async () => {
  const TopicArn = await tests.topic();
  await tests.sns.subscribe({
    TopicArn,
    Protocol: 'http',
    Endpoint: `${address}/raw`,
    Attributes: { RawMessageDelivery: 'true' },
  });
  const { Token } = JSON.parse((await arrived('/raw'))[0]?.body ?? '') as Record<string, string>;
  await tests.sns.confirmSubscription({ TopicArn, Token });
  await tests.sns.publish({ TopicArn, Message: 'as it is' });
  const [, raw] = await arrived('/raw', 2);
  expect([raw?.body, raw?.headers['x-amz-sns-rawdelivery']]).toEqual(['as it is', 'true']);
});

test('mail is written, never sent, and says so', async () => {
  const told: string[] = [];
  runtime.progress.listen((event) => {
    if ((event.type === 'warning' || event.type === 'note') && event.service === 'sns')
      told.push(event.message);
  });
  const TopicArn = await tests.topic({ DisplayName: 'Forecasts' });
  const subscription = { TopicArn, Protocol: 'email', Endpoint: 'you@example.com' };
  const { SubscriptionArn } = await tests.sns.subscribe(subscription);
  expect((await tests.sns.subscribe(subscription)).SubscriptionArn).toBe(SubscriptionArn);
  await tests.sns.publish({ TopicArn, Subject: 'Fertig – gut', Message: 'wQL 0.04' });
  const line = await until(() => told.find((message) => message.includes('was written to')));
  expect(told[0]).toContain('and not sent');
  const folder = join(runtime.config.stateFolder, 'sns', 'mail');
  const [file = ''] = readdirSync(folder).filter((name) => name.endsWith('.eml'));
  expect(line).toContain(file);
  const mail = readFileSync(join(folder, file), 'utf8');
  expect(mail).toContain(
    'From: Forecasts <no-reply@sns.amazonaws.com>\nTo: you@example.com\nSubject: =?utf-8?B?',
  );
  expect(mail).toContain('X-Slipway: written to this file, not sent');
  expect(mail).toContain('\n\nwQL 0.04\n');
});

test('a queue that is gone leaves its messages to the dead letters', async () => {
  const TopicArn = await tests.topic();
  const dead = await tests.queue();
  const { url } = await tests.subscribed(TopicArn, {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn }),
  });
  await tests.sqs.deleteQueue({ QueueUrl: url });
  await tests.sns.publish({ TopicArn, Message: 'lost' });
  const [letter] = await tests.receive(dead.url, 1);
  expect(letter?.attributes).toMatchObject({ ErrorCode: 'QueueDoesNotExist' });
});

test('a FIFO topic keeps the order of a group, and its messages once', async () => {
  const TopicArn = await tests.topic({ FifoTopic: 'true', ContentBasedDeduplication: 'true' });
  const raw = { RawMessageDelivery: 'true' };
  const { url } = await tests.subscribed(TopicArn, raw, { FifoQueue: 'true' });
  const plain = await tests.subscribed(TopicArn);
  const numbers = Array.from({ length: 30 }, (_, number) => number);
  const PublishBatchRequestEntries = (start: number) =>
    numbers.slice(start, start + 10).map((number) => ({
      Id: `e${number}`,
      Message: `m${number}`,
      MessageGroupId: 'g',
    }));
  for (const start of [0, 10, 20]) {
    const { Successful } = await tests.sns.publishBatch({
      TopicArn,
      PublishBatchRequestEntries: PublishBatchRequestEntries(start),
    });
    expect(Successful).toHaveLength(10);
  }
  const first = await tests.sns.publish({ TopicArn, Message: 'm0', MessageGroupId: 'g' });
  expect(first.SequenceNumber).toBe('10000000000000000001');
  const received = await tests.receive(url, 30);
  expect(received.map(({ Body }) => Body)).toEqual(numbers.map((number) => `m${number}`));
  const [envelope] = await tests.receive(plain.url, 30);
  expect(JSON.parse(envelope?.Body ?? '')).toHaveProperty('SequenceNumber');
  await expect(tests.sns.publish({ TopicArn, Message: 'x' })).rejects.toThrow('MessageGroupId');
  const Endpoint = 'arn:aws:lambda:us-east-1:000000000000:function:f';
  await expect(tests.sns.subscribe({ TopicArn, Protocol: 'lambda', Endpoint })).rejects.toThrow('SQS queue');
});

test.each([
  [{ Message: '' }, 'Invalid parameter: Empty message'],
  [{ Message: 'x', Subject: 'two\nlines' }, 'Invalid parameter: Subject'],
  [{ Message: 'x', Subject: 'x'.repeat(101) }, 'Invalid parameter: Subject'],
  [{ Message: 'x'.repeat(262_145) }, 'Invalid parameter: Message too long'],
  [{ Message: 'x', MessageStructure: 'json' }, 'JSON message body failed to parse'],
  [{ Message: 'x', MessageDeduplicationId: 'd' }, 'not valid for this topic type'],
  [{ Message: 'x', MessageAttributes: { a: { DataType: 'Text', StringValue: 'x' } } }, 'type prefixes'],
  [{ Message: 'x', PhoneNumber: '+4912345678' }, 'not supported by this version of Slipway'],
])('publishing is refused, case %#', async (input, message) => {
  const TopicArn = await tests.topic();
  await expect(tests.sns.publish({ TopicArn, ...input })).rejects.toThrow(message);
});

test.each([
  ['sqs', 'nowhere', 'SQS endpoint ARN'],
  ['sqs', 'arn:aws:sqs:us-east-1:000000000000:q.fifo', 'FIFO SQS Queues can not be subscribed'],
  ['http', 'http://example.com/hook', 'outside this machine is not supported by this version of Slipway'],
  ['https', 'http://127.0.0.1/', 'Endpoint must match the specified protocol'],
  ['email', 'nobody', 'Email address'],
  ['sms', '+4912345678', 'not supported by this version of Slipway'],
])('a subscription by %s of %s is refused', async (Protocol, Endpoint, message) => {
  const TopicArn = await tests.topic();
  await expect(tests.sns.subscribe({ TopicArn, Protocol, Endpoint })).rejects.toThrow(message);
});

// Last: functions have appointments of their own with the clock.
test('a function is invoked with the event of SNS', async () => {
  const TopicArn = await tests.topic();
  const { url } = await tests.queue();
  const functions = new FunctionTests(runtime);
  await functions.node(
    'listener',
    `const { SQS } = require('@aws-sdk/client-sqs');
    exports.handler = (event) => new SQS({}).sendMessage({ QueueUrl: process.env.URL, MessageBody: JSON.stringify(event) });`,
    { Environment: { Variables: { URL: url } } },
  );
  const Endpoint = 'arn:aws:lambda:us-east-1:000000000000:function:listener';
  const { SubscriptionArn } = await tests.sns.subscribe({ TopicArn, Protocol: 'lambda', Endpoint });
  await tests.sns.publish({ TopicArn, Message: 'go' });
  const [event] = await tests.receive(url, 1);
  expect(JSON.parse(event?.Body ?? '')).toMatchObject({
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: SubscriptionArn,
        Sns: { Type: 'Notification', TopicArn, Subject: null, Message: 'go', MessageAttributes: {} },
      },
    ],
  });
}, 30_000);
