import type { CreateAutoPredictorCommandInput } from '@aws-sdk/client-forecast';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { ETS, ForecastTests, monthlyRows } from '../testing/forecast-tests.ts';
import { StandInImages } from '../testing/stand-in-image.ts';

let images: StandInImages;
let runtime: TestRuntime;
let tests: ForecastTests;
let group: string;
let count = 0;

const PREFIX = 'arn:aws:forecast:us-east-1:000000000000';

beforeAll(async () => {
  images = new StandInImages();
  runtime = await startTestRuntime({ imagesFolder: images.folder });
  tests = new ForecastTests(runtime);
  await tests.upload({ 'tts.csv': monthlyRows() });
  ({ group } = await tests.readyGroup('auto'));
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  images[Symbol.dispose]();
});

type Settings = Partial<CreateAutoPredictorCommandInput>;

async function start(PredictorName: string, settings: Settings = {}): Promise<string> {
  const { PredictorArn = '' } = await tests.forecast.createAutoPredictor({
    PredictorName,
    ForecastHorizon: 2,
    ForecastFrequency: 'M',
    DataConfig: { DatasetGroupArn: group },
    ...settings,
    ...(settings.DataConfig && {
      DataConfig: { ...settings.DataConfig, DatasetGroupArn: settings.DataConfig.DatasetGroupArn ?? group },
    }),
  });
  return PredictorArn;
}

const describe = (PredictorArn: string) => tests.forecast.describeAutoPredictor({ PredictorArn });

async function create(name: string, settings: Settings = {}): Promise<string> {
  const arn = await start(name, settings);
  await tests.settled(() => describe(arn));
  return arn;
}

/** A request that gives nothing but a name and what it inherits from. */
const retrain = (PredictorName: string, ReferencePredictorArn: string, settings: Settings = {}) =>
  tests.forecast.createAutoPredictor({ PredictorName, ReferencePredictorArn, ...settings });

const data = (rest: object): Settings => ({ DataConfig: { ...rest } as NonNullable<Settings['DataConfig']> });
const holiday = (Configuration?: Record<string, string[]>) => ({ Name: 'holiday', Configuration });

test.each<[string, Settings, string]>([
  ['no data', { DataConfig: undefined }, 'DatasetGroupArn must be given, unless a ReferencePredictorArn is'],
  [
    'no frequency and horizon',
    { ForecastFrequency: undefined, ForecastHorizon: undefined },
    'ForecastFrequency, ForecastHorizon must be given',
  ],
  [
    'a frequency finer than the data',
    { ForecastFrequency: 'D' },
    'ForecastFrequency D is finer than the DataFrequency M',
  ],
  ['a horizon that no data allows', { ForecastHorizon: 501 }, 'between 1 and 500'],
  [
    'explanations',
    { ExplainPredictor: true },
    'ExplainPredictor is not supported by this version of Slipway',
  ],
  [
    'a monitor',
    { MonitorConfig: { MonitorName: 'm' } },
    'MonitorConfig is not supported by this version of Slipway',
  ],
  ['weather', data({ AdditionalDatasets: [{ Name: 'weather' }] }), 'The Weather Index is not supported'],
  [
    'holidays of nowhere',
    data({ AdditionalDatasets: [holiday()] }),
    'needs the Configuration {"CountryCode": [one country]}',
  ],
  [
    'holidays of two countries',
    data({ AdditionalDatasets: [holiday({ CountryCode: ['US', 'DE'] })] }),
    'one country',
  ],
  [
    'holidays of an unknown country',
    data({ AdditionalDatasets: [holiday({ CountryCode: ['XX'] })] }),
    'XX is no country whose holidays are known',
  ],
  [
    'an unknown additional dataset',
    data({ AdditionalDatasets: [{ Name: 'moon' }] }),
    'moon is no additional dataset',
  ],
  [
    'an attribute that is not there',
    data({ AttributeConfigs: [{ AttributeName: 'price', Transformations: { backfill: 'zero' } }] }),
    'The attribute price cannot be filled. Attributes that can: target_value',
  ],
  [
    'an unknown filling',
    data({ AttributeConfigs: [{ AttributeName: 'target_value', Transformations: { backfill: 'linear' } }] }),
    'The value linear of backfill',
  ],
  [
    'a boundary by hour for months',
    { TimeAlignmentBoundary: { Hour: 3 } },
    'TimeAlignmentBoundary with a ForecastFrequency in M has the member DayOfMonth, not Hour',
  ],
  [
    'two boundaries',
    { TimeAlignmentBoundary: { DayOfMonth: 3, DayOfWeek: 'MONDAY' } },
    'not DayOfMonth, DayOfWeek',
  ],
  ['a boundary of nothing', { TimeAlignmentBoundary: {} }, 'has the member DayOfMonth, not none'],
  [
    'a boundary for hours',
    { ForecastFrequency: 'H', TimeAlignmentBoundary: { Hour: 3 } },
    'cannot be given with a ForecastFrequency in H',
  ],
])('CreateAutoPredictor refuses %s', async (_, settings, message) => {
  await expect(start(`bad${count++}`, settings)).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: expect.stringContaining(message),
  });
});

test.each<[string, Settings]>([
  ['days of the month', { TimeAlignmentBoundary: { DayOfMonth: 15 } }],
  ['months of the year', { ForecastFrequency: 'Y', TimeAlignmentBoundary: { Month: 'APRIL' } }],
  [
    'days of a month of the year',
    { ForecastFrequency: 'Y', TimeAlignmentBoundary: { Month: 'APRIL', DayOfMonth: 6 } },
  ],
])('periods may begin at %s', async (_, settings) => {
  const arn = await create(`boundary${count++}`, settings);
  expect((await describe(arn)).TimeAlignmentBoundary).toEqual(settings.TimeAlignmentBoundary);
});

