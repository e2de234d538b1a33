import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatch, type GetMetricDataCommandInput } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { servicePrincipal } from '../../../access/caller.ts';
import { ManualClock } from '../../../testing/manual-clock.ts';
import { runAwsCli, runPython } from '../../../testing/python-clients.ts';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { until } from '../../../testing/until.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 30);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let runtime: TestRuntime;
let cloudwatch: CloudWatch;

beforeAll(async () => {
  runtime = await startTestRuntime({}, { clock: new ManualClock(NOW) });
  cloudwatch = new CloudWatch(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

function put(Namespace: string, ...data: object[]) {
  return cloudwatch.putMetricData({
    Namespace,
    MetricData: data.map((datum) => ({ MetricName: 'm', ...datum })),
  });
}

function at(minutes: number): Date {
  return new Date(NOW + minutes * MINUTE);
}

test('statistics come by period and unit, from values, counted values and statistic sets', async () => {
  await put(
    'stats',
    { Value: 1, Timestamp: at(-10) },
    { Value: 3, Timestamp: at(-10) },
    { Values: [10, 20], Counts: [3, 1], Timestamp: at(-9) },
    { StatisticValues: { SampleCount: 4, Sum: 40, Minimum: 1, Maximum: 30 }, Timestamp: at(-8) },
    { Value: 7, Unit: 'Seconds', Timestamp: at(-10) },
  );
  const read = (more: object) =>
    cloudwatch.getMetricStatistics({
      Namespace: 'stats',
      MetricName: 'm',
      StartTime: at(-10),
      EndTime: at(0),
      Period: 60,
      ...more,
    });
  const all = await read({
    Unit: 'None',
    Statistics: ['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum'],
  });
  expect(all.Label).toBe('m');
  expect(all.Datapoints).toEqual([
    {
      Timestamp: new Date(NOW - 10 * MINUTE - 30_000),
      Unit: 'None',
      SampleCount: 2,
      Sum: 4,
      Average: 2,
      Minimum: 1,
      Maximum: 3,
    },
    {
      Timestamp: new Date(NOW - 9 * MINUTE - 30_000),
      Unit: 'None',
      SampleCount: 4,
      Sum: 50,
      Average: 12.5,
      Minimum: 10,
      Maximum: 20,
    },
    {
      Timestamp: new Date(NOW - 8 * MINUTE - 30_000),
      Unit: 'None',
      SampleCount: 4,
      Sum: 40,
      Average: 10,
      Minimum: 1,
      Maximum: 30,
    },
  ]);
  const wide = await read({ Period: 600, Statistics: ['Sum'] });
  expect(wide.Datapoints?.map(({ Unit, Sum }) => [Unit, Sum])).toEqual([
    ['None', 94],
    ['Seconds', 7],
  ]);
  const percentiles = await read({ Unit: 'None', ExtendedStatistics: ['p50', 'p90'] });
  expect(percentiles.Datapoints?.map(({ ExtendedStatistics }) => ExtendedStatistics)).toEqual([
    { p50: 1, p90: 3 },
    { p50: 10, p90: 20 },
    undefined,
  ]);
});

test.each([
  [
    { Value: 1, StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 } },
    'InvalidParameterCombinationException',
    'MetricData.member.1.Value and MetricData.member.1.StatisticValues are mutually exclusive',
  ],
  [
    { Values: [1, 2], Counts: [1] },
    'InvalidParameterValueException',
    'MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size.',
  ],
  [
    { Value: Number.NaN },
    'InvalidParameterValueException',
    'The value NaN for parameter MetricData.member.1.Value is invalid.',
  ],
  [
    { Value: 1, Timestamp: new Date(NOW - 15 * DAY) },
    'InvalidParameterValueException',
    'must specify a time within the past two weeks.',
  ],
  [
    { Value: 1, Timestamp: new Date(NOW + 3 * 60 * MINUTE) },
    'InvalidParameterValueException',
    'no more than two hours in the future',
  ],
  [{}, 'MissingRequiredParameterException', 'must be specified'],
  [
    {
      Value: 1,
      Dimensions: [
        { Name: 'a', Value: '1' },
        { Name: 'a', Value: '2' },
      ],
    },
    'InvalidParameterValueException',
    'two dimensions of the same name',
  ],
])('the datum %j is refused', async (datum, name, message) => {
  await expect(put('bad', datum)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
});

test('namespaces of AWS are for its services', async () => {
  await expect(put('AWS/Lambda', { Value: 1 })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: 'The value AWS/ for parameter Namespace is invalid.',
  });
  const lambda = runtime.client<CloudWatch>('cloudwatch', {
    caller: servicePrincipal('lambda.amazonaws.com', '000000000000'),
  });
  await lambda.putMetricData({ Namespace: 'AWS/Lambda', MetricData: [{ MetricName: 'Errors', Value: 1 }] });
  expect((await cloudwatch.listMetrics({ Namespace: 'AWS/Lambda' })).Metrics).toHaveLength(1);
});

test('metrics are told apart by their dimensions, in whatever order', async () => {
  const a = { Name: 'a', Value: '1' };
  const b = { Name: 'b', Value: '2' };
  await put(
    'dims',
    { Value: 1, Dimensions: [a, b] },
    { Value: 2, Dimensions: [b, a] },
    { Value: 4, Dimensions: [a] },
  );
  const { Metrics } = await cloudwatch.listMetrics({ Namespace: 'dims', Dimensions: [{ Name: 'a' }] });
  expect(Metrics).toEqual([
    { Namespace: 'dims', MetricName: 'm', Dimensions: [a, b] },
    { Namespace: 'dims', MetricName: 'm', Dimensions: [a] },
  ]);
  expect((await cloudwatch.listMetrics({ Namespace: 'dims', Dimensions: [b] })).Metrics).toHaveLength(1);
  const { Datapoints } = await cloudwatch.getMetricStatistics({
    Namespace: 'dims',
    MetricName: 'm',
    Dimensions: [b, a],
    StartTime: at(-5),
    EndTime: at(5),
    Period: 300,
    Statistics: ['Sum'],
  });
  expect(Datapoints).toMatchObject([{ Sum: 3 }]);
  await expect(cloudwatch.listMetrics({ NextToken: 'nonsense' })).rejects.toThrow(
    'Request parameter NextToken is invalid',
  );
});

test('metric math works on what metrics have in common', async () => {
  for (const [minute, errors] of [
    [-5, 1],
    [-4, 2],
    [-3, 3],
  ] as const) {
    await put('math', { MetricName: 'errors', Value: errors, Timestamp: at(minute) });
    if (minute !== -4) await put('math', { MetricName: 'calls', Value: 10, Timestamp: at(minute) });
  }
  const stat = (Id: string, MetricName: string) => ({
    Id,
    MetricStat: { Metric: { Namespace: 'math', MetricName }, Period: 60, Stat: 'Sum' },
    ReturnData: false,
  });
  const compute = async (Expression: string) => {
    const { MetricDataResults } = await cloudwatch.getMetricData({
      MetricDataQueries: [stat('errors', 'errors'), stat('calls', 'calls'), { Id: 'result', Expression }],
      StartTime: at(-5),
      EndTime: at(-2),
      ScanBy: 'TimestampAscending',
    });
    return MetricDataResults!.map(({ Values }) => Values);
  };
  expect(await compute('100 * errors / calls')).toEqual([[10, 30]]);
  expect(await compute('SUM(METRICS())')).toEqual([[11, 2, 13]]);
  expect(await compute('SUM([errors, calls])')).toEqual([[11, 2, 13]]);
  expect(await compute('errors / FILL(calls, 4)')).toEqual([[0.1, 0.5, 0.3]]);
  expect(await compute('FILL(calls, REPEAT)')).toEqual([[10, 10, 10, 10]]);
  expect(await compute('IF(errors > 1, errors, 0)')).toEqual([[0, 2, 3]]);
  expect(await compute('errors - AVG(errors)')).toEqual([[-1, 0, 1]]);
  expect(await compute('RUNNING_SUM(errors)')).toEqual([[1, 3, 6]]);
  expect(await compute('DIFF(errors)')).toEqual([[1, 1]]);
  expect(await compute('-errors ^ 2 + 1')).toEqual([[0, -3, -8]]);
  expect(await compute('METRICS("err")')).toEqual([[1, 2, 3]]);
  expect(await compute('errors >= 2 AND calls == 10')).toEqual([[0, 1]]);
  await expect(compute('errors +')).rejects.toThrow("Error in expression 'result'");
  await expect(compute('nobody * 2')).rejects.toThrow('Unresolved variable: nobody');
  await expect(compute("SEARCH('{math} m', 'Sum')")).rejects.toThrow(
    'SEARCH is not supported by this version of Slipway',
  );
  await expect(compute('result + 1')).rejects.toThrow('Circular reference');
});

test('metric data come newest first, in pages, with labels', async () => {
  for (const minute of [-3, -2, -1]) await put('pages', { Value: minute, Timestamp: at(minute) });
  const stat = (Id: string, Stat: string, more: object = {}) => ({
    Id,
    MetricStat: { Metric: { Namespace: 'pages', MetricName: 'm' }, Period: 60, Stat },
    ...more,
  });
  const request: GetMetricDataCommandInput = {
    MetricDataQueries: [stat('a', 'Sum'), stat('b', 'Maximum', { Label: 'mine' })],
    StartTime: at(-3),
    EndTime: at(0),
    MaxDatapoints: 4,
  };
  const first = await cloudwatch.getMetricData(request);
  expect(first.MetricDataResults).toMatchObject([
    { Id: 'a', Label: 'm Sum', Values: [-1, -2, -3], StatusCode: 'Complete' },
    { Id: 'b', Label: 'mine', Values: [-1], StatusCode: 'PartialData' },
  ]);
  const second = await cloudwatch.getMetricData({ ...request, NextToken: first.NextToken });
  expect(second.MetricDataResults).toMatchObject([{ Id: 'b', Values: [-2, -3], StatusCode: 'Complete' }]);
  expect(second.NextToken).toBeUndefined();
  await expect(
    cloudwatch.getMetricData({ ...request, MetricDataQueries: [stat('Upper', 'Sum')] }),
  ).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining('is not matching the expected pattern'),
  });
  await expect(cloudwatch.getMetricData({ ...request, EndTime: request.StartTime })).rejects.toThrow(
    'The parameter StartTime must not equal parameter EndTime.',
  );
});

