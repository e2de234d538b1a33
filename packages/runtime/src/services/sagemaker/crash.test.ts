import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DEFAULT_REGION } from '../../config.ts';
import { readNotice } from '../../store/state-lock.ts';
import { startTestRuntime } from '../../testing/test-runtime.ts';
import { LEGACY_XGBOOST, rows, SageMakerTests } from './testing.ts';

const LONG = { timeout: 240_000 };
const ROW = '0.9,0.8,0.5,0.5';

let stateFolder: string;

beforeAll(async () => {
  stateFolder = mkdtempSync(join(tmpdir(), 'slipway-sagemaker-'));
  await using runtime = await startTestRuntime({ stateFolder });
  await runtime.environments.ensure('xgboost');
}, 300_000);
afterAll(() => rmSync(stateFolder, { recursive: true, force: true }));

/** A runtime in a process of its own, to be killed. */
async function mortalRuntime(): Promise<{ process: ChildProcess; tests: SageMakerTests }> {
  const program = fileURLToPath(new URL('../../testing/run-runtime.ts', import.meta.url));
  const child = spawn(process.execPath, ['-C', 'source', program, stateFolder], { stdio: 'inherit' });
  const notice = await vi.waitUntil(
    () => {
      const found = readNotice(stateFolder);
      return found?.pid === child.pid ? found : undefined;
    },
    { timeout: 60_000, interval: 20 },
  );
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const clientConfig = { endpoint: notice!.endpoint, region: DEFAULT_REGION, credentials };
  return { process: child, tests: new SageMakerTests({ clientConfig }) };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await ended;
}

test('a training job goes on when the runtime is killed, and its end is taken in once', LONG, async () => {
  const first = await mortalRuntime();
  await first.tests.upload({ 'data/train/a.csv': rows(200).join('\n') });
  const TrainingJobName = 'survivor';
  await first.tests.sagemaker.createTrainingJob(
    first.tests.trainingRequest(TrainingJobName, {
      HyperParameters: {
        num_round: '1200',
        objective: 'binary:logistic',
        eval_metric: 'error',
        nthread: '1',
      },
    }),
  );
  await first.tests.until(
    () => first.tests.sagemaker.describeTrainingJob({ TrainingJobName }),
    ({ SecondaryStatus }) => SecondaryStatus === 'Training',
  );
  await kill(first.process);
  await using second = await startTestRuntime({ stateFolder });
  const tests = new SageMakerTests(second);
  expect(await tests.trained(TrainingJobName)).toMatchObject({
    TrainingJobStatus: 'Completed',
    FinalMetricDataList: [{ MetricName: 'train:error' }],
  });
  expect(await tests.keys('models/survivor/')).toEqual(['models/survivor/output/model.tar.gz']);
  expect(readdirSync(join(stateFolder, 'jobs', 'sagemaker-training'))).toHaveLength(1);
});

test(
  'an endpoint serves again after a kill, and the update that was going on comes to its end',
  LONG,
  async () => {
    const first = await mortalRuntime();
    const { tests } = first;
    const { ModelArtifacts } = await tests.train('served');
    const url = ModelArtifacts?.S3ModelArtifacts;
    await tests.deployable('one', url);
    await tests.deployable('two', url, LEGACY_XGBOOST);
    await tests.sagemaker.createEndpoint({ EndpointName: 'lasting', EndpointConfigName: 'one' });
    await tests.settled('lasting');
    const answer = await tests.invoke('lasting', ROW);
    await tests.sagemaker.updateEndpoint({ EndpointName: 'lasting', EndpointConfigName: 'two' });
    await kill(first.process);
    await using second = await startTestRuntime({ stateFolder });
    const after = new SageMakerTests(second);
    // Whoever serves at this moment: the number is the same.
    expect(Number(await after.invoke('lasting', ROW))).toBe(Number(answer));
    expect(await after.settled('lasting')).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'two',
    });
    expect(await after.invoke('lasting', ROW)).toBe(answer.trim());
    await after.sagemaker.deleteEndpoint({ EndpointName: 'lasting' });
  },
);

test(
  'an endpoint that was being made when the runtime was stopped is made by the next one',
  LONG,
  async () => {
    const endpoint = { EndpointName: 'stopped', EndpointConfigName: 'stopped' };
    {
      await using first = await startTestRuntime({ stateFolder });
      const tests = new SageMakerTests(first);
      await tests.upload({ 'data/train/a.csv': rows(100).join('\n') });
      const { ModelArtifacts } = await tests.train('stopped');
      await tests.deployable('stopped', ModelArtifacts?.S3ModelArtifacts);
      await tests.sagemaker.createEndpoint(endpoint);
    }
    await using second = await startTestRuntime({ stateFolder });
    const tests = new SageMakerTests(second);
    expect(await tests.settled('stopped')).toMatchObject({ EndpointStatus: 'InService' });
    expect(Number(await tests.invoke('stopped', ROW))).toBeGreaterThan(0.5);
    await tests.sagemaker.deleteEndpoint({ EndpointName: 'stopped' });
  },
);
