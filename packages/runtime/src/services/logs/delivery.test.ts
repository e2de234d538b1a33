import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { until } from '../../testing/until.ts';
import { FunctionTests } from '../lambda/testing.ts';

const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function';

let runtime: TestRuntime;
let logs: CloudWatchLogs;
let folder: string;

beforeAll(async () => {
  runtime = await startTestRuntime();
  logs = new CloudWatchLogs(runtime.clientConfig);
  folder = mkdtempSync(join(tmpdir(), 'slipway-subscription-'));
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test('a subscribed function gets the events that match, compressed and in base64', async () => {
  const functions = new FunctionTests(runtime);
  await functions.node(
    'subscriber',
    `exports.handler = async (event, { awsRequestId }) => {
      const file = process.env.FOLDER + '/' + awsRequestId;
      require('node:fs').writeFileSync(file + '.part', event.awslogs.data);
      require('node:fs').renameSync(file + '.part', file);
    };`,
    { Environment: { Variables: { FOLDER: folder } } },
  );
  const stream = { logGroupName: 'watched', logStreamName: 'one' };
  await logs.createLogGroup({ logGroupName: 'watched' });
  await logs.createLogStream(stream);
  await logs.putSubscriptionFilter({
    logGroupName: 'watched',
    filterName: 'errors',
    filterPattern: 'ERROR',
    destinationArn: `${LAMBDA}:subscriber`,
  });
  const timestamp = Date.now();
  const messages = ['ERROR one', 'fine', 'ERROR two'];
  await logs.putLogEvents({ ...stream, logEvents: messages.map((message) => ({ timestamp, message })) });
  const received = await until(() => readdirSync(folder).find((name) => !name.endsWith('.part')));
  const data = Buffer.from(readFileSync(join(folder, received), 'utf8'), 'base64');
  expect(JSON.parse(gunzipSync(data).toString('utf8'))).toEqual({
    messageType: 'DATA_MESSAGE',
    owner: '000000000000',
    logGroup: 'watched',
    logStream: 'one',
    subscriptionFilters: ['errors'],
    logEvents: [
      { id: expect.stringMatching(/^\d{56}$/), timestamp, message: 'ERROR one' },
      { id: expect.stringMatching(/^\d{56}$/), timestamp, message: 'ERROR two' },
    ],
  });
});

test('only functions that there are can subscribe', async () => {
  const filter = { logGroupName: 'watched', filterName: 'other', filterPattern: '' };
  for (const [destinationArn, sentence] of [
    [`${LAMBDA}:nobody`, 'Could not execute the lambda function.'],
    ['arn:aws:kinesis:us-east-1:000000000000:stream/x', 'anything but a Lambda function'],
  ] as const) {
    await expect(logs.putSubscriptionFilter({ ...filter, destinationArn })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(sentence),
    });
  }
});