test('CBOR, JSON and query requests reach the same handlers', async () => {
  const scope = 'Credential=test/20261121/us-east-1/monitoring/aws4_request, SignedHeaders=host, Signature=0';
  const authorization = `AWS4-HMAC-SHA256 ${scope}`;
  await put('protocols', { Value: 1 });
  const json = await fetch(runtime.endpoint, {
    method: 'POST',
    headers: {
      authorization,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'GraniteServiceVersion20100801.PutMetricData',
    },
    body: JSON.stringify({ Namespace: 'protocols', MetricData: [{ MetricName: 'm', Value: 2 }] }),
  });
  expect(json.status).toBe(200);
  const form = (parameters: Record<string, string>) =>
    fetch(runtime.endpoint, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: new URLSearchParams({ Version: '2010-08-01', ...parameters }).toString(),
    });
  const query = await form({
    Action: 'PutMetricData',
    Namespace: 'protocols',
    'MetricData.member.1.MetricName': 'm',
    'MetricData.member.1.Value': '4',
  });
  expect(query.status).toBe(200);
  const statistics = await form({
    Action: 'GetMetricStatistics',
    Namespace: 'protocols',
    MetricName: 'm',
    StartTime: at(-5).toISOString(),
    EndTime: at(5).toISOString(),
    Period: '600',
    'Statistics.member.1': 'Sum',
  });
  expect(await statistics.text()).toContain('<Sum>7</Sum>');

  const refused = await form({ Action: 'PutMetricData', Namespace: 'AWS/X' });
  expect(await refused.text()).toContain('<Code>InvalidParameterValue</Code>');
  const inJson = await fetch(runtime.endpoint, {
    method: 'POST',
    headers: {
      authorization,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'GraniteServiceVersion20100801.GetDashboard',
    },
    body: '{"DashboardName":"none"}',
  });
  expect(inJson.status).toBe(404);
  expect(inJson.headers.get('x-amzn-query-error')).toBe('ResourceNotFound;Sender');
});

