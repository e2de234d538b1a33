import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { ForecastTests, monthlyRows } from './testing/forecast-tests.ts';

const ALGORITHM = 'arn:aws:forecast:::algorithm/';
const ITEMS = 8;
// Environments are made on first use, and networks learn slowly where several share the machine.
const PATIENCE = 600_000;

let runtime: TestRuntime;
let tests: ForecastTests;
let group: string;

beforeAll(async () => {
  runtime = await startTestRuntime();
  tests = new ForecastTests(runtime);
  await tests.upload({ 'tts.csv': monthlyRows(ITEMS, 60) });
  ({ group } = await tests.readyGroup('learning'));
}, PATIENCE);
afterAll(() => runtime[Symbol.asyncDispose]());

/** Trains and forecasts. @returns the predictor as it is described, and the forecast of an item */
async function forecastBy(name: string, settings: Parameters<ForecastTests['startPredictor']>[2]) {
  const PredictorArn = await tests.startPredictor(name, group, { ForecastHorizon: 3, ...settings });
  const predictor = await tests.settled(() => tests.forecast.describePredictor({ PredictorArn }), PATIENCE);
  expect([predictor.Status, predictor.Message]).toEqual(['ACTIVE', undefined]);
  const { ForecastArn = '' } = await tests.forecast.createForecast({ ForecastName: name, PredictorArn });
  const made = await tests.settled(() => tests.forecast.describeForecast({ ForecastArn }), PATIENCE);
  expect([made.Status, made.Message]).toEqual(['ACTIVE', undefined]);
  const { Forecast } = await tests.query.queryForecast({ ForecastArn, Filters: { item_id: 'item_3' } });
  const { p10 = [], p50 = [], p90 = [] } = Forecast?.Predictions ?? {};
  expect(p50.map(({ Timestamp }) => Timestamp)).toEqual(
    [1, 2, 3].map((month) => `2028-0${month}-01T00:00:00`),
  );
  // The series is a line and a sine around 360.
  for (const [index, { Value = Number.NaN }] of p50.entries()) {
    expect(p10[index]!.Value).toBeLessThanOrEqual(Value);
    expect(p90[index]!.Value).toBeGreaterThanOrEqual(Value);
    expect(Math.abs(Value - 360)).toBeLessThan(60);
  }
  return predictor;
}

test(
  'DeepAR+ through the API',
  async () => {
    const predictor = await forecastBy('deep_ar', {
      AlgorithmArn: `${ALGORITHM}Deep_AR_Plus`,
      TrainingParameters: { epochs: '30', likelihood: 'gaussian' },
    });
    expect(predictor.TrainingParameters).toEqual({
      context_length: '6',
      epochs: '30',
      learning_rate: '0.001',
      learning_rate_decay: '0.5',
      likelihood: 'gaussian',
      max_learning_rate_decays: '0',
      num_averaged_models: '1',
      num_cells: '40',
      num_layers: '2',
    });
  },
  PATIENCE,
);

test(
  'Prophet through the API, with holidays',
  async () => {
    const predictor = await forecastBy('prophet', {
      AlgorithmArn: `${ALGORITHM}Prophet`,
      InputDataConfig: {
        DatasetGroupArn: undefined,
        SupplementaryFeatures: [{ Name: 'holiday', Value: 'DE' }],
      },
    });
    expect(predictor).toMatchObject({ AlgorithmArn: `${ALGORITHM}Prophet`, Status: 'ACTIVE' });
  },
  PATIENCE,
);

test(
  'CNN-QR tuned through the API',
  async () => {
    const predictor = await forecastBy('tuned', {
      AlgorithmArn: `${ALGORITHM}CNN-QR`,
      PerformHPO: true,
      HPOConfig: {
        ParameterRanges: {
          IntegerParameterRanges: [{ Name: 'context_length', MinValue: 10, MaxValue: 20 }],
        },
      },
      TrainingParameters: { epochs: '20', context_length: '12' },
    });
    expect(Number(predictor.TrainingParameters?.['context_length'])).toBeGreaterThanOrEqual(10);
    expect(Number(predictor.TrainingParameters?.['context_length'])).toBeLessThanOrEqual(20);
  },
  PATIENCE,
);

test(
  'AutoML through the API takes the best of all six',
  async () => {
    const predictor = await forecastBy('best', { AlgorithmArn: undefined, PerformAutoML: true });
    expect(predictor.AutoMLAlgorithmArns).toHaveLength(6);
    const { PredictorArn } = predictor;
    const { PredictorEvaluationResults = [] } = await tests.forecast.getAccuracyMetrics({ PredictorArn });
    const losses = PredictorEvaluationResults.map(
      ({ TestWindows }) => TestWindows?.[0]?.Metrics?.AverageWeightedQuantileLoss ?? Number.NaN,
    );
    expect(losses).toHaveLength(6);
    expect(losses[0]).toBe(Math.min(...losses));
    expect(PredictorEvaluationResults[0]?.AlgorithmArn).toBe(predictor.AlgorithmArn);
  },
  PATIENCE,
);
