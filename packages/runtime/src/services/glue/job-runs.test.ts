import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { Glue } from '@aws-sdk/client-glue';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { JobTests } from './testing.ts';

let runtime: TestRuntime;
let jobs: JobTests;
let glue: Glue;
let logs: CloudWatchLogs;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-glue-'));
  runtime = await startTestRuntime();
  jobs = new JobTests(runtime);
  glue = jobs.glue;
  logs = new CloudWatchLogs(runtime.clientConfig);
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

function written<T>(name: string): T {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;
}

/** A script that says it began, by writing its process's id, and ends once the file `go` is there. */
const WAITING = `
import os, sys, time
from awsglue.utils import getResolvedOptions
folder = getResolvedOptions(sys.argv, ['folder'])['folder']
with open(os.path.join(folder, 'pid.new'), 'w') as file:
    file.write(str(os.getpid()))
os.rename(os.path.join(folder, 'pid.new'), os.path.join(folder, 'pid'))
while not os.path.exists(os.path.join(folder, 'go')):
    time.sleep(0.01)
`;

/** A folder through which a test and the waiting script talk. */
function meeting() {
  const place = mkdtempSync(join(folder, 'meeting-'));
  const pid = () => Number(readFileSync(join(place, 'pid'), 'utf8'));
  return {
    arguments: { '--folder': place },
    /** @returns the script's process id */
    async begun(): Promise<number> {
      return await vi.waitFor(pid, { timeout: 30_000 });
    },
    end: () => writeFileSync(join(place, 'go'), ''),
  };
}

test('a run executes the script with the arguments of job and run', async () => {
  const script = `
import boto3, json, os, sys
with open(sys.argv[sys.argv.index('--out') + 1], 'w') as file:
    json.dump({
        'argv': sys.argv,
        'identity': boto3.client('sts').get_caller_identity()['Arn'],
        'region': os.environ['AWS_REGION'],
        'folder': os.listdir('.'),
        'temporary': os.environ['TMPDIR'],
    }, file)
with open('scratch', 'w') as file:
    file.write('x')
`;
  await jobs.create('arguments', script, {
    DefaultArguments: { '--job-language': 'python', '--mode': 'default', '--out': join(folder, 'argv') },
    NonOverridableArguments: { '--fixed': 'by the job' },
    Timeout: 5,
  });
  const own = { '--mode': 'a b', '--fixed': 'by the run', '--empty': '' };
  const run = await jobs.run('arguments', own);
  expect(run).toEqual({
    Id: expect.stringMatching(/^jr_[0-9a-f]{64}$/),
    Attempt: 0,
    JobName: 'arguments',
    JobMode: 'SCRIPT',
    JobRunState: 'SUCCEEDED',
    StartedOn: expect.any(Date),
    LastModifiedOn: expect.any(Date),
    CompletedOn: expect.any(Date),
    Arguments: own,
    PredecessorRuns: [],
    ExecutionTime: expect.any(Number),
    Timeout: 5,
    AllocatedCapacity: 0,
    MaxCapacity: 0.0625,
    GlueVersion: '3.0',
    LogGroupName: '/aws-glue/python-jobs',
  });
  const { argv, identity, region, folder: files, temporary } = written<Record<string, string[]>>('argv');
  expect(argv?.[0]).toMatch(/\/arguments\.py$/);
  expect(argv?.slice(1)).toEqual([
    ...['--job-language', 'python'],
    ...['--mode', 'a b'],
    ...['--out', join(folder, 'argv')],
    ...['--fixed', 'by the job'],
    ...['--empty', ''],
    ...['--JOB_NAME', 'arguments'],
    ...['--JOB_ID', expect.stringMatching(/^j_[0-9a-f]{64}$/)],
    ...['--JOB_RUN_ID', run.Id],
  ]);
  expect(identity).toBe('arn:aws:sts::000000000000:assumed-role/etl/GlueJobRunnerSession');
  expect(region).toBe('us-east-1');
  expect(files).toEqual([]);
  expect(String(temporary)).toContain(String(run.Id));
});