test('long lists, which the SDKs compress, arrive; boto3 and the CLI read them', async () => {
  await using live = await startTestRuntime();
  const program = `
import boto3, datetime
cw = boto3.client('cloudwatch')
now = datetime.datetime.now(datetime.timezone.utc)
cw.put_metric_data(Namespace='py', MetricData=[{'MetricName': f'metric-{n:04}', 'Value': n, 'Dimensions': [{'Name': 'kind', 'Value': 'long'}]} for n in range(900)])
print(sum(len(page['Metrics']) for page in cw.get_paginator('list_metrics').paginate(Namespace='py')))
data = cw.get_metric_data(MetricDataQueries=[{'Id': 'a', 'MetricStat': {'Metric': {'Namespace': 'py', 'MetricName': 'metric-0899', 'Dimensions': [{'Name': 'kind', 'Value': 'long'}]}, 'Period': 60, 'Stat': 'Sum'}}], StartTime=now - datetime.timedelta(minutes=5), EndTime=now + datetime.timedelta(minutes=5))
print(data['MetricDataResults'][0]['Values'] == [899])
try:
    cw.get_dashboard(DashboardName='none')
except cw.exceptions.ClientError as error:
    print(error.response['Error']['Code'])
`;
  expect(await runPython(live, program)).toMatchObject({
    code: 0,
    stdout: '900\nTrue\nResourceNotFound\n',
  });
  const cli = await runAwsCli(
    live,
    ...[
      'cloudwatch',
      'list-metrics',
      '--namespace',
      'py',
      '--metric-name',
      'metric-0001',
      '--output',
      'json',
    ],
  );
  expect(JSON.parse(cli.stdout)).toMatchObject({ Metrics: [{ MetricName: 'metric-0001' }] });
});

