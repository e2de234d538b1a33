import type { CreateProcessingJobRequest } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { hasMountNamespaces } from '../container/mount-namespace.ts';
import { BUCKET, ROLE, SageMakerTests, XGBOOST } from '../testing.ts';

const LONG = { timeout: 120_000 };

const PROGRAM = `
import json, os, sys
base = os.environ['SAGEMAKER_BASE_DIR']
config = json.load(open(f'{base}/config/processingjobconfig.json'))
text = open(sys.argv[1]).read()
with open(sys.argv[2] + '/upper.txt', 'w') as file:
    file.write(text.upper() + config['ProcessingJobName'] + os.environ['EXTRA'])
os.symlink('/etc/hostname', sys.argv[2] + '/link')
with open(f'{base}/output/message', 'w') as file:
    file.write('all well')
print('done')
`;

let runtime: TestRuntime;
let tests: SageMakerTests;

beforeAll(async () => {
  runtime = await startTestRuntime();
  await runtime.environments.ensure('xgboost');
  tests = new SageMakerTests(runtime);
  await tests.upload({
    'code/upper.py': PROGRAM,
    'code/fail.py': 'raise SystemExit("no good")',
    'code/wait.py': 'import time\nwhile True:\n    time.sleep(0.05)\n',
    'code/own.py':
      'print(open("/opt/ml/processing/text/a.txt").read(), file=open("/opt/ml/output/message", "w"))',
    'text/a.txt': 'words ',
  });
}, 300_000);
afterAll(() => runtime[Symbol.asyncDispose]());

function request(name: string, program: string, args: string[] = []): CreateProcessingJobRequest {
  const input = (InputName: string) => ({
    InputName,
    S3Input: {
      S3Uri: `s3://${BUCKET}/${InputName}/`,
      LocalPath: `/opt/ml/processing/${InputName}`,
      S3DataType: 'S3Prefix' as const,
      S3InputMode: 'File' as const,
    },
  });
  return {
    ProcessingJobName: name,
    RoleArn: ROLE,
    AppSpecification: {
      ImageUri: XGBOOST,
      ContainerEntrypoint: ['python3', `/opt/ml/processing/code/${program}`],
      ...(args.length > 0 && { ContainerArguments: args }),
    },
    Environment: { EXTRA: '!' },
    ProcessingInputs: [input('code'), input('text')],
    ProcessingOutputConfig: {
      Outputs: [
        {
          OutputName: 'result',
          S3Output: {
            S3Uri: `s3://${BUCKET}/result/${name}`,
            LocalPath: '/opt/ml/processing/result',
            S3UploadMode: 'EndOfJob',
          },
        },
      ],
    },
    ProcessingResources: {
      ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 10 },
    },
  };
}

async function ended(ProcessingJobName: string) {
  return await tests.until(
    () => tests.sagemaker.describeProcessingJob({ ProcessingJobName }),
    ({ ProcessingJobStatus = '' }) => ['Completed', 'Failed', 'Stopped'].includes(ProcessingJobStatus),
  );
}

test('a program gets its inputs and leaves its outputs and a message', LONG, async () => {
  const args = ['/opt/ml/processing/text/a.txt', '/opt/ml/processing/result'];
  await tests.sagemaker.createProcessingJob(request('Upper', 'upper.py', args));
  const job = await ended('Upper');
  expect(job.FailureReason).toBeUndefined();
  expect(job).toMatchObject({ ProcessingJobStatus: 'Completed', ExitMessage: 'all well' });
  expect(await tests.keys('result/Upper/')).toEqual(['result/Upper/upper.txt']);
  expect(Buffer.from(await tests.read('result/Upper/upper.txt')).toString()).toBe('WORDS Upper!');
});

test.skipIf(!hasMountNamespaces())('a program finds its files below /opt/ml itself', LONG, async () => {
  await tests.sagemaker.createProcessingJob(request('own', 'own.py'));
  expect(await ended('own')).toMatchObject({ ProcessingJobStatus: 'Completed', ExitMessage: 'words \n' });
});

test('a program that fails, and a job that is stopped', LONG, async () => {
  await tests.sagemaker.createProcessingJob(request('fails', 'fail.py'));
  expect(await ended('fails')).toMatchObject({
    ProcessingJobStatus: 'Failed',
    FailureReason: 'AlgorithmError: no good, exit code: 1',
  });
  await tests.sagemaker.createProcessingJob(request('waits', 'wait.py'));
  await tests.until(
    () => tests.sagemaker.describeProcessingJob({ ProcessingJobName: 'waits' }),
    ({ ProcessingStartTime }) => ProcessingStartTime !== undefined,
  );
  await tests.sagemaker.stopProcessingJob({ ProcessingJobName: 'waits' });
  expect(await ended('waits')).toMatchObject({ ProcessingJobStatus: 'Stopped' });
  const { ProcessingJobSummaries = [] } = await tests.sagemaker.listProcessingJobs({ SortBy: 'Name' });
  expect(ProcessingJobSummaries.map(({ ProcessingJobName }) => ProcessingJobName)).toContain('waits');
  await expect(tests.sagemaker.describeProcessingJob({ ProcessingJobName: 'none' })).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'Could not find requested job with name: none',
  });
});
