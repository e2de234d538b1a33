import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { SQS } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { BUCKET, channel, LEGACY_XGBOOST, rows, SageMakerTests } from '../testing.ts';

const LONG = { timeout: 180_000 };

let runtime: TestRuntime;
let tests: SageMakerTests;

beforeAll(async () => {
  runtime = await startTestRuntime();
  await runtime.environments.ensure('xgboost');
  tests = new SageMakerTests(runtime);
  const all = rows(300);
  await tests.upload({
    'data/train/a.csv': all.slice(0, 100).join('\n'),
    'data/train/b.csv': all.slice(100, 200).join('\n'),
    'data/validation/v.csv': all.slice(200).join('\n'),
  });
}, 300_000);
afterAll(() => runtime[Symbol.asyncDispose]());

const both = [channel('train', 'data/train/'), channel('validation', 'data/validation/')];

test(
  'C16, C18: a job trains, reports its metrics with the validation one first, and leaves its model',
  LONG,
  async () => {
    const job = await tests.train('Churn-1', { InputDataConfig: both });
    expect(job.FailureReason).toBeUndefined();
    expect(job).toMatchObject({
      TrainingJobName: 'Churn-1',
      TrainingJobArn: 'arn:aws:sagemaker:us-east-1:000000000000:training-job/churn-1',
      TrainingJobStatus: 'Completed',
      SecondaryStatus: 'Completed',
      ModelArtifacts: { S3ModelArtifacts: `s3://${BUCKET}/models/Churn-1/output/model.tar.gz` },
      FinalMetricDataList: [{ MetricName: 'validation:error' }, { MetricName: 'train:error' }],
      BillableTimeInSeconds: job.TrainingTimeInSeconds,
    });
    expect(job.SecondaryStatusTransitions?.map(({ Status }) => Status)).toEqual([
      ...['Starting', 'Downloading', 'Training', 'Uploading', 'Completed'],
    ]);
    for (const { StartTime, EndTime } of job.SecondaryStatusTransitions ?? []) {
      expect(+EndTime!).toBeGreaterThanOrEqual(+StartTime!);
    }
    expect(await tests.keys('models/Churn-1/')).toEqual(['models/Churn-1/output/model.tar.gz']);
  },
);

