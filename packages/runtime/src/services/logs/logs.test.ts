import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../testing/manual-clock.ts';
import { runAwsCli, runPython } from '../../testing/python-clients.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { until } from '../../testing/until.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let clock: ManualClock;
let runtime: TestRuntime;
let logs: CloudWatchLogs;

beforeAll(async () => {
  clock = new ManualClock(NOW);
  runtime = await startTestRuntime({}, { clock });
  logs = new CloudWatchLogs(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

async function stream(logGroupName: string, ...names: string[]) {
  await logs.createLogGroup({ logGroupName });
  for (const logStreamName of names) await logs.createLogStream({ logGroupName, logStreamName });
}

function put(logGroupName: string, logStreamName: string, events: readonly [number, string][]) {
  const logEvents = events.map(([timestamp, message]) => ({ timestamp, message }));
  return logs.putLogEvents({ logGroupName, logStreamName, logEvents });
}

function messages(events: readonly { message?: string | undefined }[] | undefined) {
  return events?.map(({ message }) => message);
}

test('groups and streams have the ARNs of the service, each name once', async () => {
  await stream('/arn/group', 'one');
  const { logGroups } = await logs.describeLogGroups({ logGroupNamePrefix: '/arn/' });
  expect(logGroups).toEqual([
    {
      logGroupName: '/arn/group',
      creationTime: NOW,
      metricFilterCount: 0,
      arn: 'arn:aws:logs:us-east-1:000000000000:log-group:/arn/group:*',
      logGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:/arn/group',
      storedBytes: 0,
      logGroupClass: 'STANDARD',
      deletionProtectionEnabled: false,
    },
  ]);
  const { logGroupArn, arn } = logGroups![0]!;
  const { logStreams } = await logs.describeLogStreams({ logGroupIdentifier: logGroupArn });
  expect(logStreams).toMatchObject([
    {
      logStreamName: 'one',
      arn: 'arn:aws:logs:us-east-1:000000000000:log-group:/arn/group:log-stream:one',
      storedBytes: 0,
    },
  ]);
  await expect(logs.describeLogStreams({ logGroupIdentifier: arn })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining("Value at 'logGroupIdentifier' failed to satisfy constraint"),
  });
  await expect(logs.createLogGroup({ logGroupName: '/arn/group' })).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
    message: 'The specified log group already exists',
  });
  await expect(
    logs.createLogStream({ logGroupName: '/arn/group', logStreamName: 'one' }),
  ).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
  await expect(logs.createLogGroup({ logGroupName: 'a b' })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining("Value 'a b' at 'logGroupName' failed to satisfy constraint"),
  });
});

test('a stream is read from its end or from its head, and the tokens stay the same at the ends', async () => {
  await stream('get', 's');
  const lines = Array.from({ length: 7 }, (_, i): [number, string] => [NOW + i, `line ${i}`]);
  await put('get', 's', lines);
  const read = (options: object) =>
    logs.getLogEvents({ logGroupName: 'get', logStreamName: 's', ...options });

  const tail = await read({ limit: 3 });
  expect(messages(tail.events)).toEqual(['line 4', 'line 5', 'line 6']);
  const back = await read({ limit: 3, nextToken: tail.nextBackwardToken });
  expect(messages(back.events)).toEqual(['line 1', 'line 2', 'line 3']);
  const first = await read({ limit: 3, nextToken: back.nextBackwardToken });
  expect(messages(first.events)).toEqual(['line 0']);
  const beyond = await read({ nextToken: first.nextBackwardToken });
  expect(beyond).toMatchObject({ events: [], nextBackwardToken: first.nextBackwardToken });
  expect(messages((await read({ limit: 2, nextToken: beyond.nextForwardToken })).events)).toEqual([
    'line 0',
    'line 1',
  ]);

  const end = await read({ nextToken: tail.nextForwardToken });
  expect(end).toMatchObject({ events: [], nextForwardToken: tail.nextForwardToken });
  await put('get', 's', [[NOW + 100, 'later']]);
  const later = await read({ nextToken: end.nextForwardToken });
  expect(messages(later.events)).toEqual(['later']);
  expect(messages((await read({ startFromHead: true, limit: 2 })).events)).toEqual(['line 0', 'line 1']);
  const range = await read({ startTime: NOW + 2, endTime: NOW + 4 });
  expect(messages(range.events)).toEqual(['line 2', 'line 3']);
  expect(tail.nextForwardToken).toMatch(/^f\/\d{56}\/s$/);
  await expect(read({ nextToken: 'nonsense' })).rejects.toThrow('The specified nextToken is invalid.');
});

