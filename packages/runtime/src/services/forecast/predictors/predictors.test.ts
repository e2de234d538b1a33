import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { ForecastTests, monthlyRows, NPTS, TARGET } from '../testing/forecast-tests.ts';
import { StandInImages } from '../testing/stand-in-image.ts';

let images: StandInImages;
let runtime: TestRuntime;
let tests: ForecastTests;
let count = 0;
/** A group with target series by store and related series with a price. */
let group: string;
let plainGroup: string;

const PREFIX = 'arn:aws:forecast:us-east-1:000000000000';
const SERIES = `${TARGET}, store:string, region:string`;

beforeAll(async () => {
  images = new StandInImages();
  runtime = await startTestRuntime({ imagesFolder: images.folder });
  tests = new ForecastTests(runtime);
  await tests.upload({ 'tts.csv': monthlyRows() });
  const target = await tests.dataset('rules_target', 'TARGET_TIME_SERIES', { schema: SERIES });
  const related = await tests.dataset('rules_related', 'RELATED_TIME_SERIES', {
    schema: 'timestamp:timestamp, item_id:string, price:float, visits:integer',
  });
  group = await tests.group('rules', [target, related]);
  await Promise.all([tests.import(target, 'first'), tests.import(related, 'first')]);
  ({ group: plainGroup } = await tests.readyGroup('plain'));
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  images[Symbol.dispose]();
});

/** A featurization of an attribute by filling. */
const filling = (AttributeName: string, FeaturizationMethodParameters: Record<string, string>) => ({
  AttributeName,
  FeaturizationPipeline: [{ FeaturizationMethodName: 'filling' as const, FeaturizationMethodParameters }],
});
test('a predictor is described complete, and its accuracy told when it is ACTIVE', async () => {
  const { forecast } = tests;
  const goOn = images.hold('train');
  const PredictorArn = await tests.startPredictor('described', group, {
    AlgorithmArn: NPTS,
    ForecastTypes: ['.50', 'mean', '0.10'],
    TrainingParameters: { context_length: '12' },
    FeaturizationConfig: {
      ForecastFrequency: '1M',
      ForecastDimensions: ['store'],
      Featurizations: [
        filling('price', { middlefill: 'mean' }),
        filling('target_value', { aggregation: 'avg' }),
      ],
    },
    InputDataConfig: { DatasetGroupArn: group, SupplementaryFeatures: [{ Name: 'holiday', Value: 'US' }] },
    OptimizationMetric: 'MASE',
    AutoMLOverrideStrategy: 'LatencyOptimized',
  });
  expect(PredictorArn).toBe(`${PREFIX}:predictor/described`);
  await expect(forecast.getAccuracyMetrics({ PredictorArn })).rejects.toMatchObject({
    name: 'ResourceInUseException',
  });
  await expect(forecast.createForecast({ ForecastName: 'too_early', PredictorArn })).rejects.toMatchObject({
    name: 'ResourceInUseException',
    message: expect.stringContaining('it has to be ACTIVE'),
  });
  goOn();
  const described = await tests.settled(() => forecast.describePredictor({ PredictorArn }));
  expect(described).toMatchObject({
    PredictorName: 'described',
    AlgorithmArn: NPTS,
    ForecastHorizon: 2,
    ForecastTypes: ['0.5', 'mean', '0.1'],
    PerformAutoML: false,
    PerformHPO: false,
    IsAutoPredictor: false,
    AutoMLOverrideStrategy: 'LatencyOptimized',
    TrainingParameters: { context_length: '12', kernel_type: 'exponential', exp_kernel_weights: '0.01' },
    EvaluationParameters: { NumberOfBacktestWindows: 1, BackTestWindowOffset: 2 },
    InputDataConfig: { DatasetGroupArn: group, SupplementaryFeatures: [{ Name: 'holiday', Value: 'US' }] },
    FeaturizationConfig: {
      ForecastFrequency: '1M',
      ForecastDimensions: ['store'],
      Featurizations: [
        filling('price', { middlefill: 'mean' }),
        filling('target_value', {
          aggregation: 'avg',
          backfill: 'zero',
          frontfill: 'none',
          middlefill: 'zero',
        }),
      ],
    },
    PredictorExecutionDetails: {
      PredictorExecutions: [
        {
          AlgorithmArn: NPTS,
          TestWindows: [
            {
              TestWindowStart: new Date('2026-01-01T00:00:00Z'),
              TestWindowEnd: new Date('2026-03-01T00:00:00Z'),
              Status: 'ACTIVE',
            },
          ],
        },
      ],
    },
    DatasetImportJobArns: [
      `${PREFIX}:dataset-import-job/rules_target/first`,
      `${PREFIX}:dataset-import-job/rules_related/first`,
    ],
    Status: 'ACTIVE',
    OptimizationMetric: 'MASE',
  });
  const accuracy = await forecast.getAccuracyMetrics({ PredictorArn });
  expect(accuracy).toMatchObject({
    PredictorEvaluationResults: [
      {
        AlgorithmArn: NPTS,
        TestWindows: [
          { EvaluationType: 'SUMMARY', Metrics: { AverageWeightedQuantileLoss: 0.5 } },
          {
            EvaluationType: 'COMPUTED',
            TestWindowStart: new Date('2026-01-01T00:00:00Z'),
            ItemCount: 2,
            Metrics: { RMSE: 1.5, WeightedQuantileLosses: [{ Quantile: 0.9, LossValue: 0.5 }, {}, {}] },
          },
        ],
      },
    ],
    IsAutoPredictor: false,
    AutoMLOverrideStrategy: 'LatencyOptimized',
    OptimizationMetric: 'MASE',
  });
  await expect(forecast.describeAutoPredictor({ PredictorArn })).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: expect.stringContaining('Use DescribePredictor'),
  });
});

