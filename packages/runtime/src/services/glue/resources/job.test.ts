import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployContext } from '../../../testing/deploy-context.ts';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { JobTests, ROLE } from '../testing.ts';
import { jobResource } from './job.ts';

let runtime: TestRuntime;
let jobs: JobTests;

beforeAll(async () => {
  runtime = await startTestRuntime();
  jobs = new JobTests(runtime);
});
afterAll(() => runtime[Symbol.asyncDispose]());

const TAGS = { ResourceArn: 'arn:aws:glue:us-east-1:000000000000:job/test-Preprocess-1' };

/** As aws-cdk-lib's PythonShellJob renders it, with scalars in the notations that templates have. */
async function properties() {
  return {
    Command: {
      Name: 'pythonshell',
      PythonVersion: '3.9',
      ScriptLocation: await jobs.put('assets/etl.py', 'import sys\nassert "--job-language" in sys.argv\n'),
    },
    DefaultArguments: { '--job-language': 'python', '--uid': 7 },
    ExecutionProperty: { MaxConcurrentRuns: '2' },
    GlueVersion: '3.0',
    JobRunQueuingEnabled: 'false',
    MaxCapacity: '0.0625',
    MaxRetries: 0,
    NotificationProperty: { NotifyDelayAfter: 10 },
    Role: ROLE,
    Tags: { team: 'forecast' },
    Timeout: 5,
  };
}

test('a job is created, run, updated in place, and deleted', async () => {
  const first = await properties();
  const created = await jobResource.create(first, deployContext(runtime, 'Preprocess'));
  expect(created).toEqual({ physicalId: 'test-Preprocess-1', attributes: {} });
  const JobName = created.physicalId;
  expect((await jobs.glue.getJob({ JobName })).Job).toMatchObject({
    DefaultArguments: { '--job-language': 'python', '--uid': '7' },
    ExecutionProperty: { MaxConcurrentRuns: 2 },
    JobRunQueuingEnabled: false,
    MaxCapacity: 0.0625,
    NotificationProperty: { NotifyDelayAfter: 10 },
    Timeout: 5,
  });
  expect((await jobs.glue.getTags(TAGS)).Tags).toEqual({ team: 'forecast' });
  expect(await jobs.run(JobName)).toMatchObject({ JobRunState: 'SUCCEEDED' });

  const second = { ...first, Timeout: 6, Description: 'changed', Tags: { team: 'ml', stage: 'test' } };
  const context = deployContext(runtime, 'Preprocess', 'update');
  const updated = await jobResource.update(JobName, second, first, context);
  expect(updated.physicalId).toBe(JobName);
  const { Job } = await jobs.glue.getJob({ JobName });
  expect(Job).toMatchObject({ Timeout: 6, Description: 'changed', MaxCapacity: 0.0625 });
  expect((await jobs.glue.getTags(TAGS)).Tags).toEqual({ team: 'ml', stage: 'test' });
  const third = { ...second, Tags: { team: 'ml' } };
  await jobResource.update(JobName, third, second, deployContext(runtime, 'Preprocess', 'tags'));
  expect((await jobs.glue.getTags(TAGS)).Tags).toEqual({ team: 'ml' });
  expect((await jobs.glue.getJob({ JobName })).Job?.LastModifiedOn).toEqual(Job?.LastModifiedOn);

  for (const step of ['delete', 'delete-again']) {
    await jobResource.delete(JobName, third, deployContext(runtime, 'Preprocess', step));
  }
  await expect(jobs.glue.getJob({ JobName })).rejects.toThrow(`Job ${JobName} not found.`);
});

test('a creation repeated after a crash finds its own job', async () => {
  const own = { ...(await properties()), Name: 'named' };
  await jobResource.create(own, deployContext(runtime, 'Named'));
  const again = await jobResource.create(own, deployContext(runtime, 'Named'));
  expect(again.physicalId).toBe('named');
  const other = jobResource.create(own, deployContext(runtime, 'Other'));
  await expect(other).rejects.toMatchObject({ code: 'AlreadyExistsException' });
});

test('a Spark job is deployed with what CDK renders for it', async () => {
  const spark = {
    Command: { Name: 'glueetl', PythonVersion: '3', ScriptLocation: 's3://scripts/spark.py' },
    DefaultArguments: { '--job-language': 'python', '--enable-metrics': '' },
    GlueVersion: '4.0',
    Name: 'spark',
    NumberOfWorkers: '10',
    Role: ROLE,
    WorkerType: 'G.1X',
  };
  expect(Object.keys(spark).filter((name) => !jobResource.properties.includes(name))).toEqual([]);
  await jobResource.create(spark, deployContext(runtime, 'Spark'));
  expect((await jobs.glue.getJob({ JobName: 'spark' })).Job).toMatchObject({
    NumberOfWorkers: 10,
    WorkerType: 'G.1X',
    Timeout: 2880,
  });
});
