import { Lambda } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DeployedPipeline, PipelineLab } from './pipeline-lab.ts';
import { type Config, configFor, TTS } from './sales.ts';

// Runs of a config that is refused end at once: enough to see what an upload starts, and with what.
const REFUSED = '{}';
const FAST = ['Begin', 'Validate-Config', 'Note-Invalid-Config', 'ForecastMLOpsPipelineStrategyChoice'];

let lab: PipelineLab;
let pipeline: DeployedPipeline;
let lambda: Lambda;

beforeAll(async () => {
  lab = await PipelineLab.start();
  pipeline = lab.pipelineOf();
  lambda = new Lambda(lab.runtime.clientConfig);
});
afterAll(() => lab?.[Symbol.asyncDispose]());

/** Puts an object and follows the run that this starts. */
async function upload(Key: string) {
  const known = await pipeline.executions();
  await pipeline.s3.putObject({ Bucket: pipeline.bucket, Key, Body: 'x' });
  return await pipeline.ended(await pipeline.startedBesides(known));
}

/** Hands an event to the trigger as EventBridge does. */
async function trigger(sequencer: string, key = 'raw/data.zip') {
  const { Payload } = await lambda.invoke({
    FunctionName: 'Forecast-MLOps-Pipeline-Upload-Trigger',
    Payload: JSON.stringify({
      time: '2026-11-21T09:01:02Z',
      detail: { bucket: { name: pipeline.bucket }, object: { key, etag: 'e', sequencer } },
    }),
  });
  const reply = JSON.parse(Buffer.from(Payload!).toString('utf8')) as string;
  return JSON.parse(reply) as { executionArn: string; startDate?: string; repeated?: boolean };
}

test('A12 a zip without a config before it starts a run that fails and says so', async () => {
  const end = await upload('raw/data.zip');
  expect(end).toMatchObject({
    status: 'FAILED',
    error: 'InvalidConfig',
    cause: `There is no forecast-config.json in the bucket ${pipeline.bucket}. Upload it first, then the zip again.`,
  });
  expect(end.input.config).toBeUndefined();
});

test('A10 A11 raw/x.zip starts a run named by the upload’s time, with uid, config and source', async () => {
  const config = { ...configFor(), Forecast: undefined };
  await pipeline.putConfig(config);
  const before = Date.now();
  const end = await upload('raw/x.zip');
  expect(end.name).toMatch(/^\d{8}T\d{6}$/);
  const time = end.name.replace(/^(....)(..)(..)T(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6Z');
  expect(Math.abs(Date.parse(time) - before)).toBeLessThan(60_000);
  expect(end.input).toEqual({
    uid: end.name,
    config: JSON.parse(JSON.stringify(config)),
    source: {
      bucket: pipeline.bucket,
      key: 'raw/x.zip',
      etag: '9dd4e461268c8034f5c8564e155c67a6',
      sequencer: expect.stringMatching(/./),
    },
  });
  expect(end.status).toBe('FAILED');
});

test.each(['raw', 'raw/folder/März & 1+1.zip'])(
  'A10 Ax1 Ax13 the key %s starts a run that knows it',
  async (key) => {
    await pipeline.putConfig(REFUSED);
    expect((await upload(key)).input.source['key']).toBe(key);
  },
);

test('A10 other keys start nothing', async () => {
  const before = await pipeline.executions();
  for (const Key of ['data.zip', 'raw/data.csv', 'raw/', 'rawdata.zip', 'input/raw/x.zip', 'raws']) {
    await pipeline.s3.putObject({ Bucket: pipeline.bucket, Key, Body: 'x' });
  }
  const { executionArn } = await upload('raw/last.zip');
  expect((await pipeline.executions()).toSorted()).toEqual([...before, executionArn].toSorted());
});

test('A11 the trigger answers StartExecution’s reply as JSON text, and a repeated event starts nothing', async () => {
  const first = await trigger('1');
  expect(first).toEqual({
    executionArn: `${pipeline.stateMachineArn.replace(':stateMachine:', ':execution:')}:20261121T090102`,
    startDate: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  // While the run goes on, StartExecution itself answers a repeated call as the first.
  await pipeline.ended(first.executionArn);
  expect(await trigger('1')).toEqual({ executionArn: first.executionArn, repeated: true });
});

test('two uploads within one second have a run each', async () => {
  const names = [];
  for (const [sequencer, key] of [['2'], ['3'], ['3', 'raw/other.zip']] as const) {
    names.push((await trigger(sequencer, key)).executionArn.split(':').at(-1));
  }
  expect(new Set(names).size).toBe(3);
  for (const name of names) expect(name).toMatch(/^20261121T090102x[0-9a-f]{3}$/);
});

test.each<[string, Config | string, string[]]>([
  [
    'an empty object',
    REFUSED,
    [
      'DatasetGroup: is missing',
      'Dataset: is missing',
      'Forecast: is missing',
      'PerformDelete: is missing',
      'Predictor is missing; give either a Predictor or an AutoPredictor block',
    ],
  ],
  ['what is not JSON', '{"PerformDelete": yes}', ['line 1, column 19: not JSON']],
  [
    'both predictors',
    configFor([], {
      AutoPredictor: { PredictorName: 'both', ForecastHorizon: 3, ForecastFrequency: 'M' },
    }),
    ['Predictor and AutoPredictor are both there; keep one of them'],
  ],
])(
  'Ax12 %s is refused before anything is created, and each problem is named',
  async (_, config, problems) => {
    await pipeline.putConfig(config);
    const end = await upload('raw/data.zip');
    expect(end).toMatchObject({ status: 'FAILED', error: 'InvalidConfig' });
    for (const problem of problems) expect(end.cause).toContain(`- ${problem}`);
    expect((await pipeline.statesOf(end.executionArn)).slice(0, FAST.length)).toEqual(FAST);
    expect((await pipeline.forecast.listDatasets({})).Datasets).toEqual([]);
  },
);

test('a wrong archive ends the run with the job’s own message, and nothing is created', async () => {
  const end = await pipeline.run(configFor(['IM'], { PerformDelete: true }), { 'TTS.csv': TTS });
  expect(end).toMatchObject({
    status: 'FAILED',
    error: 'JobFailed',
    cause:
      'Forecast-MLOps-Preprocess: InvalidArchive: raw/data.zip has no IM.csv, which forecast-config.json declares (Dataset.IM). Found in the zip: TTS.csv.',
  });
  expect((await pipeline.forecast.listDatasets({})).Datasets).toEqual([]);
});

test('Step Functions finds nothing to say against the definition', async () => {
  const { definition } = await pipeline.sfn.describeStateMachine({
    stateMachineArn: pipeline.stateMachineArn,
  });
  expect(await pipeline.sfn.validateStateMachineDefinition({ definition })).toMatchObject({
    result: 'OK',
    diagnostics: [],
  });
});