test('a script reads its arguments with getResolvedOptions, and data with pandas', async () => {
  const script = `
import sys
import boto3, pandas
from awsglue.utils import getResolvedOptions
args = getResolvedOptions(sys.argv, ['bucket', 'JOB_NAME'])
s3 = boto3.resource('s3').Bucket(args['bucket'])
s3.download_file('in.csv', 'in.csv')
frame = pandas.read_csv('in.csv')
frame.assign(job=args['JOB_NAME']).to_csv('out.csv', index=False)
s3.upload_file('out.csv', args['JOB_RUN_ID'] + '.csv')
`;
  await jobs.create('frames', script);
  await jobs.put('in.csv', 'a,b\n1,2\n3,4\n');
  const run = await jobs.run('frames', { '--bucket': 'glue-scripts' });
  expect(run).toMatchObject({ JobRunState: 'SUCCEEDED' });
  const { Body } = await jobs.s3.getObject({ Bucket: 'glue-scripts', Key: `${run.Id}.csv` });
  expect(await Body?.transformToString()).toBe('a,b,job\n1,2,frames\n3,4,frames\n');
});

test('what a script prints is in CloudWatch Logs, output and errors apart', async () => {
  const script = `
import sys
print('one\\n\\ntwo é')
print('oh no', file=sys.stderr)
sys.stdout.write('x' * 300000)
`;
  await jobs.create('printing', script);
  const { Id = '' } = await jobs.run('printing');
  const lines = async (group: string) => {
    const { events } = await logs.getLogEvents({
      logGroupName: `/aws-glue/python-jobs/${group}`,
      logStreamName: Id,
      startFromHead: true,
    });
    return events?.map(({ message = '' }) => message) ?? [];
  };
  const [one, two, ...rest] = await lines('output');
  expect([one, two]).toEqual(['one', 'two é']);
  expect(rest.join('') === 'x'.repeat(300_000)).toBe(true);
  expect(await lines('error')).toEqual(['oh no']);
});

test.each([
  ['an exception', 'raise ValueError("bad number")', 'ValueError: bad number'],
  ['an exit code', 'import sys; sys.exit(3)', 'Command failed with exit code 3'],
  ['a text on exit', 'import sys; sys.exit("no data")', 'Command failed with exit code 1'],
  ['a signal', 'import os; os.kill(os.getpid(), 9)', 'Command failed with exit code 137'],
  ['a module that is not there', 'import nowhere', "ModuleNotFoundError: No module named 'nowhere'"],
  [
    'an argument that is not there',
    'import sys; from awsglue.utils import getResolvedOptions as get; get(sys.argv, ["uid"])',
    'GlueArgumentError: the following arguments are required: --uid',
  ],
])('a run fails with %s', async (what, script, message) => {
  const name = `failing by ${what}`;
  await jobs.create(name, script);
  expect(await jobs.run(name)).toMatchObject({ JobRunState: 'FAILED', ErrorMessage: message });
});

test('a run succeeds with an exit code of 0', async () => {
  await jobs.create('leaving', 'import sys; sys.exit(0)');
  expect(await jobs.run('leaving')).toMatchObject({ JobRunState: 'SUCCEEDED' });
});

test('a run without a script fails and says so', async () => {
  const Command = { Name: 'pythonshell', PythonVersion: '3.9' };
  const locations = {
    unset: undefined,
    missing: 's3://glue-scripts/missing.py',
    local: '/home/me/etl.py',
    'no-bucket': 's3://nowhere/etl.py',
  };
  const messages: (string | undefined)[] = [];
  for (const [Name, ScriptLocation] of Object.entries(locations)) {
    await glue.createJob({ Name, Role: 'etl', Command: { ...Command, ScriptLocation } });
    messages.push((await jobs.run(Name)).ErrorMessage);
  }
  expect(messages).toEqual([
    'The job has no script location.',
    'The script s3://glue-scripts/missing.py could not be read: NoSuchKey: The specified key does not exist.',
    'The script /home/me/etl.py is not of the form s3://bucket/path/to/file',
    'The script s3://nowhere/etl.py could not be read: NoSuchBucket: The specified bucket does not exist',
  ]);
  const { Id = '', ErrorMessage } = await (async () => {
    await glue.createJob({ Name: 'odd', Role: 'etl', Command: { Name: 'unheard-of' } });
    return await jobs.run('odd');
  })();
  expect(Id).toMatch(/^jr_/);
  expect(ErrorMessage).toBe('Could not find command for the given criteria');
});

test('a run can have a script location of its own', async () => {
  await jobs.create('elsewhere', 'raise ValueError("the wrong one")');
  const location = await jobs.put('the-right-one.py', 'pass');
  const run = await jobs.run('elsewhere', { '--scriptLocation': location });
  expect(run.JobRunState).toBe('SUCCEEDED');
});

