import { gzipSync } from 'node:zlib';
import type { CreateTransformJobRequest } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { BUCKET, rows, SageMakerTests } from '../testing.ts';

const LONG = { timeout: 180_000 };

let runtime: TestRuntime;
let tests: SageMakerTests;

const labelled = rows(6, 9);
const features = labelled.map((row) => row.slice(row.indexOf(',') + 1));

beforeAll(async () => {
  runtime = await startTestRuntime();
  await runtime.environments.ensure('xgboost');
  tests = new SageMakerTests(runtime);
  await tests.upload({
    'data/train/a.csv': rows(200).join('\n'),
    'batch/a.csv': `${features.slice(0, 4).join('\n')}\n`,
    'batch/sub/b.csv': features.slice(4).join('\n'),
    'joined/rows.csv': `${labelled.map((row, index) => `id${index},${row}`).join('\n')}\n`,
    'zipped/a.csv.gz': gzipSync(features.join('\n')),
    'faulty/bad.csv': '1,2\n',
    'faulty/good.csv': features[0]!,
  });
  const job = await tests.train('model');
  await tests.deployable('model', job.ModelArtifacts?.S3ModelArtifacts);
}, 300_000);
afterAll(() => runtime[Symbol.asyncDispose]());

async function transform(name: string, changes: Partial<CreateTransformJobRequest>) {
  await tests.sagemaker.createTransformJob({
    TransformJobName: name,
    ModelName: 'model',
    TransformInput: input(name),
    TransformOutput: { S3OutputPath: `s3://${BUCKET}/out/${name}/`, AssembleWith: 'Line' },
    TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
    ...changes,
  });
  return await ended(name);
}

function input(key: string) {
  return {
    DataSource: { S3DataSource: { S3DataType: 'S3Prefix' as const, S3Uri: `s3://${BUCKET}/${key}/` } },
    ContentType: 'text/csv',
    SplitType: 'Line' as const,
  };
}

async function ended(TransformJobName: string) {
  return await tests.until(
    () => tests.sagemaker.describeTransformJob({ TransformJobName }),
    ({ TransformJobStatus = '' }) => ['Completed', 'Failed', 'Stopped'].includes(TransformJobStatus),
  );
}

async function output(key: string): Promise<string> {
  return Buffer.from(await tests.read(`out/${key}`)).toString('utf8');
}

test('each object of a prefix has its predictions, in order, whatever is sent together', LONG, async () => {
  const job = await transform('batch', { BatchStrategy: 'SingleRecord', MaxConcurrentTransforms: 3 });
  expect([job.TransformJobStatus, job.FailureReason]).toEqual(['Completed', undefined]);
  expect(await tests.keys('out/batch/')).toEqual(['out/batch/a.csv.out', 'out/batch/sub/b.csv.out']);
  const single = (await output('batch/a.csv.out')) + (await output('batch/sub/b.csv.out'));
  expect(single.trimEnd().split('\n')).toHaveLength(6);
  for (const line of single.trimEnd().split('\n')) expect(Number(line)).toBeGreaterThan(0);
  await transform('zipped', { TransformInput: { ...input('zipped'), CompressionType: 'Gzip' } });
  expect(await output('zipped/a.csv.gz.out')).toBe(single);
});

test(
  'filters choose what is sent and written, and joining puts the prediction behind the input',
  LONG,
  async () => {
    const job = await transform('joined', {
      DataProcessing: { InputFilter: '$[2:]', JoinSource: 'Input', OutputFilter: '$[0,-1]' },
    });
    expect([job.TransformJobStatus, job.FailureReason]).toEqual(['Completed', undefined]);
    const lines = (await output('joined/rows.csv.out')).trimEnd().split('\n');
    expect(lines.map((line) => line.split(',')[0])).toEqual(labelled.map((_, index) => `id${index}`));
    for (const line of lines) expect(Number(line.split(',')[1])).toBeGreaterThan(0);
  },
);

test('an object that the model refuses makes the job fail; the others keep their output', LONG, async () => {
  const job = await transform('faulty', { ModelClientConfig: { InvocationsMaxRetries: 0 } });
  expect(job).toMatchObject({
    TransformJobStatus: 'Failed',
    FailureReason: expect.stringMatching(
      /^ClientError: See job logs .*faulty\/bad\.csv: the model answered 400/,
    ),
  });
  expect(await tests.keys('out/faulty/')).toEqual(['out/faulty/good.csv.out']);
});

test('a job can be stopped and leaves nothing; what is unknown or refused is told', LONG, async () => {
  const { sagemaker } = tests;
  const started = transform('batch-stopped', { TransformInput: input('batch') });
  await tests.until(
    () => sagemaker.describeTransformJob({ TransformJobName: 'batch-stopped' }).catch(() => undefined),
    (job) => job !== undefined,
  );
  await sagemaker.stopTransformJob({ TransformJobName: 'batch-stopped' });
  expect(await started).toMatchObject({ TransformJobStatus: 'Stopped' });
  expect(await tests.keys('out/batch-stopped/')).toEqual([]);
  await expect(sagemaker.describeTransformJob({ TransformJobName: 'none' })).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'Could not find requested job with name: none',
  });
  await expect(
    transform('recordio', { TransformInput: { ...input('batch'), SplitType: 'RecordIO' } }),
  ).rejects.toMatchObject({ message: 'SplitType RecordIO is not supported by this version of Slipway.' });
  await expect(transform('filter', { DataProcessing: { InputFilter: 'x' } })).rejects.toMatchObject({
    message: expect.stringContaining('The filter x is not valid'),
  });
});