test('an AutoPredictor has an ARN that nobody can guess, and is described complete', async () => {
  const DataConfig = {
    DatasetGroupArn: group,
    AttributeConfigs: [{ AttributeName: 'target_value', Transformations: { backfill: 'nan' } }],
    AdditionalDatasets: [holiday({ CountryCode: ['US'] })],
  };
  const PredictorArn = await create('described', { DataConfig, ForecastTypes: ['mean', '0.99'] });
  expect(PredictorArn).toMatch(/^arn:aws:forecast:us-east-1:000000000000:predictor\/described_[0-9A-Z]{26}$/);
  const described = await describe(PredictorArn);
  expect(described).toMatchObject({
    PredictorName: 'described',
    ForecastHorizon: 2,
    ForecastFrequency: 'M',
    ForecastTypes: ['mean', '0.99'],
    DataConfig,
    DatasetImportJobArns: [`${PREFIX}:dataset-import-job/auto_target/first`],
    Status: 'ACTIVE',
    OptimizationMetric: 'AverageWeightedQuantileLoss',
  });
  expect(described.ReferencePredictorSummary).toBeUndefined();
  await expect(tests.forecast.describePredictor({ PredictorArn })).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: expect.stringContaining('Use DescribeAutoPredictor'),
  });
  const { PredictorEvaluationResults = [], IsAutoPredictor } = await tests.forecast.getAccuracyMetrics({
    PredictorArn,
  });
  expect(IsAutoPredictor).toBe(true);
  expect(PredictorEvaluationResults).toHaveLength(1);
  expect(PredictorEvaluationResults[0]).not.toHaveProperty('AlgorithmArn');
});

test('retraining takes everything from the old predictor, which stays; both kinds are listed', async () => {
  const { forecast } = tests;
  const { group: own } = await tests.readyGroup('retraining');
  const first = await create('first', {
    DataConfig: { DatasetGroupArn: own },
    ForecastHorizon: 5,
    TimeAlignmentBoundary: { DayOfMonth: 2 },
  });
  const { PredictorArn: second = '' } = await retrain('second', first, { OptimizationMetric: 'RMSE' });
  const described = await tests.settled(() => describe(second));
  expect(described).toMatchObject({
    ForecastHorizon: 5,
    ForecastFrequency: 'M',
    TimeAlignmentBoundary: { DayOfMonth: 2 },
    OptimizationMetric: 'RMSE',
    ReferencePredictorSummary: { Arn: first, State: 'Active' },
    Status: 'ACTIVE',
  });
  const legacy = await tests.predictor('legacy', own, {
    FeaturizationConfig: {
      ForecastFrequency: 'M',
      Featurizations: [
        {
          AttributeName: 'target_value',
          FeaturizationPipeline: [
            { FeaturizationMethodName: 'filling', FeaturizationMethodParameters: { aggregation: 'max' } },
          ],
        },
      ],
    },
    InputDataConfig: { DatasetGroupArn: own, SupplementaryFeatures: [{ Name: 'holiday', Value: 'US' }] },
  });
  const { PredictorArn: upgraded = '' } = await retrain('upgraded', legacy);
  expect(await tests.settled(() => describe(upgraded))).toMatchObject({
    DataConfig: {
      AttributeConfigs: [
        {
          AttributeName: 'target_value',
          Transformations: { aggregation: 'max', backfill: 'zero', frontfill: 'none', middlefill: 'zero' },
        },
      ],
      AdditionalDatasets: [{ Name: 'holiday', Configuration: { CountryCode: ['US'] } }],
    },
    ReferencePredictorSummary: { Arn: legacy, State: 'Active' },
  });
  await forecast.deletePredictor({ PredictorArn: first });
  await tests.gone(() => describe(first));
  const Filters = [{ Key: 'DatasetGroupArn', Value: own, Condition: 'IS' as const }];
  expect((await forecast.listPredictors({ Filters })).Predictors).toMatchObject([
    {
      PredictorName: 'upgraded',
      IsAutoPredictor: true,
      ReferencePredictorSummary: { Arn: legacy, State: 'Active' },
    },
    { PredictorName: 'legacy', IsAutoPredictor: false, DatasetGroupArn: own, Status: 'ACTIVE' },
    {
      PredictorName: 'second',
      IsAutoPredictor: true,
      ReferencePredictorSummary: { Arn: first, State: 'Deleted' },
    },
  ]);
});

test('retraining refuses what it inherits, and a reference that is not ready', async () => {
  const reference = await tests.predictor('reference', group, { AlgorithmArn: ETS });
  await expect(
    retrain('given', reference, { ForecastHorizon: 3, ForecastFrequency: 'M' }),
  ).rejects.toMatchObject({
    name: 'InvalidInputException',
    message:
      'ForecastHorizon, ForecastFrequency cannot be given with a ReferencePredictorArn: they are taken from that predictor',
  });
  const missing = `${PREFIX}:predictor/missing`;
  await expect(retrain('missing', missing)).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `No resource found ${missing}`,
  });
  images.order({ train: { code: 10, message: 'no' } });
  const failed = await create('failed');
  images.order({});
  await expect(retrain('of_failed', failed)).rejects.toMatchObject({
    name: 'ResourceInUseException',
    message: expect.stringContaining('has the status CREATE_FAILED'),
  });
});