test('only so many runs of a job go on at the same time', async () => {
  await jobs.create('narrow', WAITING, { ExecutionProperty: { MaxConcurrentRuns: 2 } });
  const [first, second] = [meeting(), meeting()];
  const runs = [await jobs.start('narrow', first.arguments), await jobs.start('narrow', second.arguments)];
  await expect(jobs.start('narrow')).rejects.toMatchObject({
    name: 'ConcurrentRunsExceededException',
    message: 'Concurrent runs exceeded for narrow',
  });
  await Promise.all([first.begun(), second.begun()]);
  first.end();
  await jobs.until('narrow', runs[0]!);
  second.end();
  expect(await jobs.run('narrow', second.arguments)).toMatchObject({ JobRunState: 'SUCCEEDED' });
  const { JobRuns } = await glue.getJobRuns({ JobName: 'narrow', MaxResults: 1 });
  expect(JobRuns).toHaveLength(1);
  expect(runs).not.toContain(JobRuns?.[0]?.Id);
});

test('runs of a job with a queue wait in it for their turn', async () => {
  await jobs.create('queued', WAITING, { JobRunQueuingEnabled: true });
  const meetings = [meeting(), meeting(), meeting()];
  const runs: string[] = [];
  for (const { arguments: args } of meetings) runs.push(await jobs.start('queued', args));
  const { JobRuns } = await glue.getJobRuns({ JobName: 'queued' });
  expect(JobRuns?.map(({ Id }) => Id)).toEqual(runs.toReversed());
  expect(JobRuns?.slice(0, 2)).toMatchObject([
    { JobRunState: 'WAITING', StateDetail: 'Waiting for one of 1 concurrent runs to end' },
    { JobRunState: 'WAITING' },
  ]);
  const stopped = await glue.batchStopJobRun({ JobName: 'queued', JobRunIds: [runs[1]!] });
  expect(stopped.SuccessfulSubmissions).toEqual([{ JobName: 'queued', JobRunId: runs[1] }]);
  expect(await jobs.until('queued', runs[1]!)).toMatchObject({ JobRunState: 'STOPPED', ExecutionTime: 0 });

  await meetings[0]?.begun();
  meetings[0]?.end();
  await meetings[2]?.begun();
  meetings[2]?.end();
  const last = await jobs.until('queued', runs[2]!);
  expect(last).toMatchObject({ JobRunState: 'SUCCEEDED' });
  expect(last).not.toHaveProperty('StateDetail');
});

