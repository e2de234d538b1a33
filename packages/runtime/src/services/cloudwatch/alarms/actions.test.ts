import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { until } from '../../../testing/until.ts';
import { FunctionTests } from '../../lambda/testing.ts';
import { TopicTests } from '../../sns/testing.ts';

let runtime: TestRuntime;
let folder: string;

beforeAll(async () => {
  runtime = await startTestRuntime();
  folder = mkdtempSync(join(tmpdir(), 'slipway-actions-'));
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test('an alarm that goes off invokes its function', async () => {
  const file = join(folder, 'seen');
  await new FunctionTests(runtime).node(
    'alarmed',
    `exports.handler = async (event) => {
      require('node:fs').writeFileSync(process.env.FILE + '.part', JSON.stringify(event));
      require('node:fs').renameSync(process.env.FILE + '.part', process.env.FILE);
    };`,
    { Environment: { Variables: { FILE: file } } },
  );
  const cloudwatch = new CloudWatch(runtime.clientConfig);
  await cloudwatch.putMetricAlarm({
    AlarmName: 'hot',
    Namespace: 'Own',
    MetricName: 'Heat',
    Statistic: 'Maximum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 10,
    ComparisonOperator: 'GreaterThanThreshold',
    AlarmActions: ['arn:aws:lambda:us-east-1:000000000000:function:alarmed'],
  });
  await cloudwatch.setAlarmState({ AlarmName: 'hot', StateValue: 'ALARM', StateReason: 'by hand' });
  const seen = await until(() => readFile(file, 'utf8').catch(() => undefined));
  expect(JSON.parse(seen)).toMatchObject({
    source: 'aws.cloudwatch',
    alarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:hot',
    accountId: '000000000000',
    region: 'us-east-1',
    alarmData: {
      alarmName: 'hot',
      state: { value: 'ALARM', reason: 'by hand' },
      previousState: { value: 'INSUFFICIENT_DATA' },
    },
  });
});

test('an alarm that goes off is published to its topic', async () => {
  const messages = new TopicTests(runtime);
  const TopicArn = await messages.topic();
  const { url } = await messages.subscribed(TopicArn);
  const cloudwatch = new CloudWatch(runtime.clientConfig);
  await cloudwatch.putMetricAlarm({
    AlarmName: 'cold',
    Namespace: 'Own',
    MetricName: 'Heat',
    Statistic: 'Minimum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'LessThanThreshold',
    AlarmActions: [TopicArn],
  });
  await cloudwatch.setAlarmState({ AlarmName: 'cold', StateValue: 'ALARM', StateReason: 'by hand' });
  const [message] = await messages.receive(url, 1);
  const envelope = JSON.parse(message?.Body ?? '') as { Subject: string; Message: string };
  expect(envelope.Subject).toBe('ALARM: "cold" in us-east-1');
  expect(JSON.parse(envelope.Message)).toMatchObject({
    AlarmName: 'cold',
    NewStateValue: 'ALARM',
    NewStateReason: 'by hand',
  });
});
