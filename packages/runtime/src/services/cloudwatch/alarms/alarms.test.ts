import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../../testing/manual-clock.ts';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { until } from '../../../testing/until.ts';
import { parseCompositeRule } from './composite-rule.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;

let clock: ManualClock;
let runtime: TestRuntime;
let cloudwatch: CloudWatch;

beforeAll(async () => {
  clock = new ManualClock(NOW);
  runtime = await startTestRuntime({}, { clock });
  cloudwatch = new CloudWatch(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

function alarm(AlarmName: string, more: object = {}) {
  return cloudwatch.putMetricAlarm({
    AlarmName,
    Namespace: 'App',
    MetricName: AlarmName,
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 5,
    ComparisonOperator: 'GreaterThanThreshold',
    ...more,
  });
}

function put(MetricName: string, Value: number) {
  return cloudwatch.putMetricData({ Namespace: 'App', MetricData: [{ MetricName, Value }] });
}

async function describe(name: string, client = cloudwatch) {
  const { MetricAlarms = [], CompositeAlarms = [] } = await client.describeAlarms({
    AlarmNames: [name],
    AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
  });
  return MetricAlarms[0] ?? CompositeAlarms[0];
}

/** Lets a minute pass and waits until the alarm has a state. */
async function after(minutes: number, name: string, state: string) {
  clock.advance(minutes * MINUTE);
  return await until(async () => {
    const found = await describe(name);
    return found?.StateValue === state ? found : undefined;
  });
}

test('an alarm goes off when its metric crosses the threshold, and back, with its reasons', async () => {
  await alarm('errors');
  expect(await describe('errors')).toMatchObject({
    AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors',
    StateValue: 'INSUFFICIENT_DATA',
    StateReason: 'Unchecked: Initial alarm creation',
    ActionsEnabled: true,
    Period: 60,
    Threshold: 5,
  });
  await put('errors', 7);
  const on = await after(1, 'errors', 'ALARM');
  expect(on.StateReason).toBe(
    'Threshold Crossed: 1 out of the last 1 datapoint [7.0 (21/11/26 12:00:00)] was greater than the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition).',
  );
  expect(JSON.parse(on.StateReasonData!)).toMatchObject({ period: 60, recentDatapoints: [7], threshold: 5 });
  await put('errors', 2);
  const off = await after(1, 'errors', 'OK');
  expect(off.StateReason).toContain('was not greater than the threshold (5.0)');
  const history = await cloudwatch.describeAlarmHistory({
    AlarmName: 'errors',
    ScanBy: 'TimestampAscending',
  });
  expect(history.AlarmHistoryItems?.map(({ HistorySummary }) => HistorySummary)).toEqual([
    'Alarm "errors" created',
    'Alarm updated from INSUFFICIENT_DATA to ALARM',
    'Alarm updated from ALARM to OK',
  ]);
  await cloudwatch.deleteAlarms({ AlarmNames: ['errors'] });
  expect(await describe('errors')).toBeUndefined();
});

test('missing data count as the alarm says', async () => {
  await alarm('missing', { EvaluationPeriods: 2 });
  await alarm('breaching', { EvaluationPeriods: 2, TreatMissingData: 'breaching' });
  await alarm('not-breaching', { EvaluationPeriods: 2, TreatMissingData: 'notBreaching' });
  await alarm('ignore', { EvaluationPeriods: 2, TreatMissingData: 'ignore' });
  await after(1, 'breaching', 'ALARM');
  await after(0, 'not-breaching', 'OK');
  expect((await describe('missing'))?.StateValue).toBe('INSUFFICIENT_DATA');
  expect((await describe('ignore'))?.StateValue).toBe('INSUFFICIENT_DATA');
  await put('missing', 9);
  await put('ignore', 1);
  await after(1, 'missing', 'ALARM');
  await after(0, 'ignore', 'OK');
  // Once the datapoint is out of sight, one forgets and the other keeps its state.
  await after(6, 'missing', 'INSUFFICIENT_DATA');
  expect((await describe('ignore'))?.StateValue).toBe('OK');
  await cloudwatch.deleteAlarms({ AlarmNames: ['missing', 'breaching', 'not-breaching', 'ignore'] });
});

test('so many of so many datapoints have to breach', async () => {
  await alarm('m-of-n', { EvaluationPeriods: 3, DatapointsToAlarm: 2 });
  await put('m-of-n', 9);
  clock.advance(MINUTE);
  await put('m-of-n', 1);
  await after(1, 'm-of-n', 'OK');
  await put('m-of-n', 9);
  const on = await after(1, 'm-of-n', 'ALARM');
  expect(on.StateReason).toContain('2 out of the last 3 datapoints [9.0');
  await cloudwatch.deleteAlarms({ AlarmNames: ['m-of-n'] });
});

test('an alarm may be over an expression', async () => {
  const stat = (Id: string, MetricName: string) => ({
    Id,
    MetricStat: { Metric: { Namespace: 'App', MetricName }, Period: 60, Stat: 'Sum' },
    ReturnData: false,
  });
  await cloudwatch.putMetricAlarm({
    AlarmName: 'rate',
    Metrics: [stat('bad', 'bad'), stat('all', 'all'), { Id: 'rate', Expression: '100 * bad / all' }],
    EvaluationPeriods: 1,
    Threshold: 10,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  });
  await put('bad', 2);
  await put('all', 10);
  expect((await after(1, 'rate', 'ALARM')).StateReason).toContain('[20.0 (');
  await cloudwatch.deleteAlarms({ AlarmNames: ['rate'] });
});

test('a change of state is an event, and composite alarms follow', async () => {
  const logs = new CloudWatchLogs(runtime.clientConfig);
  const events = new EventBridge(runtime.clientConfig);
  await logs.createLogGroup({ logGroupName: 'alarms' });
  await events.putRule({ Name: 'alarms', EventPattern: JSON.stringify({ source: ['aws.cloudwatch'] }) });
  const Arn = 'arn:aws:logs:us-east-1:000000000000:log-group:alarms';
  await events.putTargets({ Rule: 'alarms', Targets: [{ Id: 'log', Arn, InputPath: '$.detail' }] });
  await alarm('a');
  await alarm('b');
  await cloudwatch.putCompositeAlarm({ AlarmName: 'either', AlarmRule: 'ALARM(a) OR ALARM("b")' });
  expect((await describe('either'))?.StateValue).toBe('OK');
  await cloudwatch.setAlarmState({ AlarmName: 'b', StateValue: 'ALARM', StateReason: 'by hand' });
  expect(await describe('either')).toMatchObject({
    StateValue: 'ALARM',
    AlarmRule: 'ALARM(a) OR ALARM("b")',
  });
  const found = await until(async () => {
    const { events: lines = [] } = await logs.filterLogEvents({ logGroupName: 'alarms' });
    return lines.length >= 3
      ? lines.map(({ message }) => JSON.parse(message!) as { alarmName: string })
      : undefined;
  });
  expect(found.find(({ alarmName }) => alarmName === 'b')).toMatchObject({
    state: { value: 'ALARM', reason: 'by hand' },
    previousState: { value: 'INSUFFICIENT_DATA' },
    configuration: {
      metrics: [{ metricStat: { metric: { namespace: 'App', name: 'b' }, period: 60, stat: 'Sum' } }],
    },
  });
  await expect(cloudwatch.deleteAlarms({ AlarmNames: ['a'] })).rejects.toThrow(
    'Alarm a cannot be deleted as there are composite alarms depending on it.',
  );
  await cloudwatch.putCompositeAlarm({ AlarmName: 'outer', AlarmRule: 'ALARM(either)' });
  await expect(
    cloudwatch.putCompositeAlarm({ AlarmName: 'either', AlarmRule: 'NOT ALARM(outer)' }),
  ).rejects.toThrow('An alarm cannot be part of its own AlarmRule, nor of that of its parts.');
  await cloudwatch.deleteAlarms({ AlarmNames: ['a', 'b', 'either', 'outer'] });
});

test('alarms are found by name, prefix, state, type and metric, and tagged', async () => {
  await alarm('find-1', {
    AlarmActions: ['arn:aws:sns:us-east-1:000000000000:t'],
    Tags: [{ Key: 'k', Value: 'v' }],
  });
  await alarm('find-2', { Dimensions: [{ Name: 'd', Value: '1' }], ActionsEnabled: false });
  const names = async (input: object) =>
    (await cloudwatch.describeAlarms(input)).MetricAlarms?.map(({ AlarmName }) => AlarmName);
  expect(await names({ AlarmNamePrefix: 'find-' })).toEqual(['find-1', 'find-2']);
  expect(await names({ ActionPrefix: 'arn:aws:sns' })).toEqual(['find-1']);
  expect(await names({ StateValue: 'OK' })).toEqual([]);
  const first = await cloudwatch.describeAlarms({ MaxRecords: 1 });
  expect(await names({ MaxRecords: 1, NextToken: first.NextToken })).toEqual(['find-2']);
  const forMetric = await cloudwatch.describeAlarmsForMetric({ Namespace: 'App', MetricName: 'find-2' });
  expect(forMetric.MetricAlarms).toHaveLength(1);
  await cloudwatch.disableAlarmActions({ AlarmNames: ['find-1'] });
  expect(await describe('find-1')).toMatchObject({ ActionsEnabled: false });
  const ResourceARN = first.MetricAlarms![0]!.AlarmArn;
  await cloudwatch.tagResource({ ResourceARN, Tags: [{ Key: 'l', Value: 'w' }] });
  await cloudwatch.untagResource({ ResourceARN, TagKeys: ['k'] });
  expect((await cloudwatch.listTagsForResource({ ResourceARN })).Tags).toEqual([{ Key: 'l', Value: 'w' }]);
  await expect(
    cloudwatch.listTagsForResource({ ResourceARN: ResourceARN!.replace('us-east-1', 'eu-west-1') }),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await cloudwatch.deleteAlarms({ AlarmNames: ['find-1', 'find-2', 'nobody'] });
});

test.each([
  [
    { ExtendedStatistic: '90', Statistic: undefined },
    'The value 90 for parameter ExtendedStatistic is not supported.',
  ],
  [
    { TreatMissingData: 'x' },
    'Option x is not supported. Supported options for parameter TreatMissingData are',
  ],
  [{ EvaluationPeriods: 2000 }, 'Metrics cannot be checked across more than a day'],
  [{ ThresholdMetricId: 'band' }, 'ThresholdMetricId is not supported by this version of Slipway'],
  [{ ComparisonOperator: 'LessThanLowerThreshold' }, 'is not supported by this version of Slipway'],
  [{ DatapointsToAlarm: 2 }, 'DatapointsToAlarm must be less than or equal to EvaluationPeriods.'],
])('an alarm with %j is refused', async (more, message) => {
  await expect(alarm('refused', more)).rejects.toThrow(message);
});

test('alarms are evaluated again after a restart, and nothing is timed without them', async () => {
  const stateFolder = mkdtempSync(join(tmpdir(), 'slipway-alarms-'));
  const time = new ManualClock(NOW);
  try {
    const before = await startTestRuntime({ stateFolder }, { clock: time });
    expect(time.pending).toEqual([]);
    const client = before.client<CloudWatch>('cloudwatch');
    await client.putMetricData({ Namespace: 'App', MetricData: [{ MetricName: 'm', Value: 9 }] });
    await client.putMetricAlarm({
      AlarmName: 'kept',
      Namespace: 'App',
      MetricName: 'm',
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 5,
      ComparisonOperator: 'GreaterThanThreshold',
    });
    await before.stop();
    const again = await startTestRuntime({ stateFolder }, { clock: time });
    const cloudwatchAgain = new CloudWatch(again.clientConfig);
    time.advance(MINUTE);
    await until(async () =>
      (await describe('kept', cloudwatchAgain))?.StateValue === 'ALARM' ? true : undefined,
    );
    await again.stop();
  } finally {
    rmSync(stateFolder, { recursive: true, force: true });
  }
});

test('rules of composite alarms', () => {
  const states: Record<string, 'ALARM' | 'OK'> = { a: 'ALARM', b: 'OK', 'c d': 'ALARM' };
  const holds = (text: string) => parseCompositeRule(text)!.holds((name) => states[name]);
  expect(holds('ALARM(a) AND NOT ALARM(b)')).toBe(true);
  expect(holds('ALARM("c d") AND OK(b) AND TRUE')).toBe(true);
  expect(holds('(ALARM(b) OR FALSE) OR INSUFFICIENT_DATA(a)')).toBe(false);
  expect(holds('ALARM(arn:aws:cloudwatch:us-east-1:000000000000:alarm:a)')).toBe(true);
  expect(parseCompositeRule('ALARM(a) AND OK(b) OR ALARM(a)')!.alarms).toEqual(['a', 'b']);
  for (const text of ['', 'ALARM', 'ALARM(a', 'ALARM(a) ALARM(b)', 'AND', 'BROKEN(a)']) {
    expect(parseCompositeRule(text)).toBeUndefined();
  }
});
