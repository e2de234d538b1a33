import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployContext } from '../../../testing/deploy-context.ts';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { logsResources } from './index.ts';

let runtime: TestRuntime;
let logs: CloudWatchLogs;

function provider(type: string) {
  return logsResources[`AWS::Logs::${type}`]!;
}

beforeAll(async () => {
  runtime = await startTestRuntime();
  logs = new CloudWatchLogs(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

test('a log group has the ARN with :* and follows its properties', async () => {
  const properties = { RetentionInDays: '7', Tags: [{ Key: 'a', Value: '1' }] };
  const created = await provider('LogGroup').create(properties, deployContext(runtime, 'Logs'));
  expect(created).toEqual({
    physicalId: 'test-Logs-1',
    attributes: { Arn: 'arn:aws:logs:us-east-1:000000000000:log-group:test-Logs-1:*' },
  });
  expect(await provider('LogGroup').create(properties, deployContext(runtime, 'Logs'))).toEqual(created);
  const updating = deployContext(runtime, 'Logs', 'update');
  await provider('LogGroup').update(created.physicalId, { Tags: [] }, properties, updating);
  const { logGroups } = await logs.describeLogGroups({});
  expect(logGroups![0]).not.toHaveProperty('retentionInDays');
  expect((await logs.listTagsLogGroup({ logGroupName: 'test-Logs-1' })).tags).toEqual({});
  for (const step of ['delete', 'delete again']) {
    await provider('LogGroup').delete(created.physicalId, {}, deployContext(runtime, 'Logs', step));
  }
  expect((await logs.describeLogGroups({})).logGroups).toEqual([]);
});

test('streams, metric filters and resource policies come and go', async () => {
  const LogGroupName = 'own';
  await logs.createLogGroup({ logGroupName: LogGroupName });
  const stream = await provider('LogStream').create({ LogGroupName }, deployContext(runtime, 'Stream'));
  expect((await logs.describeLogStreams({ logGroupName: LogGroupName })).logStreams).toHaveLength(1);
  await provider('LogStream').delete(
    stream.physicalId,
    { LogGroupName },
    deployContext(runtime, 'Stream', 'd'),
  );

  const properties = {
    LogGroupName,
    FilterPattern: '{ $.level = "ERROR" }',
    MetricTransformations: [
      {
        MetricName: 'Errors',
        MetricNamespace: 'App',
        MetricValue: '1',
        Dimensions: [{ Key: 'Service', Value: '$.service' }],
      },
    ],
  };
  const filter = await provider('MetricFilter').create(properties, deployContext(runtime, 'Filter'));
  expect((await logs.describeMetricFilters({ logGroupName: LogGroupName })).metricFilters).toMatchObject([
    {
      filterName: 'test-Filter-1',
      metricTransformations: [{ metricName: 'Errors', dimensions: { Service: '$.service' } }],
    },
  ]);
  await provider('MetricFilter').delete(filter.physicalId, properties, deployContext(runtime, 'Filter', 'd'));
  await provider('MetricFilter').delete(
    filter.physicalId,
    properties,
    deployContext(runtime, 'Filter', 'd2'),
  );

  const PolicyDocument = { Version: '2012-10-17', Statement: [] };
  const policy = await provider('ResourcePolicy').create(
    { PolicyDocument },
    deployContext(runtime, 'Policy'),
  );
  expect((await logs.describeResourcePolicies({})).resourcePolicies).toMatchObject([
    { policyName: 'test-Policy-1', policyDocument: JSON.stringify(PolicyDocument) },
  ]);
  await provider('ResourcePolicy').delete(policy.physicalId, {}, deployContext(runtime, 'Policy', 'd'));
  expect((await logs.describeResourcePolicies({})).resourcePolicies).toEqual([]);
});