test('its state changes reach EventBridge, and what it prints CloudWatch Logs', LONG, async () => {
  const events = new EventBridge(runtime.clientConfig);
  const sqs = new SQS(runtime.clientConfig);
  const logs = new CloudWatchLogs(runtime.clientConfig);
  const { QueueUrl } = await sqs.createQueue({ QueueName: 'changes' });
  const source = { source: ['aws.sagemaker'], 'detail-type': ['SageMaker Training Job State Change'] };
  const EventPattern = JSON.stringify({ ...source, detail: { TrainingJobName: ['told'] } });
  await events.putRule({ Name: 'changes', EventPattern });
  const Arn = 'arn:aws:sqs:us-east-1:000000000000:changes';
  await events.putTargets({ Rule: 'changes', Targets: [{ Id: 'queue', Arn }] });
  const fast = { ...channel('train', 'data/train/'), InputMode: 'FastFile' as const };
  const job = await tests.train('told', {
    InputDataConfig: [fast],
    OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/plain`, CompressionType: 'NONE' },
  });
  expect(job.ModelArtifacts?.S3ModelArtifacts).toBe(`s3://${BUCKET}/plain/told/output/model/`);
  expect(await tests.keys('plain/')).toEqual(['plain/told/output/model/xgboost-model']);
  const seen = new Set<string>();
  await tests.until(
    async () => {
      const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
      for (const { Body = '{}' } of Messages) {
        const { detail } = JSON.parse(Body) as { detail: { SecondaryStatus: string; CreationTime: number } };
        expect(detail.CreationTime).toBe(job.CreationTime?.getTime());
        seen.add(detail.SecondaryStatus);
      }
      return seen;
    },
    ({ size }) => size === 5,
  );
  expect(seen).toEqual(new Set(['Starting', 'Downloading', 'Training', 'Uploading', 'Completed']));
  const group = { logGroupName: '/aws/sagemaker/TrainingJobs' };
  const { logStreams = [] } = await logs.describeLogStreams({ ...group, logStreamNamePrefix: 'told/' });
  expect(logStreams).toHaveLength(1);
  const logStreamName = logStreams[0]?.logStreamName;
  const { events: lines = [] } = await logs.getLogEvents({ ...group, logStreamName, startFromHead: true });
  expect(lines[0]?.message).toMatch(/^\[0\]#011train-error:0\.\d{5}$/);
});

test('several instances train one model on shards of the data', LONG, async () => {
  const sharded = channel('train', 'data/train/');
  sharded.DataSource.S3DataSource.S3DataDistributionType = 'ShardedByS3Key' as 'FullyReplicated';
  const job = await tests.train('sharded', {
    InputDataConfig: [sharded],
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 2, VolumeSizeInGB: 10 },
  });
  expect(job).toMatchObject({ TrainingJobStatus: 'Completed' });
  expect(job.FailureReason).toBeUndefined();
  expect(job.BillableTimeInSeconds).toBe((job.TrainingTimeInSeconds ?? 0) * 2);
});

test("a customer's fault is the job's failure reason", LONG, async () => {
  const job = await tests.train('faulty', { HyperParameters: { num_round: '5', deepness: '3' } });
  expect(job).toMatchObject({
    TrainingJobStatus: 'Failed',
    SecondaryStatus: 'Failed',
    FailureReason: 'ClientError: Extraneous hyperparameter found: deepness, exit code: 1',
  });
});

test(
  'data that is not there and an image that is not there are told before anything runs',
  LONG,
  async () => {
    const missing = await tests.train('no-data', { InputDataConfig: [channel('train', 'data/nothing/')] });
    expect(missing.FailureReason).toBe(
      `ClientError: Data download failed: No S3 objects found under S3 URL "s3://${BUCKET}/data/nothing/" given in input data source.`,
    );
    const unknown = await tests.train('no-image', {
      AlgorithmSpecification: {
        TrainingImage: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/mine:2',
        TrainingInputMode: 'File',
      },
    });
    expect(unknown.FailureReason).toMatch(
      /There is no image mine on this machine .* there are: .*sagemaker-xgboost.*xgboost/,
    );
  },
);

test('a job that takes too long ends Stopped with what it has made', LONG, async () => {
  const job = await tests.train('too-long', {
    HyperParameters: { num_round: '1000000', save_model_on_termination: 'true', nthread: '1' },
    StoppingCondition: { MaxRuntimeInSeconds: 8 },
  });
  expect(job).toMatchObject({
    TrainingJobStatus: 'Stopped',
    SecondaryStatus: 'MaxRuntimeExceeded',
    ModelArtifacts: { S3ModelArtifacts: expect.stringContaining('model.tar.gz') },
  });
});

test('a job can be stopped, once, and then be deleted', LONG, async () => {
  const { sagemaker } = tests;
  const TrainingJobName = 'to-stop';
  await sagemaker.createTrainingJob(
    tests.trainingRequest(TrainingJobName, { HyperParameters: { num_round: '1000000', nthread: '1' } }),
  );
  await tests.until(
    () => sagemaker.describeTrainingJob({ TrainingJobName }),
    ({ SecondaryStatus }) => SecondaryStatus === 'Training',
  );
  await expect(sagemaker.deleteTrainingJob({ TrainingJobName })).rejects.toMatchObject({
    name: 'ResourceInUse',
  });
  await sagemaker.stopTrainingJob({ TrainingJobName });
  expect(await tests.trained(TrainingJobName)).toMatchObject({
    TrainingJobStatus: 'Stopped',
    SecondaryStatus: 'Stopped',
  });
  await expect(sagemaker.stopTrainingJob({ TrainingJobName })).rejects.toMatchObject({
    name: 'ValidationException',
  });
  await sagemaker.deleteTrainingJob({ TrainingJobName });
  await expect(sagemaker.describeTrainingJob({ TrainingJobName })).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'Requested resource not found.',
  });
});

