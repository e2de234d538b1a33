import { Glue } from '@aws-sdk/client-glue';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';

let runtime: TestRuntime;
let glue: Glue;

const ROLE = 'arn:aws:iam::000000000000:role/etl';
const SHELL = { Name: 'pythonshell', PythonVersion: '3.9', ScriptLocation: 's3://scripts/etl.py' };

beforeAll(async () => {
  runtime = await startTestRuntime();
  glue = new Glue(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

/** Glue of an account that no other test uses. */
function glueOf(account: string): Glue {
  return new Glue({ ...runtime.clientConfig, credentials: { accessKeyId: account, secretAccessKey: 'x' } });
}

test('a job has the defaults of AWS', async () => {
  expect(await glue.createJob({ Name: 'plain', Role: ROLE, Command: SHELL })).toMatchObject({
    Name: 'plain',
  });
  const { Job } = await glue.getJob({ JobName: 'plain' });
  expect(Job).toEqual({
    Name: 'plain',
    Role: ROLE,
    Command: SHELL,
    JobMode: 'SCRIPT',
    CreatedOn: expect.any(Date),
    LastModifiedOn: Job?.CreatedOn,
    ExecutionProperty: { MaxConcurrentRuns: 1 },
    MaxRetries: 0,
    Timeout: 2880,
    AllocatedCapacity: 0,
    MaxCapacity: 0.0625,
    GlueVersion: '3.0',
  });
});

test('a job keeps what it is given', async () => {
  const settings = {
    Role: 'etl',
    Command: { ...SHELL, PythonVersion: '3' },
    Description: 'nightly',
    DefaultArguments: { '--job-language': 'python', '--TempDir': 's3://tmp/' },
    NonOverridableArguments: { '--region': 'eu-west-1' },
    Connections: { Connections: ['warehouse'] },
    ExecutionProperty: { MaxConcurrentRuns: 3 },
    NotificationProperty: { NotifyDelayAfter: 7 },
    MaxRetries: 2,
    Timeout: 5,
    MaxCapacity: 1,
    GlueVersion: '1.0',
    SecurityConfiguration: 'secret',
    JobRunQueuingEnabled: true,
    LogUri: 's3://logs/',
    MaintenanceWindow: 'Sun:10',
  };
  await glue.createJob({ Name: 'full', ...settings });
  expect((await glue.getJob({ JobName: 'full' })).Job).toMatchObject({ ...settings, AllocatedCapacity: 1 });
});

test('an update replaces the whole definition and keeps name, tags and time of creation', async () => {
  await glue.createJob({
    Name: 'changing',
    Role: ROLE,
    Command: SHELL,
    Description: 'old',
    MaxRetries: 3,
    Tags: { team: 'a' },
  });
  const before = (await glue.getJob({ JobName: 'changing' })).Job;
  const JobUpdate = { Role: 'other', Command: SHELL, Timeout: 9 };
  expect(await glue.updateJob({ JobName: 'changing', JobUpdate })).toMatchObject({ JobName: 'changing' });
  const { Job } = await glue.getJob({ JobName: 'changing' });
  expect(Job).toMatchObject({ Role: 'other', Timeout: 9, MaxRetries: 0, CreatedOn: before?.CreatedOn });
  expect(Job).not.toHaveProperty('Description');
  const ResourceArn = 'arn:aws:glue:us-east-1:000000000000:job/changing';
  expect((await glue.getTags({ ResourceArn })).Tags).toEqual({ team: 'a' });
  await expect(glue.updateJob({ JobName: 'changing', JobUpdate: { Timeout: 1 } })).rejects.toMatchObject({
    name: 'InvalidInputException',
  });
});

test('lists are paged, and filtered by tags', async () => {
  const own = glueOf('100000000001');
  for (const [index, Name] of ['a', 'b', 'c', 'd', 'e'].entries()) {
    await own.createJob({ Name, Role: ROLE, Command: SHELL, Tags: { even: String(index % 2 === 0) } });
  }
  const first = await own.listJobs({ MaxResults: 2 });
  expect(first.JobNames).toEqual(['a', 'b']);
  const second = await own.listJobs({ MaxResults: 2, NextToken: first.NextToken });
  expect(second.JobNames).toEqual(['c', 'd']);
  const last = await own.listJobs({ MaxResults: 2, NextToken: second.NextToken });
  expect(last.JobNames).toEqual(['e']);
  expect(last.NextToken).toBeUndefined();

  const jobs = await own.getJobs({ MaxResults: 3 });
  expect(jobs.Jobs?.map(({ Name }) => Name)).toEqual(['a', 'b', 'c']);
  const moreJobs = await own.getJobs({ NextToken: jobs.NextToken });
  expect(moreJobs.Jobs?.map(({ Name }) => Name)).toEqual(['d', 'e']);

  const tagged = await own.listJobs({ Tags: { even: 'true' }, MaxResults: 2 });
  expect(tagged.JobNames).toEqual(['a', 'c']);
  const more = await own.listJobs({ Tags: { even: 'true' }, NextToken: tagged.NextToken });
  expect(more.JobNames).toEqual(['e']);

  const batch = await own.batchGetJobs({ JobNames: ['e', 'none', 'a'] });
  expect(batch.Jobs?.map(({ Name }) => Name)).toEqual(['e', 'a']);
  expect(batch.JobsNotFound).toEqual(['none']);
  await expect(own.getJobs({ NextToken: first.NextToken })).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: `Invalid pagination token: ${first.NextToken}`,
  });
});

test('jobs of another account and region are others', async () => {
  await glue.createJob({ Name: 'mine', Role: ROLE, Command: SHELL });
  await expect(glueOf('100000000002').getJob({ JobName: 'mine' })).rejects.toThrow('Job mine not found.');
  const elsewhere = new Glue({ ...runtime.clientConfig, region: 'eu-west-1' });
  await expect(elsewhere.getJob({ JobName: 'mine' })).rejects.toThrow('Job mine not found.');
});

test('deleting a job that is not there succeeds', async () => {
  await glue.createJob({ Name: 'short-lived', Role: ROLE, Command: SHELL });
  expect((await glue.deleteJob({ JobName: 'short-lived' })).JobName).toBe('short-lived');
  expect((await glue.deleteJob({ JobName: 'short-lived' })).JobName).toBe('short-lived');
  await expect(glue.getJob({ JobName: 'short-lived' })).rejects.toMatchObject({
    name: 'EntityNotFoundException',
    message: 'Job short-lived not found.',
  });
});

test('tags are written and removed', async () => {
  await glue.createJob({ Name: 'team/tagged:1', Role: ROLE, Command: SHELL });
  const ResourceArn = 'arn:aws:glue:us-east-1:000000000000:job/team/tagged:1';
  await glue.tagResource({ ResourceArn, TagsToAdd: { a: '1', b: '2' } });
  await glue.untagResource({ ResourceArn, TagsToRemove: ['a', 'none'] });
  expect((await glue.getTags({ ResourceArn })).Tags).toEqual({ b: '2' });
  const missing = { ResourceArn: 'arn:aws:glue:us-east-1:000000000000:job/none' };
  await expect(glue.getTags(missing)).rejects.toMatchObject({ name: 'EntityNotFoundException' });
  const crawler = { ResourceArn: 'arn:aws:glue:us-east-1:000000000000:crawler/none' };
  await expect(glue.getTags(crawler)).rejects.toThrow('not supported by this version of Slipway');
});

test('there are no bookmarks', async () => {
  const missing = {
    name: 'EntityNotFoundException',
    message: 'Continuation for job plain not found',
  };
  await expect(glue.getJobBookmark({ JobName: 'plain' })).rejects.toMatchObject(missing);
  await expect(glue.resetJobBookmark({ JobName: 'plain' })).rejects.toMatchObject(missing);
});

test.each([
  ['no role', { Role: '' }, 'Role should not be null or empty.'],
  ['no command', { Command: {} }, 'Command name should not be null or empty.'],
  ['too many retries', { MaxRetries: 11 }, 'Max Retries 11 is not between 0 and 10'],
  ['a run of more than a week', { Timeout: 10_081 }, 'Timeout 10081 is longer than 10080 minutes'],
  ['no runs', { ExecutionProperty: { MaxConcurrentRuns: 0 } }, 'Max Concurrent Runs has to be at least 1'],
  [
    'two capacities',
    { AllocatedCapacity: 2, MaxCapacity: 1 },
    'Please set only Allocated Capacity or Max Capacity',
  ],
  [
    'workers for a Python shell',
    { WorkerType: 'G.1X' as const, NumberOfWorkers: 2 },
    'Worker Type is not supported for Job Command pythonshell and Glue Version 3.0',
  ],
  [
    'a large Python shell',
    { MaxCapacity: 2 },
    'Max Capacity 2 is not one of 0.0625 and 1, those of Job Command pythonshell',
  ],
  [
    'capacity and workers',
    { Command: { Name: 'glueetl' }, MaxCapacity: 2, WorkerType: 'G.1X' as const, NumberOfWorkers: 2 },
    'Please do not set Max Capacity if using Worker Type and Number of Workers.',
  ],
])('refuses %s', async (_, settings, message) => {
  const job = { Name: 'refused', Role: ROLE, Command: SHELL, ...settings };
  await expect(glue.createJob(job)).rejects.toMatchObject({ name: 'InvalidInputException', message });
});

test('a name is taken once', async () => {
  await glue.createJob({ Name: 'taken', Role: ROLE, Command: SHELL });
  await expect(glue.createJob({ Name: 'taken', Role: ROLE, Command: SHELL })).rejects.toMatchObject({
    name: 'AlreadyExistsException',
  });
  const client = runtime.client<Glue>('glue', { token: 'create-again' });
  await client.createJob({ Name: 'repeated', Role: ROLE, Command: SHELL });
  expect(await client.createJob({ Name: 'repeated', Role: ROLE, Command: SHELL })).toEqual({
    Name: 'repeated',
  });
});

test('a Spark job is stored with its capacity, and not started', async () => {
  const Command = { Name: 'glueetl', PythonVersion: '3', ScriptLocation: 's3://scripts/spark.py' };
  const workers = { WorkerType: 'G.2X', NumberOfWorkers: 4 } as const;
  await glue.createJob({ Name: 'spark', Role: ROLE, Command, ...workers });
  expect((await glue.getJob({ JobName: 'spark' })).Job).toMatchObject({
    ...workers,
    MaxCapacity: 8,
    AllocatedCapacity: 8,
    GlueVersion: '5.1',
    Timeout: 480,
    ExecutionClass: 'STANDARD',
  });
  await expect(glue.startJobRun({ JobName: 'spark' })).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: 'Running jobs with the command glueetl is not supported by this version of Slipway.',
  });
  expect((await glue.getJobRuns({ JobName: 'spark' })).JobRuns).toEqual([]);
});

test('the data catalog is refused with the reason', async () => {
  await expect(glue.getDatabases({})).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('there is no data catalog yet'),
  });
});