test('a longer queue is worked off when its job allows more at a time', async () => {
  await jobs.create('widened', WAITING, { JobRunQueuingEnabled: true });
  const [first, second] = [meeting(), meeting()];
  const runs = [await jobs.start('widened', first.arguments), await jobs.start('widened', second.arguments)];
  const { Job } = await glue.getJob({ JobName: 'widened' });
  const ExecutionProperty = { MaxConcurrentRuns: 2 };
  const JobUpdate = { Role: Job?.Role, Command: Job?.Command, ExecutionProperty };
  await glue.updateJob({ JobName: 'widened', JobUpdate });
  await Promise.all([first.begun(), second.begun()]);
  first.end();
  second.end();
  const states = await Promise.all(runs.map((run) => jobs.until('widened', run)));
  expect(states.map(({ JobRunState }) => JobRunState)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
});

test('a run that fails is tried again', async () => {
  const file = join(folder, 'tries');
  const script = `
import sys
with open('${file}', 'a+') as file:
    file.write(sys.argv[-1] + '\\n')
    file.seek(0)
    if len(file.readlines()) < 3:
        raise RuntimeError('not yet')
`;
  await jobs.create('retried', script, { MaxRetries: 3 });
  const run = await jobs.run('retried', { '--x': '1' });
  expect(run).toMatchObject({ JobRunState: 'FAILED', ErrorMessage: 'RuntimeError: not yet', Attempt: 0 });
  await jobs.until('retried', `${run.Id}_attempt_1`);
  const last = await jobs.until('retried', `${run.Id}_attempt_2`);
  expect(last).toMatchObject({
    JobRunState: 'SUCCEEDED',
    Attempt: 2,
    PreviousRunId: `${run.Id}_attempt_1`,
    Arguments: { '--x': '1' },
  });
  expect(last).not.toHaveProperty('ErrorMessage');
  const { JobRuns } = await glue.getJobRuns({ JobName: 'retried' });
  expect(JobRuns).toHaveLength(3);
  const ids = [run.Id, `${run.Id}_attempt_1`, `${run.Id}_attempt_2`];
  expect(readFileSync(file, 'utf8').trim().split('\n')).toEqual(ids);
});

test('a run is stopped, and not tried again', async () => {
  await jobs.create('stopped', WAITING, { MaxRetries: 1 });
  const place = meeting();
  const run = await jobs.start('stopped', place.arguments);
  const pid = await place.begun();
  const JobRunIds = [run, 'jr_none'];
  const answer = await glue.batchStopJobRun({ JobName: 'stopped', JobRunIds });
  expect(answer.SuccessfulSubmissions).toEqual([{ JobName: 'stopped', JobRunId: run }]);
  expect(answer.Errors).toMatchObject([
    { JobName: 'stopped', JobRunId: 'jr_none', ErrorDetail: { ErrorCode: 'EntityNotFoundException' } },
  ]);
  expect(await jobs.until('stopped', run)).toMatchObject({ JobRunState: 'STOPPED' });
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  const again = await glue.batchStopJobRun({ JobName: 'stopped', JobRunIds: [run] });
  expect(again.Errors).toMatchObject([{ ErrorDetail: { ErrorCode: 'JobRunInTerminalStateException' } }]);
  expect((await glue.getJobRuns({ JobName: 'stopped' })).JobRuns).toHaveLength(1);
});

test('a run whose process is killed fails', async () => {
  await jobs.create('killed', WAITING);
  const place = meeting();
  const run = await jobs.start('killed', place.arguments);
  process.kill(await place.begun(), 'SIGKILL');
  expect(await jobs.until('killed', run)).toMatchObject({
    JobRunState: 'FAILED',
    ErrorMessage: 'Command failed with exit code 137',
  });
});

test('starting a run is repeatable under an effect token', async () => {
  await jobs.create('once', 'pass');
  const client = runtime.client<Glue>('glue', { token: 'start-once' });
  const first = await client.startJobRun({ JobName: 'once' });
  expect(await client.startJobRun({ JobName: 'once' })).toEqual(first);
  await jobs.until('once', first.JobRunId ?? '');
  expect((await glue.getJobRuns({ JobName: 'once' })).JobRuns).toHaveLength(1);
});

test('a run may name the one that it repeats', async () => {
  await jobs.create('repeated', 'pass');
  const { Id = '' } = await jobs.run('repeated');
  const { JobRunId = '' } = await glue.startJobRun({ JobName: 'repeated', JobRunId: Id });
  expect(await jobs.until('repeated', JobRunId)).toMatchObject({ PreviousRunId: Id, Attempt: 0 });
  await expect(glue.startJobRun({ JobName: 'repeated', JobRunId: 'jr_0' })).rejects.toMatchObject({
    name: 'EntityNotFoundException',
  });
});

test('a run can differ from its job in capacity and time', async () => {
  await jobs.create('varied', 'pass', { Timeout: 9 });
  const { JobRunId = '' } = await glue.startJobRun({ JobName: 'varied', Timeout: 3, MaxCapacity: 1 });
  const settings = { Timeout: 3, MaxCapacity: 1, AllocatedCapacity: 1 };
  expect(await jobs.until('varied', JobRunId)).toMatchObject(settings);
  const start = { JobName: 'varied', AllocatedCapacity: 1, MaxCapacity: 1 };
  await expect(glue.startJobRun(start)).rejects.toThrow('Please set only Allocated Capacity or Max Capacity');
});

test('runs and jobs that are not there are named', async () => {
  await jobs.create('there', 'pass');
  const missing = { name: 'EntityNotFoundException' };
  await expect(glue.startJobRun({ JobName: 'none' })).rejects.toMatchObject({
    ...missing,
    message: 'Failed to start job run due to missing metadata.',
  });
  await expect(glue.getJobRun({ JobName: 'there', RunId: 'jr_0' })).rejects.toMatchObject(missing);
  await expect(glue.getJobRuns({ JobName: 'none' })).rejects.toMatchObject(missing);
  const { Id = '' } = await jobs.run('there');
  await expect(glue.getJobRun({ JobName: 'other', RunId: Id })).rejects.toMatchObject(missing);
});

test('a job deleted during a run leaves the run alone', async () => {
  await jobs.create('deleted', WAITING);
  const place = meeting();
  const run = await jobs.start('deleted', place.arguments);
  await place.begun();
  await glue.deleteJob({ JobName: 'deleted' });
  place.end();
  expect(await jobs.until('deleted', run)).toMatchObject({ JobRunState: 'SUCCEEDED' });
});
