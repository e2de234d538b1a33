import { SFN } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { BUCKET, ROLE, rows, SageMakerTests, XGBOOST } from './testing.ts';

const LONG = { timeout: 180_000 };

let runtime: TestRuntime;
let tests: SageMakerTests;
let sfn: SFN;

beforeAll(async () => {
  runtime = await startTestRuntime();
  await runtime.environments.ensure('xgboost');
  tests = new SageMakerTests(runtime);
  sfn = new SFN(runtime.clientConfig);
  await tests.upload({ 'data/train/a.csv': rows(200).join('\n') });
}, 300_000);
afterAll(() => runtime[Symbol.asyncDispose]());

/** Runs a state machine to its end. */
async function run(name: string, definition: object, input: object = {}) {
  const { stateMachineArn } = await sfn.createStateMachine({
    ...{ name, roleArn: ROLE, definition: JSON.stringify(definition) },
  });
  const { executionArn } = await sfn.startExecution({ stateMachineArn, input: JSON.stringify(input) });
  return await tests.until(
    () => sfn.describeExecution({ executionArn }),
    ({ status }) => status !== 'RUNNING',
  );
}

const task = (action: string, Arguments: object, rest: object) => ({
  Type: 'Task',
  Resource: `arn:aws:states:::sagemaker:${action}`,
  Arguments,
  ...rest,
});

test(
  'C16, C17, C20: a state machine trains, makes a model, and puts it behind an endpoint',
  LONG,
  async () => {
    const { TrainingJobName: _, ...request } = tests.trainingRequest('');
    const {
      status,
      output = '',
      cause,
    } = await run(
      'pipeline',
      {
        QueryLanguage: 'JSONata',
        StartAt: 'Train',
        States: {
          Train: task(
            'createTrainingJob.sync',
            { TrainingJobName: '{% $states.input.name %}', ...request },
            { Assign: { job: '{% $states.result %}', name: '{% $states.input.name %}' }, Next: 'Model' },
          ),
          Model: task(
            'createModel',
            {
              ModelName: '{% $name %}',
              ExecutionRoleArn: ROLE,
              PrimaryContainer: {
                Image: '{% $job.AlgorithmSpecification.TrainingImage %}',
                ModelDataUrl: '{% $job.ModelArtifacts.S3ModelArtifacts %}',
                Mode: 'SingleModel',
              },
            },
            { Next: 'Config' },
          ),
          Config: task(
            'createEndpointConfig',
            {
              EndpointConfigName: '{% $name %}',
              ProductionVariants: [
                ...[{ VariantName: 'variant1', ModelName: '{% $name %}', InitialInstanceCount: 1 }].map(
                  (variant) => ({
                    ...variant,
                    InstanceType: 'ml.m5.large',
                  }),
                ),
              ],
            },
            { Next: 'Endpoint' },
          ),
          Endpoint: task(
            'createEndpoint',
            { EndpointName: '{% $name %}', EndpointConfigName: '{% $name %}' },
            { Output: { job: '{% $job %}', created: '{% $states.result %}' }, End: true },
          ),
        },
      },
      { name: 'from-states' },
    );
    expect([status, cause]).toEqual(['SUCCEEDED', undefined]);
    expect(JSON.parse(output)).toMatchObject({
      job: {
        TrainingJobStatus: 'Completed',
        AlgorithmSpecification: { TrainingImage: XGBOOST },
        FinalMetricDataList: [
          { MetricName: 'train:error', Value: expect.any(Number), Timestamp: expect.any(Number) },
        ],
        CreationTime: expect.any(Number),
      },
      created: {
        EndpointArn: 'arn:aws:sagemaker:us-east-1:000000000000:endpoint/from-states',
        SdkHttpMetadata: { HttpStatusCode: 200 },
      },
    });
    expect((await tests.settled('from-states')).EndpointStatus).toBe('InService');
    expect(Number(await tests.invoke('from-states', '0.9,0.9,0,0'))).toBeGreaterThan(0.5);
  },
);

test(
  'a job that fails fails the task with what Describe answers; a refused one with the exception',
  LONG,
  async () => {
    const failing = tests.trainingRequest('failing', { HyperParameters: { num_round: 'many' } });
    const failed = await run('failing', {
      QueryLanguage: 'JSONata',
      StartAt: 'Train',
      States: { Train: task('createTrainingJob.sync', failing, { End: true }) },
    });
    expect(failed).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
    expect(JSON.parse(failed.cause ?? '')).toMatchObject({
      TrainingJobStatus: 'Failed',
      FailureReason: 'ClientError: Hyperparameter num_round: could not parse value, exit code: 1',
    });
    const again = await run('again', {
      QueryLanguage: 'JSONata',
      StartAt: 'Train',
      States: { Train: task('createTrainingJob.sync', failing, { End: true }) },
    });
    expect(again).toMatchObject({ status: 'FAILED', error: 'SageMaker.ResourceInUseException' });
    const model = { ModelName: 'm', ExecutionRoleArn: ROLE, PrimaryContainer: { Image: XGBOOST } };
    const refused = await run('refused', {
      QueryLanguage: 'JSONata',
      StartAt: 'Model',
      States: {
        Model: task(
          'createModel',
          { ...model, PrimaryContainer: { Image: XGBOOST, ModelDataUrl: `s3://${BUCKET}/none` } },
          { End: true },
        ),
      },
    });
    expect(refused).toMatchObject({ status: 'FAILED', error: 'SageMaker.AmazonSageMakerException' });
  },
);

test('an execution that is stopped stops its training job', LONG, async () => {
  const { sagemaker } = tests;
  const TrainingJobName = 'stopped-with';
  const request = tests.trainingRequest(TrainingJobName, {
    HyperParameters: { num_round: '1000000', nthread: '1' },
  });
  const { stateMachineArn } = await sfn.createStateMachine({
    name: 'stopping',
    roleArn: ROLE,
    definition: JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Train',
      States: { Train: task('createTrainingJob.sync', request, { End: true }) },
    }),
  });
  const { executionArn } = await sfn.startExecution({ stateMachineArn });
  await tests.until(
    () => sagemaker.describeTrainingJob({ TrainingJobName }).catch(() => undefined),
    (job) => job?.SecondaryStatus === 'Training',
  );
  await sfn.stopExecution({ executionArn });
  expect(await tests.trained(TrainingJobName)).toMatchObject({ TrainingJobStatus: 'Stopped' });
});
