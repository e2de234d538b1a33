import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { BUCKET, LEGACY_XGBOOST, ROLE, rows, SageMakerTests } from '../testing.ts';

const LONG = { timeout: 180_000 };
const ROW = '0.9,0.8,0.5,0.5';
const OTHER_ROW = '0.1,0.1,0.5,0.5';

let runtime: TestRuntime;
let tests: SageMakerTests;
let model: string;

beforeAll(async () => {
  runtime = await startTestRuntime();
  await runtime.environments.ensure('xgboost');
  tests = new SageMakerTests(runtime);
  await tests.upload({ 'data/train/a.csv': rows(200).join('\n') });
  const job = await tests.train('model');
  model = job.ModelArtifacts?.S3ModelArtifacts ?? '';
}, 300_000);
afterAll(() => runtime[Symbol.asyncDispose]());

test('C17, C20, C22: a model is served, and the endpoint updated and deleted', LONG, async () => {
  const { sagemaker, runtime: invoker } = tests;
  await tests.deployable('first', model);
  const { EndpointArn } = await sagemaker.createEndpoint({
    EndpointName: 'Churn',
    EndpointConfigName: 'first',
  });
  expect(await sagemaker.describeEndpoint({ EndpointName: 'Churn' })).toMatchObject({
    EndpointStatus: 'Creating',
  });
  await expect(
    sagemaker.updateEndpoint({ EndpointName: 'Churn', EndpointConfigName: 'first' }),
  ).rejects.toMatchObject({ message: `Cannot update in-progress endpoint "${EndpointArn}".` });
  expect(await tests.settled('Churn')).toMatchObject({
    EndpointStatus: 'InService',
    EndpointConfigName: 'first',
    ProductionVariants: [{ VariantName: 'variant1', CurrentWeight: 1, CurrentInstanceCount: 1 }],
  });
  const text = await tests.invoke('Churn', `${ROW}\n${OTHER_ROW}`);
  const [high, low] = text.trimEnd().split('\n').map(Number);
  expect(high).toBeGreaterThan(0.5);
  expect(low).toBeLessThan(0.5);
  expect(await tests.invoke('Churn', ROW, 'application/json')).toBe(`{"predictions": [{"score": ${high}}]}`);

  await expect(tests.invoke('Churn', '1,2')).rejects.toMatchObject({
    name: 'ModelError',
    OriginalStatusCode: 400,
    OriginalMessage: expect.stringContaining('Unable to evaluate payload provided'),
    message: expect.stringContaining(
      'Received client error (400) from primary with message "Unable to evaluate',
    ),
  });
  await expect(tests.invoke('Churn', ROW, 'Accept')).rejects.toMatchObject({ OriginalStatusCode: 406 });
  await expect(tests.invoke('nobody', ROW)).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Endpoint nobody of account 000000000000 not found.',
  });
  await expect(
    invoker.invokeEndpoint({
      EndpointName: 'Churn',
      Body: new Uint8Array(6_291_457),
      ContentType: 'text/csv',
    }),
  ).rejects.toMatchObject({ name: 'ValidationError', message: expect.stringContaining('6291456') });

  // The legacy image answers without a line's end, so that it shows who has answered.
  await tests.deployable('second', model, LEGACY_XGBOOST);
  await sagemaker.updateEndpoint({ EndpointName: 'Churn', EndpointConfigName: 'second' });
  const answers: string[] = [];
  await Promise.all(
    [1, 2, 3].map(async () => {
      do answers.push(await tests.invoke('Churn', ROW));
      while (answers.at(-1) !== String(high));
    }),
  );
  expect(new Set(answers)).toEqual(new Set([`${high}\n`, String(high)]));
  expect(await tests.settled('Churn')).toMatchObject({
    EndpointStatus: 'InService',
    EndpointConfigName: 'second',
  });

  await sagemaker.deleteModel({ ModelName: 'second' });
  expect(await tests.invoke('Churn', ROW)).toBe(String(high));
  await sagemaker.deleteEndpoint({ EndpointName: 'Churn' });
  const gone = () =>
    sagemaker.describeEndpoint({ EndpointName: 'Churn' }).then(
      () => undefined,
      (error: Error) => error,
    );
  expect(await tests.until(gone, (error) => error !== undefined)).toMatchObject({
    name: 'ValidationException',
    message: `Could not find endpoint "${EndpointArn}".`,
  });
});

