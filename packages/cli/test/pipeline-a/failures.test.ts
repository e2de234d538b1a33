import { Glue } from '@aws-sdk/client-glue';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { EventWitness } from './event-witness.ts';
import { ownScript } from './own-script.ts';
import { type DeployedPipeline, PipelineLab } from './pipeline-lab.ts';
import { type Config, configFor, TTS } from './sales.ts';

const FORECAST = 'arn:aws:forecast:us-east-1:000000000000';
const WRONG = 'Timestamp,Model_ID,Order_Quantity\nyesterday,bass,1\n';
const STUCK = `    if "stuck" in path.read_text():\n        __import__("time").sleep(600)\n    return path\n`;
const FAILING = '    raise RuntimeError("no luck with " + forecast.columns[0])\n';

let lab: PipelineLab;
let pipeline: DeployedPipeline;
let ownScripts: DeployedPipeline;
let events: EventWitness;

beforeAll(async () => {
  lab = await PipelineLab.start({
    Plain: {},
    Own: {
      prefix: 'own-',
      preprocessScript: ownScript('preprocess', STUCK),
      postprocessScript: ownScript('postprocess', FAILING),
    },
  });
  pipeline = lab.pipelineOf('Plain');
  ownScripts = lab.pipelineOf('Own');
  events = await EventWitness.create(lab.runtime);
});
afterAll(() => lab?.[Symbol.asyncDispose]());

/** A config whose resources have names of its own. */
function named(word: string, changes: Partial<Config> = {}): Config {
  const config = configFor([], { PerformDelete: true, ...changes });
  config.Dataset['TTS']!['DatasetName'] = `${word}_target`;
  return { ...config, DatasetGroup: { DatasetGroupName: word, Domain: 'CUSTOM' } };
}

const createDataset = async (config: Config) =>
  await pipeline.forecast.createDataset(config.Dataset['TTS'] as never);

/** Names of what there is of the service's resources. */
async function resources() {
  const { forecast } = pipeline;
  const { Datasets = [] } = await forecast.listDatasets({});
  const { DatasetGroups = [] } = await forecast.listDatasetGroups({});
  const { Predictors = [] } = await forecast.listPredictors({});
  const { Forecasts = [] } = await forecast.listForecasts({});
  return [
    ...Datasets.map(({ DatasetName }) => DatasetName),
    ...DatasetGroups.map(({ DatasetGroupName }) => DatasetGroupName),
    ...Predictors.map(({ PredictorName }) => PredictorName),
    ...Forecasts.map(({ ForecastName }) => ForecastName),
  ];
}

test('Ax6 Ax7 A27 a failed import ends the run with the service’s message, an event, and nothing left', async () => {
  const before = await resources();
  const end = await pipeline.run(named('wrong'), { 'TTS.csv': WRONG });
  expect(end).toMatchObject({ status: 'FAILED', error: 'ResourceFailed' });
  expect(end.cause).toMatch(/^The import of TTS\.csv ended CREATE_FAILED: .*yesterday/s);
  expect((await pipeline.statesOf(end.executionArn)).slice(-3)).toEqual([
    'Outcome',
    'Tell-Failure',
    'Failed',
  ]);
  expect(await events.next('Forecast Pipeline Failed', end.name)).toMatchObject({
    source: 'forecast-mlops-pipeline',
    detail: {
      uid: end.name,
      source: { bucket: pipeline.bucket, key: 'raw/data.zip' },
      error: 'ResourceFailed',
      cause: end.cause,
    },
  });
  expect(await resources()).toEqual(before);
});

test('A18 a failed run that is not to delete keeps what it made', async () => {
  const end = await pipeline.run(named('kept', { PerformDelete: false }), { 'TTS.csv': WRONG });
  expect(end.status).toBe('FAILED');
  expect(await resources()).toEqual(expect.arrayContaining(['kept_target', 'kept']));
});

test('Ax6 a predictor that cannot be trained ends the run with the service’s message', async () => {
  const config = named('long');
  config.Predictor!['ForecastHorizon'] = 30;
  const end = await pipeline.run(config, { 'TTS.csv': TTS });
  expect(end).toMatchObject({ status: 'FAILED', error: 'ResourceFailed' });
  expect(end.cause).toMatch(
    new RegExp(`^The predictor sales_predictor_${end.name} ended CREATE_FAILED: .*the horizon \\(30\\)`),
  );
});

test('A29 a member that the API does not have is refused by its name', async () => {
  const config = named('unknown');
  config.Predictor!['Horizon'] = 30;
  const end = await pipeline.run(config, { 'TTS.csv': TTS });
  expect(end).toMatchObject({
    status: 'FAILED',
    cause: 'The field "Horizon" is not supported by Step Functions',
  });
});

test('Ax14 a dataset of that name with another schema is not touched', async () => {
  const config = named('other');
  await createDataset(config);
  config.Dataset['TTS']!['DataFrequency'] = 'W';
  const end = await pipeline.run(config, { 'TTS.csv': TTS });
  expect(end).toMatchObject({
    status: 'FAILED',
    error: 'DatasetFailed',
    cause:
      'A dataset named other_target exists with another schema, frequency, type or domain than Dataset.TTS has. Choose another DatasetName, or delete that dataset.',
  });
  expect(await resources()).toContain('other_target');
});

test('A27 a failed run does not delete a dataset that was there before', async () => {
  const config = named('before');
  await createDataset(config);
  const end = await pipeline.run(config, { 'TTS.csv': WRONG });
  expect(end.cause).toMatch(/^The import of TTS\.csv ended CREATE_FAILED/);
  const left = await resources();
  expect(left).toContain('before_target');
  expect(left).not.toContain('before');
});

test('A27 in a group that was there before, a failed run deletes its own predictor and forecast only', async () => {
  const config = named('shared');
  const { DatasetArn = '' } = await createDataset(config);
  await pipeline.forecast.createDatasetGroup({
    DatasetGroupName: 'shared',
    Domain: 'CUSTOM',
    DatasetArns: [DatasetArn],
  });
  const before = await resources();
  const end = await ownScripts.run(config, { 'TTS.csv': TTS });
  expect(end).toMatchObject({
    status: 'FAILED',
    error: 'JobFailed',
    cause: 'own-Forecast-MLOps-Postprocess: RuntimeError: no luck with item_id',
  });
  expect(await ownScripts.statesOf(end.executionArn)).toContain('Delete-Own-Predictor');
  expect(await resources()).toEqual(before);
  expect(
    await pipeline.forecast.describeDatasetGroup({ DatasetGroupArn: `${FORECAST}:dataset-group/shared` }),
  ).toMatchObject({ DatasetArns: [DatasetArn] });
});

test('Ax7 a job that somebody stops ends the run, which says so', async () => {
  const glue = new Glue(lab.runtime.clientConfig);
  const JobName = 'own-Forecast-MLOps-Preprocess';
  const runs = async () => (await glue.getJobRuns({ JobName })).JobRuns ?? [];
  const known = (await runs()).length;
  const run = ownScripts.run(named('stuck'), { 'TTS.csv': TTS.replace('bass', 'stuck') });
  const [started] = await vi.waitUntil(
    async () => {
      const all = await runs();
      return all.length > known && all[0]?.JobRunState === 'RUNNING' && all;
    },
    { timeout: 30_000, interval: 20 },
  );
  await glue.batchStopJobRun({ JobName, JobRunIds: [started?.Id ?? ''] });
  expect(await run).toMatchObject({
    status: 'FAILED',
    error: 'JobFailed',
    cause: 'own-Forecast-MLOps-Preprocess: the run ended STOPPED',
  });
});