test('data are there after a restart', async () => {
  const stateFolder = mkdtempSync(join(tmpdir(), 'slipway-cloudwatch-'));
  try {
    const before = await startTestRuntime({ stateFolder });
    await before
      .client<CloudWatch>('cloudwatch')
      .putMetricData({ Namespace: 'kept', MetricData: [{ MetricName: 'm', Value: 5 }] });
    await before.stop();
    const after = await startTestRuntime({ stateFolder });
    const { Metrics } = await after.client<CloudWatch>('cloudwatch').listMetrics({});
    expect(Metrics).toEqual([{ Namespace: 'kept', MetricName: 'm', Dimensions: [] }]);
    await after.stop();
  } finally {
    rmSync(stateFolder, { recursive: true, force: true });
  }
});

test('a metric filter of CloudWatch Logs gives data', async () => {
  const logs = new CloudWatchLogs(runtime.clientConfig);
  await logs.createLogGroup({ logGroupName: 'app' });
  await logs.createLogStream({ logGroupName: 'app', logStreamName: 's' });
  await logs.putMetricFilter({
    logGroupName: 'app',
    filterName: 'latency',
    filterPattern: '{ $.ms = * }',
    metricTransformations: [
      {
        metricName: 'Latency',
        metricNamespace: 'App',
        metricValue: '$.ms',
        unit: 'Milliseconds',
        dimensions: { Service: '$.service' },
      },
    ],
  });
  const logEvents = [
    { timestamp: NOW, message: '{"ms": 5, "service": "a"}' },
    { timestamp: NOW, message: 'no JSON' },
    { timestamp: NOW, message: '{"ms": 7, "service": "a"}' },
  ];
  await logs.putLogEvents({ logGroupName: 'app', logStreamName: 's', logEvents });
  const [metric] = await until(async () => {
    const { Metrics = [] } = await cloudwatch.listMetrics({ Namespace: 'App' });
    return Metrics.length > 0 ? Metrics : undefined;
  });
  expect(metric).toMatchObject({ MetricName: 'Latency', Dimensions: [{ Name: 'Service', Value: 'a' }] });
  const { Datapoints } = await cloudwatch.getMetricStatistics({
    ...metric!,
    Namespace: 'App',
    MetricName: 'Latency',
    StartTime: at(-5),
    EndTime: at(5),
    Period: 600,
    Statistics: ['Sum', 'SampleCount'],
  });
  expect(Datapoints).toMatchObject([{ Sum: 12, SampleCount: 2, Unit: 'Milliseconds' }]);
});