test('what a predictor is made from has to be there, with data', async () => {
  const missing = `${PREFIX}:dataset-group/missing`;
  await expect(tests.startPredictor('x', missing)).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `No resource found ${missing}`,
  });
  const empty = await tests.group('empty', []);
  await expect(tests.startPredictor('x', empty)).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: `The dataset group ${empty} has no dataset of type TARGET_TIME_SERIES`,
  });
  const target = await tests.dataset('without_data');
  const withoutData = await tests.group('without_data', [target]);
  await expect(tests.startPredictor('x', withoutData)).rejects.toMatchObject({
    name: 'ResourceInUseException',
    message: expect.stringContaining('has no dataset import job with the status ACTIVE'),
  });
  const goOn = images.hold('import');
  const job = await tests.startImport(target, 'first');
  await expect(tests.startPredictor('x', withoutData)).rejects.toMatchObject({
    name: 'ResourceInUseException',
    message: expect.stringMatching(/has the status UPDATE_(PENDING|IN_PROGRESS)/),
  });
  const describe = () => tests.forecast.describeDatasetImportJob({ DatasetImportJobArn: job });
  await tests.until(describe, ({ Status }) => Status === 'CREATE_IN_PROGRESS');
  goOn();
  await tests.settled(describe);
  await tests.predictor('x', withoutData);
});

test('only increments after the latest full import count, and deleting it brings the one before back', async () => {
  const { forecast } = tests;
  const target = await tests.dataset('versions');
  const versions = await tests.group('versions', [target]);
  const used = async () => {
    const PredictorArn = await tests.predictor(`versions${count++}`, versions);
    const { DatasetImportJobArns = [] } = await forecast.describePredictor({ PredictorArn });
    return DatasetImportJobArns.map((arn) => arn.slice(arn.lastIndexOf('/') + 1));
  };
  await tests.import(target, 'full1');
  await tests.import(target, 'more1', 'tts.csv', { ImportMode: 'INCREMENTAL' });
  await tests.import(target, 'failed', 'missing.csv');
  expect(await used()).toEqual(['full1', 'more1']);
  const full2 = await tests.import(target, 'full2');
  await tests.import(target, 'more2', 'tts.csv', { ImportMode: 'INCREMENTAL' });
  expect(await used()).toEqual(['full2', 'more2']);
  await forecast.deleteDatasetImportJob({ DatasetImportJobArn: full2 });
  await tests.gone(() => forecast.describeDatasetImportJob({ DatasetImportJobArn: full2 }));
  expect(await used()).toEqual(['full1', 'more1', 'more2']);
});

