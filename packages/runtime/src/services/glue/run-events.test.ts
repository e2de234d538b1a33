import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../testing/manual-clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { until } from '../../testing/until.ts';
import { JobTests } from './testing.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);
const MINUTE = 60_000;
const GROUP = 'glue-events';

let clock: ManualClock;
let runtime: TestRuntime;
let jobs: JobTests;
let logs: CloudWatchLogs;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-glue-'));
  clock = new ManualClock(NOW);
  runtime = await startTestRuntime({}, { clock });
  jobs = new JobTests(runtime);
  logs = new CloudWatchLogs(runtime.clientConfig);
  const events = new EventBridge(runtime.clientConfig);
  await logs.createLogGroup({ logGroupName: GROUP });
  await events.putRule({ Name: 'glue', EventPattern: JSON.stringify({ source: ['aws.glue'] }) });
  const Arn = `arn:aws:logs:us-east-1:000000000000:log-group:${GROUP}`;
  await events.putTargets({ Rule: 'glue', Targets: [{ Id: 'log', Arn }] });
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

interface GlueEvent {
  readonly 'detail-type': string;
  readonly detail: { readonly jobRunId: string; readonly state: string };
}

/** The events of a run, once there are so many. */
async function eventsOf(runId: string, count: number): Promise<GlueEvent[]> {
  return await until(async () => {
    const { events = [] } = await logs.filterLogEvents({ logGroupName: GROUP });
    const all = events.map(({ message = '' }) => JSON.parse(message) as GlueEvent);
    const found = all.filter(({ detail }) => detail.jobRunId === runId);
    return found.length >= count ? found : undefined;
  });
}

/** A script that says it began by making a file, and never ends by itself. */
function endless(file: string): string {
  return `import time\nopen('${file}', 'w').close()\nwhile True:\n    time.sleep(0.1)\n`;
}

test('EventBridge is told how a run ended', async () => {
  await jobs.create('good', 'pass');
  const { Id: good = '' } = await jobs.run('good');
  expect(await eventsOf(good, 1)).toMatchObject([
    {
      'detail-type': 'Glue Job State Change',
      resources: [],
      detail: {
        jobName: 'good',
        severity: 'INFO',
        state: 'SUCCEEDED',
        jobRunId: good,
        message: 'Job run succeeded',
      },
    },
  ]);
  await jobs.create('bad', 'raise ValueError("no")');
  const { Id: bad = '' } = await jobs.run('bad');
  expect((await eventsOf(bad, 1)).map(({ detail }) => detail)).toEqual([
    {
      jobName: 'bad',
      severity: 'ERROR',
      state: 'FAILED',
      jobRunId: bad,
      message: `JobName:bad and JobRunId:${bad} failed to execute with exception ValueError: no`,
    },
  ]);
});

test('a run that takes too long is told of, and ended at its timeout without a retry', async () => {
  const file = join(folder, 'slow');
  await jobs.create('slow', endless(file), {
    Timeout: 3,
    MaxRetries: 1,
    NotificationProperty: { NotifyDelayAfter: 1 },
  });
  const run = await jobs.start('slow');
  await until(() => existsSync(file) || undefined);
  clock.advance(MINUTE);
  const [delay] = await eventsOf(run, 1);
  expect(delay).toMatchObject({
    'detail-type': 'Glue Job Run Status',
    detail: {
      jobName: 'slow',
      severity: 'INFO',
      state: 'RUNNING',
      jobRunId: run,
      notificationCondition: { NotifyDelayAfter: 1 },
      message: 'Job is in RUNNING state',
      startedOn: '2026-11-21T12:00:00.000Z',
    },
  });
  const { JobRun } = await jobs.glue.getJobRun({ JobName: 'slow', RunId: run });
  expect(JobRun).toMatchObject({ JobRunState: 'RUNNING', ExecutionTime: 60 });
  clock.advance(2 * MINUTE);
  const ended = await jobs.until('slow', run);
  expect(ended.JobRunState).toBe('TIMEOUT');
  expect(ended).not.toHaveProperty('ErrorMessage');
  const events = await eventsOf(run, 2);
  expect(events.map(({ detail }) => detail)).toMatchObject([
    { state: 'RUNNING' },
    { state: 'TIMEOUT', severity: 'WARN', message: 'Job run timed out' },
  ]);
  expect((await jobs.glue.getJobRuns({ JobName: 'slow' })).JobRuns).toHaveLength(1);
});