test('an empty stream gives tokens with which what comes later is found', async () => {
  await stream('empty', 's');
  const empty = await logs.getLogEvents({ logGroupName: 'empty', logStreamName: 's' });
  expect(empty.events).toEqual([]);
  await put('empty', 's', [[NOW, 'first']]);
  const nextToken = empty.nextForwardToken;
  const found = await logs.getLogEvents({ logGroupName: 'empty', logStreamName: 's', nextToken });
  expect(messages(found.events)).toEqual(['first']);
});

test('batches keep to the rules; what is too old or too new is left out and said', async () => {
  await stream('rules', 's');
  await expect(
    put('rules', 's', [
      [NOW + 1, 'b'],
      [NOW, 'a'],
    ]),
  ).rejects.toThrow('Log events in a single PutLogEvents request must be in chronological order.');
  await expect(
    put('rules', 's', [
      [NOW - DAY, 'a'],
      [NOW + 1, 'b'],
    ]),
  ).rejects.toThrow('cannot span more than 24 hours');
  await expect(put('rules', 's', [[NOW, 'x'.repeat(1_048_576)]])).rejects.toThrow(
    'Log event too large: 1048602 bytes exceeds limit of 1048576',
  );
  await expect(put('rules', 'none', [[NOW, 'x']])).rejects.toThrow(
    'The specified log stream does not exist.',
  );
  await expect(put('none', 's', [[NOW, 'x']])).rejects.toThrow('The specified log group does not exist.');
  const old = await put('rules', 's', [
    [NOW - 14 * DAY - 1, 'old'],
    [NOW - 14 * DAY, 'just kept'],
  ]);
  expect(old.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
  const fresh = await put('rules', 's', [
    [NOW, 'now'],
    [NOW + 2 * HOUR + 1, 'future'],
  ]);
  expect(fresh.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
  expect(fresh.nextSequenceToken).toMatch(/^\d{56}$/);
  const { events } = await logs.filterLogEvents({ logGroupName: 'rules' });
  expect(messages(events)).toEqual(['just kept', 'now']);
});

test('the events of several streams are found by pattern, in the order of time, in pages', async () => {
  await stream('filter', 'a', 'b', 'c');
  await put('filter', 'b', [
    [NOW + 1, 'ERROR one'],
    [NOW + 3, 'fine'],
  ]);
  await put('filter', 'a', [
    [NOW, '{"level":"ERROR","ms":5}'],
    [NOW + 2, 'ERROR two'],
  ]);
  await put('filter', 'c', [[NOW + 4, 'ERROR three']]);
  const find = (options: object) => logs.filterLogEvents({ logGroupName: 'filter', ...options });

  const first = await find({ filterPattern: 'ERROR', limit: 2 });
  expect(first.events).toMatchObject([
    { logStreamName: 'a', message: '{"level":"ERROR","ms":5}', timestamp: NOW },
    { logStreamName: 'b', message: 'ERROR one', eventId: expect.stringMatching(/^\d{56}$/) },
  ]);
  const second = await find({ filterPattern: 'ERROR', limit: 2, nextToken: first.nextToken });
  expect(messages(second.events)).toEqual(['ERROR two', 'ERROR three']);
  expect(second.nextToken).toBeUndefined();
  expect(messages((await find({ filterPattern: '{ $.ms > 4 }' })).events)).toEqual([
    '{"level":"ERROR","ms":5}',
  ]);
  expect(messages((await find({ logStreamNames: ['b'], filterPattern: '-ERROR' })).events)).toEqual(['fine']);
  expect(messages((await find({ logStreamNamePrefix: 'c' })).events)).toEqual(['ERROR three']);
  expect(messages((await find({ startTime: NOW + 1, endTime: NOW + 3 })).events)).toEqual([
    'ERROR one',
    'ERROR two',
    'fine',
  ]);
  await expect(find({ logStreamNames: ['none'] })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  await expect(find({ filterPattern: 'ERROR:' })).rejects.toThrow("Invalid character(s) in term 'ERROR:'");
});

test('streams come by name or by their last event', async () => {
  await stream('order', 'a', 'b', 'c');
  await put('order', 'a', [[NOW + 5, 'x']]);
  await put('order', 'c', [[NOW + 9, 'x']]);
  await put('order', 'b', [[NOW + 7, 'x']]);
  const names = async (options: object) => {
    const { logStreams, nextToken } = await logs.describeLogStreams({ logGroupName: 'order', ...options });
    return { names: logStreams?.map(({ logStreamName }) => logStreamName), nextToken };
  };
  expect((await names({})).names).toEqual(['a', 'b', 'c']);
  const newest = { orderBy: 'LastEventTime', descending: true, limit: 2 };
  const first = await names(newest);
  expect(first.names).toEqual(['c', 'b']);
  expect((await names({ ...newest, nextToken: first.nextToken })).names).toEqual(['a']);
  await expect(names({ orderBy: 'LastEventTime', logStreamNamePrefix: 'a' })).rejects.toThrow(
    'Cannot order by LastEventTime with a logStreamNamePrefix.',
  );
});

test('events older than the retention of their group vanish', async () => {
  await stream('kept', 's');
  await put('kept', 's', [[NOW - 2 * DAY, 'old']]);
  await put('kept', 's', [[NOW, 'new']]);
  await expect(logs.putRetentionPolicy({ logGroupName: 'kept', retentionInDays: 2 })).rejects.toThrow(
    'Member must satisfy enum value set: [1, 3, 5',
  );
  await logs.putRetentionPolicy({ logGroupName: 'kept', retentionInDays: 1 });
  expect(messages((await logs.filterLogEvents({ logGroupName: 'kept' })).events)).toEqual(['new']);
  const late = await put('kept', 's', [[NOW - 2 * DAY, 'late']]);
  expect(late.rejectedLogEventsInfo).toEqual({ expiredLogEventEndIndex: 1 });
  await until(async () => {
    const [group] = (await logs.describeLogGroups({ logGroupNamePrefix: 'kept' })).logGroups!;
    return group!.storedBytes === 'new'.length + 26 || undefined;
  });
  const { logStreams } = await logs.describeLogStreams({ logGroupName: 'kept' });
  expect(logStreams).toMatchObject([{ firstEventTimestamp: NOW, lastEventTimestamp: NOW }]);
  await logs.deleteRetentionPolicy({ logGroupName: 'kept' });
  const { logGroups } = await logs.describeLogGroups({ logGroupNamePattern: 'KEP' });
  expect(logGroups).toHaveLength(1);
  expect(logGroups![0]).not.toHaveProperty('retentionInDays');
});

test('a group deleted and made anew is empty; a protected one stays', async () => {
  await stream('again', 's');
  await put('again', 's', [[NOW, 'before']]);
  await logs.deleteLogGroup({ logGroupName: 'again' });
  await stream('again', 's');
  expect((await logs.filterLogEvents({ logGroupName: 'again' })).events).toEqual([]);
  await logs.deleteLogStream({ logGroupName: 'again', logStreamName: 's' });
  await expect(logs.deleteLogStream({ logGroupName: 'again', logStreamName: 's' })).rejects.toThrow(
    'The specified log stream does not exist.',
  );
  await logs.putLogGroupDeletionProtection({ logGroupIdentifier: 'again', deletionProtectionEnabled: true });
  await expect(logs.deleteLogGroup({ logGroupName: 'again' })).rejects.toMatchObject({
    name: 'ValidationException',
  });
});

test('tags by name and by ARN are the same', async () => {
  await logs.createLogGroup({ logGroupName: 'tagged', tags: { a: '1' } });
  const resourceArn = 'arn:aws:logs:us-east-1:000000000000:log-group:tagged';
  await logs.tagResource({ resourceArn, tags: { b: '2' } });
  await logs.untagLogGroup({ logGroupName: 'tagged', tags: ['a'] });
  expect((await logs.listTagsForResource({ resourceArn })).tags).toEqual({ b: '2' });
  expect((await logs.listTagsLogGroup({ logGroupName: 'tagged' })).tags).toEqual({ b: '2' });
  await expect(
    logs.listTagsForResource({ resourceArn: resourceArn.replace('us-east-1', 'eu-west-1') }),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('metric filters are kept with their group and can be tried', async () => {
  await logs.createLogGroup({ logGroupName: 'metrics' });
  const metricTransformations = [{ metricName: 'm', metricNamespace: 'n', metricValue: '$.ms' }];
  await logs.putMetricFilter({
    logGroupName: 'metrics',
    filterName: 'f',
    filterPattern: '{ $.ms > 1 }',
    metricTransformations,
  });
  expect((await logs.describeMetricFilters({ metricName: 'm', metricNamespace: 'n' })).metricFilters).toEqual(
    [
      {
        filterName: 'f',
        filterPattern: '{ $.ms > 1 }',
        metricTransformations,
        creationTime: NOW,
        logGroupName: 'metrics',
      },
    ],
  );
  const tried = await logs.testMetricFilter({
    filterPattern: '[ip, ..., bytes > 10]',
    logEventMessages: ['1.1.1.1 GET 5', '2.2.2.2 GET 50'],
  });
  expect(tried.matches).toEqual([
    { eventNumber: 2, eventMessage: '2.2.2.2 GET 50', extractedValues: { $ip: '2.2.2.2', $bytes: '50' } },
  ]);
  await logs.deleteMetricFilter({ logGroupName: 'metrics', filterName: 'f' });
  await expect(logs.deleteMetricFilter({ logGroupName: 'metrics', filterName: 'f' })).rejects.toThrow(
    'The specified metric filter does not exist.',
  );
});

test('resource policies are stored, ten of them', async () => {
  const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  for (let n = 0; n < 10; n++) await logs.putResourcePolicy({ policyName: `p${n}`, policyDocument });
  await expect(logs.putResourcePolicy({ policyName: 'p10', policyDocument })).rejects.toMatchObject({
    name: 'LimitExceededException',
  });
  expect((await logs.describeResourcePolicies({ limit: 3 })).resourcePolicies).toHaveLength(3);
});

test('what is not served says so', async () => {
  await expect(
    logs.startQuery({ logGroupName: 'x', startTime: 0, endTime: 1, queryString: 'fields @message' }),
  ).rejects.toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
});

test('a reader that asks again and again for what is new, as `aws logs tail --follow` does, misses nothing', async () => {
  await stream('follow', 'a', 'b');
  const seen = new Set<string>();
  const printed: string[] = [];
  let startTime = NOW;
  const poll = async () => {
    let nextToken: string | undefined;
    do {
      const page = await logs.filterLogEvents({
        logGroupName: 'follow',
        interleaved: true,
        startTime,
        nextToken,
      });
      for (const { eventId = '', message = '', timestamp = 0 } of page.events ?? []) {
        if (seen.has(eventId)) continue;
        seen.add(eventId);
        printed.push(message);
        startTime = Math.max(startTime, timestamp);
      }
      nextToken = page.nextToken;
    } while (nextToken);
  };
  await put('follow', 'a', [[NOW + 10, 'one']]);
  await poll();
  // Of the same millisecond as the last one seen, and in another stream.
  await put('follow', 'b', [[NOW + 10, 'two']]);
  await poll();
  await put('follow', 'a', [[NOW + 11, 'three']]);
  await poll();
  expect(printed).toEqual(['one', 'two', 'three']);
});

test('a hundred thousand lines are there after a restart, page by page', async () => {
  const stateFolder = mkdtempSync(join(tmpdir(), 'slipway-logs-'));
  try {
    const bulk = { logGroupName: 'bulk', logStreamName: 's' };
    const earlier = await startTestRuntime({ stateFolder });
    const client = earlier.client<CloudWatchLogs>('logs');
    await client.createLogGroup(bulk);
    await client.createLogStream(bulk);
    const start = Date.now();
    for (let batch = 0; batch < 10; batch++) {
      const logEvents = Array.from({ length: 10_000 }, (_, i) => ({
        timestamp: start,
        message: `line ${batch * 10_000 + i}`,
      }));
      await client.putLogEvents({ ...bulk, logEvents });
    }
    await earlier.stop();
    const later = await startTestRuntime({ stateFolder });
    const again = new CloudWatchLogs(later.clientConfig);
    let nextToken: string | undefined;
    let lines = 0;
    do {
      const page = await again.filterLogEvents({ logGroupName: 'bulk', nextToken });
      expect(page.events![0]!.message).toBe(`line ${lines}`);
      lines += page.events!.length;
      nextToken = page.nextToken;
    } while (nextToken);
    expect(lines).toBe(100_000);
    const { logGroups } = await again.describeLogGroups({});
    expect(logGroups![0]!.storedBytes).toBe(100_000 * (26 + 5) + 488_890);
    await later.stop();
  } finally {
    rmSync(stateFolder, { recursive: true, force: true });
  }
});

test('boto3 and the AWS CLI read what was written', async () => {
  await using live = await startTestRuntime();
  const program = `
import boto3, time
logs = boto3.client('logs')
logs.create_log_group(logGroupName='/py')
logs.create_log_stream(logGroupName='/py', logStreamName='s')
now = int(time.time() * 1000)
logs.put_log_events(logGroupName='/py', logStreamName='s', logEvents=[{'timestamp': now + i, 'message': f'line {i}'} for i in range(3)])
pages = logs.get_paginator('filter_log_events').paginate(logGroupName='/py', PaginationConfig={'PageSize': 1})
print([event['message'] for page in pages for event in page['events']])
`;
  expect(await runPython(live, program)).toMatchObject({
    code: 0,
    stdout: "['line 0', 'line 1', 'line 2']\n",
  });
  const found = await runAwsCli(
    live,
    ...['logs', 'filter-log-events', '--log-group-name', '/py', '--filter-pattern', 'line -1'],
    ...['--query', 'events[].message', '--output', 'text'],
  );
  expect(found).toMatchObject({ code: 0, stdout: 'line 0\tline 2\n' });
});