test('a predictor keeps the data it is trained on although its import is deleted', async () => {
  const { forecast } = tests;
  const { group: ready, import: DatasetImportJobArn } = await tests.readyGroup('deleted_under');
  const goOn = images.hold('train');
  const running = await tests.startPredictor('running_on', ready);
  const describe = () => forecast.describePredictor({ PredictorArn: running });
  await tests.until(describe, ({ Status }) => Status === 'CREATE_IN_PROGRESS');
  await forecast.deleteDatasetImportJob({ DatasetImportJobArn });
  await tests.gone(() => forecast.describeDatasetImportJob({ DatasetImportJobArn }));
  goOn();
  expect((await tests.settled(describe)).Status).toBe('ACTIVE');
});

test('names are unique over both kinds of predictors', async () => {
  const arn = await tests.startPredictor('both', plainGroup);
  await expect(tests.startPredictor('both', plainGroup)).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
    message: `A predictor already exists with the arn: ${arn}`,
  });
  await expect(
    tests.forecast.createAutoPredictor({
      PredictorName: 'both',
      ForecastHorizon: 2,
      ForecastFrequency: 'M',
      DataConfig: { DatasetGroupArn: plainGroup },
    }),
  ).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
});

test("a predictor's failure is told in the image's words", async () => {
  images.order({ train: { code: 10, message: 'The horizon 2 is longer than the data allows: 1' } });
  const PredictorArn = await tests.predictor('impossible', plainGroup);
  images.order({});
  expect(await tests.forecast.describePredictor({ PredictorArn })).toMatchObject({
    Status: 'CREATE_FAILED',
    Message: 'The horizon 2 is longer than the data allows: 1',
  });
});

test('a tuned predictor shows what was searched and what was found', async () => {
  const HPOConfig = {
    ParameterRanges: {
      IntegerParameterRanges: [
        { Name: 'context_length', MinValue: 4, MaxValue: 9, ScalingType: 'Linear' as const },
      ],
    },
  };
  const PredictorArn = await tests.startPredictor('tuned', plainGroup, {
    AlgorithmArn: 'arn:aws:forecast:::algorithm/Deep_AR_Plus',
    PerformHPO: true,
    HPOConfig,
  });
  expect(await tests.settled(() => tests.forecast.describePredictor({ PredictorArn }))).toMatchObject({
    Status: 'ACTIVE',
    PerformHPO: true,
    PerformAutoML: false,
    HPOConfig,
    TrainingParameters: { context_length: '7', learning_rate: '0.001', learning_rate_decay: '0.5' },
  });
});

test('AutoML: the best algorithm is the predictor’s, and the accuracy of each is told', async () => {
  const PredictorArn = await tests.startPredictor('best', plainGroup, {
    AlgorithmArn: undefined,
    PerformAutoML: true,
    AutoMLOverrideStrategy: 'AccuracyOptimized',
  });
  const [npts, ets] = [NPTS, 'arn:aws:forecast:::algorithm/ETS'];
  const found = await tests.settled(() => tests.forecast.describePredictor({ PredictorArn }));
  expect(found).toMatchObject({
    Status: 'ACTIVE',
    PerformAutoML: true,
    PerformHPO: false,
    AlgorithmArn: npts,
    AutoMLAlgorithmArns: [npts, ets],
    PredictorExecutionDetails: { PredictorExecutions: [{ AlgorithmArn: npts }, { AlgorithmArn: ets }] },
  });
  expect(await tests.forecast.getAccuracyMetrics({ PredictorArn })).toMatchObject({
    PredictorEvaluationResults: [{ AlgorithmArn: npts }, { AlgorithmArn: ets }],
    IsAutoPredictor: false,
    AutoMLOverrideStrategy: 'AccuracyOptimized',
  });
});