test('variants share the invocations by their weights', LONG, async () => {
  const { sagemaker } = tests;
  await tests.deployable('new-image', model);
  await tests.deployable('old-image', model, LEGACY_XGBOOST);
  const variant = (VariantName: string, ModelName: string, InitialVariantWeight: number) => ({
    ...{ VariantName, ModelName, InitialVariantWeight },
    ...{ InitialInstanceCount: 1, InstanceType: 'ml.m5.large' as const },
  });
  await sagemaker.createEndpointConfig({
    EndpointConfigName: 'two',
    ProductionVariants: [variant('new', 'new-image', 3), variant('old', 'old-image', 1)],
  });
  await sagemaker.createEndpoint({ EndpointName: 'two', EndpointConfigName: 'two' });
  expect((await tests.settled('two')).EndpointStatus).toBe('InService');
  const counted = async () => {
    const counts = { new: 0, old: 0 };
    for (let n = 0; n < 40; n++) {
      const input = { EndpointName: 'two', Body: ROW, ContentType: 'text/csv' };
      const { InvokedProductionVariant } = await tests.runtime.invokeEndpoint(input);
      counts[InvokedProductionVariant as 'new' | 'old'] += 1;
    }
    return counts;
  };
  const { new: more, old: fewer } = await counted();
  expect(more).toBeGreaterThan(fewer);
  expect(fewer).toBeGreaterThan(0);
  await sagemaker.updateEndpointWeightsAndCapacities({
    EndpointName: 'two',
    DesiredWeightsAndCapacities: [{ VariantName: 'new', DesiredWeight: 0 }],
  });
  expect(await counted()).toEqual({ new: 0, old: 40 });
  const target = await tests.runtime.invokeEndpoint({
    ...{ EndpointName: 'two', Body: ROW, ContentType: 'text/csv', TargetVariant: 'new' },
  });
  expect(target.InvokedProductionVariant).toBe('new');
  await sagemaker.deleteEndpoint({ EndpointName: 'two' });
});

test('an instance that was killed is replaced, and who asks meanwhile waits for it', LONG, async () => {
  await tests.deployable('mortal', model);
  await tests.sagemaker.createEndpoint({ EndpointName: 'mortal', EndpointConfigName: 'mortal' });
  await tests.settled('mortal');
  const expected = await tests.invoke('mortal', ROW);
  process.kill(servingPid('mortal'), 'SIGKILL');
  const answers = await Promise.allSettled([1, 2, 3, 4].map(() => tests.invoke('mortal', ROW)));
  // A request that was with the process when it died may be lost with it.
  const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason.name] : []));
  expect(failures.filter((name) => name !== 'ModelError')).toEqual([]);
  expect(await tests.invoke('mortal', ROW)).toBe(expected);
  await tests.sagemaker.deleteEndpoint({ EndpointName: 'mortal' });
});

test(
  'a container that cannot serve makes its endpoint fail; an update to it leaves what serves',
  LONG,
  async () => {
    const { sagemaker } = tests;
    await tests.upload({ 'broken/model.tar.gz': 'no archive' });
    await tests.deployable('broken', `s3://${BUCKET}/broken/model.tar.gz`);
    await tests.deployable('sound', model);
    await sagemaker.createEndpoint({ EndpointName: 'broken', EndpointConfigName: 'broken' });
    expect(await tests.settled('broken')).toMatchObject({
      EndpointStatus: 'Failed',
      FailureReason: expect.stringMatching(
        /^The primary container for production variant variant1 did not pass the ping health check\. .*cannot be unpacked/s,
      ),
    });
    await expect(
      sagemaker.updateEndpoint({ EndpointName: 'broken', EndpointConfigName: 'sound' }),
    ).rejects.toMatchObject({ name: 'ValidationException' });
    await sagemaker.createEndpoint({ EndpointName: 'sound', EndpointConfigName: 'sound' });
    await tests.settled('sound');
    await sagemaker.updateEndpoint({ EndpointName: 'sound', EndpointConfigName: 'broken' });
    expect(await tests.settled('sound')).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'sound',
      FailureReason: expect.stringContaining('did not pass the ping health check'),
    });
    expect(Number(await tests.invoke('sound', ROW))).toBeGreaterThan(0.5);
    await sagemaker.deleteEndpoint({ EndpointName: 'sound' });
  },
);

test('models and configurations: what is missing or there already is told with its ARN', async () => {
  const { sagemaker } = tests;
  const arn = (rest: string) => `arn:aws:sagemaker:us-east-1:000000000000:${rest}`;
  await expect(sagemaker.describeModel({ ModelName: 'None' })).rejects.toMatchObject({
    name: 'ValidationException',
    message: `Could not find model "${arn('model/none')}".`,
  });
  await expect(
    sagemaker.createEndpoint({ EndpointName: 'e', EndpointConfigName: 'None' }),
  ).rejects.toMatchObject({
    message: `Could not find endpoint configuration "${arn('endpoint-config/none')}".`,
  });
  await tests.deployable('again', undefined);
  await expect(tests.deployable('again', undefined)).rejects.toMatchObject({
    message: `Cannot create already existing model "${arn('model/again')}".`,
  });
  const PrimaryContainer = { Image: LEGACY_XGBOOST, ModelDataUrl: `s3://${BUCKET}/nothing.tar.gz` };
  await expect(
    sagemaker.createModel({ ModelName: 'empty', ExecutionRoleArn: ROLE, PrimaryContainer }),
  ).rejects.toMatchObject({ message: `Could not find model data at s3://${BUCKET}/nothing.tar.gz.` });
  const { Models = [] } = await sagemaker.listModels({ NameContains: 'again' });
  expect(Models.map(({ ModelName }) => ModelName)).toEqual(['again']);
});

/** The process that serves an endpoint, found by its job's folder. */
function servingPid(endpoint: string): number {
  const root = join(runtime.config.stateFolder, 'jobs', 'sagemaker-serving');
  const folder = readdirSync(root).find((name) => name.startsWith(`${endpoint}-`)) ?? '';
  const { group } = JSON.parse(readFileSync(join(root, folder, 'started.json'), 'utf8')) as { group: number };
  return group;
}
