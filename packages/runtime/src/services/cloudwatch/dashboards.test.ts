import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployContext } from '../../testing/deploy-context.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { cloudwatchResources } from './resources/index.ts';

let runtime: TestRuntime;
let cloudwatch: CloudWatch;

beforeAll(async () => {
  runtime = await startTestRuntime();
  cloudwatch = new CloudWatch(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

test('dashboards are kept as they are given, the same in every region', async () => {
  const DashboardBody = '{"widgets": [{"type": "text", "properties": {"markdown": "hi"}}]}';
  await cloudwatch.putDashboard({ DashboardName: 'one', DashboardBody });
  await cloudwatch.putDashboard({ DashboardName: 'two', DashboardBody: '{"widgets":[]}' });
  const elsewhere = new CloudWatch({ ...runtime.clientConfig, region: 'eu-west-1' });
  expect(await elsewhere.getDashboard({ DashboardName: 'one' })).toMatchObject({
    DashboardArn: 'arn:aws:cloudwatch::000000000000:dashboard/one',
    DashboardBody,
  });
  const { DashboardEntries } = await cloudwatch.listDashboards({ DashboardNamePrefix: 'o' });
  expect(DashboardEntries).toMatchObject([{ DashboardName: 'one', Size: DashboardBody.length }]);
  await expect(cloudwatch.deleteDashboards({ DashboardNames: ['one', 'three'] })).rejects.toThrow(
    'The specified dashboard does not exist. [three]',
  );
  await cloudwatch.deleteDashboards({ DashboardNames: ['one', 'two'] });
  await expect(cloudwatch.getDashboard({ DashboardName: 'one' })).rejects.toMatchObject({
    name: 'ResourceNotFound',
    message: 'Dashboard one does not exist',
  });
  await expect(
    cloudwatch.putDashboard({ DashboardName: 'bad', DashboardBody: 'no JSON' }),
  ).rejects.toMatchObject({ name: 'DashboardInvalidInputError' });
});

test('alarms and dashboards come and go with a stack', async () => {
  const properties = {
    Namespace: 'App',
    MetricName: 'm',
    Statistic: 'Sum',
    Period: '60',
    EvaluationPeriods: '1',
    Threshold: '5',
    ComparisonOperator: 'GreaterThanThreshold',
    Dimensions: [{ Name: 'd', Value: 'v' }],
    Tags: [{ Key: 'a', Value: '1' }],
  };
  const provider = (type: string) => cloudwatchResources[`AWS::CloudWatch::${type}`]!;
  const alarm = await provider('Alarm').create(properties, deployContext(runtime, 'Alarm'));
  expect(alarm).toEqual({
    physicalId: 'test-Alarm-1',
    attributes: { Arn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:test-Alarm-1' },
  });
  const wanted = { ...properties, Threshold: '9', Tags: [] };
  await provider('Alarm').update(
    alarm.physicalId,
    wanted,
    properties,
    deployContext(runtime, 'Alarm', 'update'),
  );
  const { MetricAlarms } = await cloudwatch.describeAlarms({});
  expect(MetricAlarms).toMatchObject([{ Threshold: 9, Dimensions: [{ Name: 'd', Value: 'v' }] }]);
  const composite = { AlarmRule: 'ALARM(test-Alarm-1)', AlarmName: 'both' };
  await provider('CompositeAlarm').create(composite, deployContext(runtime, 'Both'));
  await provider('CompositeAlarm').delete('both', composite, deployContext(runtime, 'Both', 'delete'));
  for (const step of ['delete', 'delete again']) {
    await provider('Alarm').delete(alarm.physicalId, wanted, deployContext(runtime, 'Alarm', step));
  }
  expect((await cloudwatch.describeAlarms({})).MetricAlarms).toEqual([]);
  const board = await provider('Dashboard').create(
    { DashboardBody: '{"widgets":[]}' },
    deployContext(runtime, 'Board'),
  );
  await provider('Dashboard').delete(board.physicalId, {}, deployContext(runtime, 'Board', 'delete'));
  await provider('Dashboard').delete(board.physicalId, {}, deployContext(runtime, 'Board', 'delete again'));
});
