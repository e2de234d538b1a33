import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAwsCli, runPython } from '../../testing/python-clients.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { JobTests, ROLE } from './testing.ts';

let runtime: TestRuntime;
let jobs: JobTests;

beforeAll(async () => {
  runtime = await startTestRuntime();
  jobs = new JobTests(runtime);
});
afterAll(() => runtime[Symbol.asyncDispose]());

test('boto3 creates a job, runs it, reads its state and log, and deletes it', async () => {
  const script = await jobs.put(
    'greet.py',
    'import sys\nprint("hello", sys.argv[sys.argv.index("--who") + 1])\n',
  );
  const program = `
import boto3, time
glue = boto3.client('glue')
logs = boto3.client('logs')
glue.create_job(Name='greet', Role='${ROLE}', DefaultArguments={'--who': 'nobody'}, MaxCapacity=0.0625,
                Command={'Name': 'pythonshell', 'PythonVersion': '3.9', 'ScriptLocation': '${script}'})
run = glue.start_job_run(JobName='greet', Arguments={'--who': 'world'})['JobRunId']
while True:
    state = glue.get_job_run(JobName='greet', RunId=run)['JobRun']
    if state['JobRunState'] not in ('STARTING', 'RUNNING'):
        break
    time.sleep(0.05)
print(state['JobRunState'], state['Arguments'], state['CompletedOn'] >= state['StartedOn'])
events = logs.get_log_events(logGroupName=state['LogGroupName'] + '/output', logStreamName=run)['events']
print([event['message'] for event in events])
print([job['Name'] for page in glue.get_paginator('get_jobs').paginate() for job in page['Jobs']])
print(len([r for page in glue.get_paginator('get_job_runs').paginate(JobName='greet') for r in page['JobRuns']]))
try:
    glue.start_job_run(JobName='missing')
except glue.exceptions.EntityNotFoundException as error:
    print(error.response['Error'])
try:
    glue.create_crawler(Name='c', Role='r', Targets={})
except glue.exceptions.ClientError as error:
    print(error.response['ResponseMetadata']['HTTPStatusCode'])
print(glue.delete_job(JobName='greet')['JobName'])
`;
  const { stdout, stderr } = await runPython(runtime, program);
  expect(stderr).toBe('');
  expect(stdout.trim().split('\n')).toEqual([
    "SUCCEEDED {'--who': 'world'} True",
    "['hello world']",
    "['greet']",
    '1',
    "{'Message': 'Failed to start job run due to missing metadata.', 'Code': 'EntityNotFoundException'}",
    '501',
    'greet',
  ]);
});

test('the AWS CLI creates a job, runs it, and stops a run', async () => {
  const cli = async (...args: string[]) => {
    const { code, stdout, stderr } = await runAwsCli(runtime, 'glue', ...args, '--output', 'json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout || '{}') as Record<string, never>;
  };
  const script = await jobs.put('wait.py', 'import time\nwhile True:\n    time.sleep(0.1)\n');
  const command = `Name=pythonshell,PythonVersion=3.9,ScriptLocation=${script}`;
  await cli('create-job', '--name', 'by-cli', '--role', ROLE, '--command', command, '--tags', 'a=1');
  expect(await cli('list-jobs', '--tags', 'a=1')).toEqual({ JobNames: ['by-cli'] });
  const args = ['--arguments', '{"--mode": "fast"}'];
  const { JobRunId = '' } = await cli('start-job-run', '--job-name', 'by-cli', ...args);
  await jobs.until('by-cli', JobRunId, ['RUNNING']);
  const { JobRun } = await cli('get-job-run', '--job-name', 'by-cli', '--run-id', JobRunId);
  expect(JobRun).toMatchObject({ Id: JobRunId, JobRunState: 'RUNNING', Arguments: { '--mode': 'fast' } });
  const stopped = await cli('batch-stop-job-run', '--job-name', 'by-cli', '--job-run-ids', JobRunId);
  expect(stopped).toEqual({ SuccessfulSubmissions: [{ JobName: 'by-cli', JobRunId }], Errors: [] });
  expect(await jobs.until('by-cli', JobRunId)).toMatchObject({ JobRunState: 'STOPPED' });
});