test('what cannot be is refused at once, in the words of the service', async () => {
  const create = (changes: object) =>
    tests.sagemaker.createTrainingJob(tests.trainingRequest('refused', changes));
  await expect(create({ TrainingJobName: 'no_underscore' })).rejects.toMatchObject({
    name: 'ValidationException',
    message:
      "1 validation error detected: Value 'no_underscore' at 'trainingJobName' failed to satisfy constraint: " +
      'Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}',
  });
  await expect(
    create({
      ResourceConfig: { InstanceType: 'local', InstanceCount: 1, VolumeSizeInGB: 1 },
    }),
  ).rejects.toMatchObject({
    message: expect.stringContaining(
      "Value 'local' at 'resourceConfig.instanceType' failed to satisfy constraint",
    ),
  });
  await expect(
    create({
      AlgorithmSpecification: { TrainingImage: LEGACY_XGBOOST, TrainingInputMode: 'Pipe' },
    }),
  ).rejects.toMatchObject({
    message: 'Channel train: input mode Pipe is not supported by this version of Slipway.',
  });
  await expect(
    create({
      AlgorithmSpecification: {
        TrainingImage: LEGACY_XGBOOST,
        TrainingInputMode: 'File',
        MetricDefinitions: [{ Name: 'm', Regex: 'm=(.*)' }],
      },
    }),
  ).rejects.toMatchObject({ message: expect.stringContaining("You can't override the metric definitions") });
  await expect(create({ EnableManagedSpotTraining: true })).rejects.toMatchObject({
    message: 'MaxWaitTimeInSeconds is required when EnableManagedSpotTraining is true.',
  });
});

test('a name is taken once, whatever its case; spot and checkpoint fields are kept', LONG, async () => {
  const request = tests.trainingRequest('Twice', {
    EnableManagedSpotTraining: true,
    StoppingCondition: { MaxRuntimeInSeconds: 600, MaxWaitTimeInSeconds: 600 },
    CheckpointConfig: { S3Uri: `s3://${BUCKET}/checkpoints/twice/` },
    Tags: [{ Key: 'team', Value: 'a' }],
  });
  const { TrainingJobArn } = await tests.sagemaker.createTrainingJob(request);
  await expect(
    tests.sagemaker.createTrainingJob({ ...request, TrainingJobName: 'twice' }),
  ).rejects.toMatchObject({
    name: 'ResourceInUse',
    message: expect.stringContaining(`already exists (${TrainingJobArn})`),
  });
  expect(await tests.trained('Twice')).toMatchObject({
    TrainingJobStatus: 'Completed',
    EnableManagedSpotTraining: true,
    CheckpointConfig: { S3Uri: `s3://${BUCKET}/checkpoints/twice/` },
  });
  expect(await tests.keys('checkpoints/twice/')).toEqual(
    [0, 1, 2, 3, 4].map((round) => `checkpoints/twice/xgboost-checkpoint.${round}`),
  );
  const { Tags } = await tests.sagemaker.listTags({ ResourceArn: TrainingJobArn });
  expect(Tags).toEqual([{ Key: 'team', Value: 'a' }]);
});

test('lists filter, sort and come in pages', async () => {
  const { sagemaker } = tests;
  const first = await sagemaker.listTrainingJobs({ SortBy: 'Name', SortOrder: 'Ascending', MaxResults: 2 });
  const second = await sagemaker.listTrainingJobs({
    SortBy: 'Name',
    SortOrder: 'Ascending',
    MaxResults: 2,
    NextToken: first.NextToken,
  });
  const names = [first, second].flatMap(({ TrainingJobSummaries = [] }) =>
    TrainingJobSummaries.map(({ TrainingJobName }) => TrainingJobName),
  );
  expect(names).toEqual(names.toSorted((a = '', b = '') => (a < b ? -1 : 1)));
  expect(new Set(names).size).toBe(4);
  const failed = await sagemaker.listTrainingJobs({ StatusEquals: 'Failed', NameContains: 'no-' });
  expect(failed.TrainingJobSummaries?.map(({ TrainingJobName }) => TrainingJobName)).toEqual([
    'no-data',
    'no-image',
  ]);
  await expect(sagemaker.listTrainingJobs({ NextToken: 'nonsense' })).rejects.toMatchObject({
    name: 'ValidationException',
  });
});
