import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runAwsCli } from '../../testing/python-clients.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { lambda } from './index.ts';
import { FunctionTests } from './testing.ts';

let runtime: TestRuntime;
let functions: FunctionTests;
let logs: CloudWatchLogs;

beforeAll(async () => {
  runtime = await startTestRuntime();
  functions = new FunctionTests(runtime);
  logs = new CloudWatchLogs(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

async function messages(logGroupName: string, count: number): Promise<string[]> {
  return await vi.waitUntil(
    async () => {
      const { events = [] } = await logs.filterLogEvents({ logGroupName }).catch(() => ({ events: [] }));
      return events.length >= count && events.map(({ message = '' }) => message);
    },
    { timeout: 20_000 },
  );
}

test('the log of a function lies in its group, one stream for each process', async () => {
  await functions.python(
    'printing',
    "print('loading')\ndef handler(e, c):\n    print('handling', e)\n    return c.log_stream_name\n",
  );
  const { payload } = await functions.invoke('printing', 1);
  await functions.invoke('printing', 2);
  const lines = await messages('/aws/lambda/printing', 10);
  expect(lines.map((line) => line.replaceAll(/RequestId: \S+/g, 'RequestId: …').split('\t')[0])).toEqual([
    'INIT_START Runtime Version: python3.12',
    'loading\n',
    'START RequestId: … Version: $LATEST\n',
    'handling 1\n',
    'END RequestId: …\n',
    'REPORT RequestId: …',
    'START RequestId: … Version: $LATEST\n',
    'handling 2\n',
    'END RequestId: …\n',
    'REPORT RequestId: …',
  ]);
  const { logStreams = [] } = await logs.describeLogStreams({ logGroupName: '/aws/lambda/printing' });
  expect(logStreams.map(({ logStreamName }) => logStreamName)).toEqual([payload]);
});

test('a message of several lines is one event, and the group can be another', async () => {
  await functions.node('elsewhere', "exports.handler = async () => { console.log('one\\ntwo'); };", {
    LoggingConfig: { LogFormat: 'Text', LogGroup: '/own/group' },
  });
  await functions.invoke('elsewhere');
  const lines = await messages('/own/group', 5);
  expect(lines.filter((line) => line.includes('one'))).toEqual([
    expect.stringMatching(/\tINFO\tone\ntwo\n$/) as string,
  ]);
});

test('a long log comes whole and in order', async () => {
  await functions.python('long', 'def handler(e, c):\n    for n in range(20000):\n        print(n)\n');
  await functions.invoke('long');
  await messages('/aws/lambda/long', 1);
  const { logStreams = [] } = await logs.describeLogStreams({ logGroupName: '/aws/lambda/long' });
  const numbers: number[] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs.getLogEvents({
      logGroupName: '/aws/lambda/long',
      logStreamName: logStreams[0]?.logStreamName,
      startFromHead: true,
      nextToken,
    });
    numbers.push(
      ...(page.events ?? []).map(({ message }) => Number(message)).filter((n) => !Number.isNaN(n)),
    );
    nextToken = page.events?.length ? page.nextForwardToken : undefined;
  } while (nextToken !== undefined);
  expect(numbers).toEqual(Array.from({ length: 20_000 }, (_, n) => n));
});

test('the AWS CLI shows it', async () => {
  await functions.python('tailed', "def handler(e, c):\n    print('to be seen')\n");
  await functions.invoke('tailed');
  await messages('/aws/lambda/tailed', 4);
  const { code, stdout, stderr } = await runAwsCli(
    runtime,
    ...[
      'logs',
      'filter-log-events',
      '--log-group-name',
      '/aws/lambda/tailed',
      '--query',
      'events[].message',
      '--output',
      'text',
    ],
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('to be seen');
});

test('a function runs where nobody takes its log', async () => {
  await using alone = await startTestRuntime({}, { services: [lambda] });
  const tests = new FunctionTests(alone);
  await tests.python('unheard', "def handler(e, c):\n    print('into the void')\n    return 1\n");
  expect(await tests.invoke('unheard')).toMatchObject({
    payload: 1,
    log: expect.stringContaining('into the void') as string,
  });
});
