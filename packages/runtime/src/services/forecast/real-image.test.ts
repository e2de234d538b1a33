import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { until } from '../../testing/until.ts';
import { attributes, BUCKET, ETS, ForecastTests, monthlyRows, NPTS, ROLE } from './testing/forecast-tests.ts';
import { runNotebook } from './testing/notebook.ts';

let runtime: TestRuntime;
let tests: ForecastTests;

beforeAll(async () => {
  runtime = await startTestRuntime();
  await runtime.environments.ensure('forecast');
  tests = new ForecastTests(runtime);
});
afterAll(() => runtime[Symbol.asyncDispose]());

interface Point {
  Timestamp: string;
  Value: number;
}
interface Window {
  EvaluationType: string;
  TestWindowStart?: string;
  TestWindowEnd?: string;
  ItemCount?: number;
  Metrics: {
    RMSE: number;
    AverageWeightedQuantileLoss: number;
    WeightedQuantileLosses: { Quantile: number; LossValue: number }[];
    ErrorMetrics: { ForecastType: string; WAPE: number }[];
  };
}
interface Notebook {
  import: { Status: string; Message?: string; FieldStatistics: Record<string, object> };
  predictors: Record<
    string,
    { description: object; metrics: { PredictorEvaluationResults: { TestWindows: Window[] }[] } }
  >;
  query: { Predictions: Record<string, Point[]> };
  files: Record<string, string>;
}

const lines = (text: string) => text.trimEnd().split('\n');

test('a notebook gets forecasts from its data by ETS, NPTS and AutoPredictor', async () => {
  const found = await runNotebook<Notebook>(runtime, {
    bucket: 'notebook',
    role: ROLE,
    rows: monthlyRows(),
    predictors: {
      ets: { AlgorithmArn: ETS },
      npts: { AlgorithmArn: NPTS, TrainingParameters: { context_length: '24' } },
      auto: {},
    },
    forecast: 'auto',
  });
  expect(found.import).toMatchObject({
    Status: 'ACTIVE',
    FieldStatistics: {
      item_id: { Count: 72, CountDistinct: 2, CountNull: 0, CountLong: 72 },
      timestamp: { Min: '2023-01-01T00:00:00Z', Max: '2025-12-01T00:00:00Z' },
      target_value: { Count: 72, CountNan: 0, Avg: expect.any(Number), Stddev: expect.any(Number) },
    },
  });
  expect(found.predictors['npts']?.description).toMatchObject({
    TrainingParameters: { context_length: '24', kernel_type: 'exponential', exp_kernel_weights: '0.01' },
    PredictorExecutionDetails: {
      PredictorExecutions: [
        {
          TestWindows: [
            { TestWindowStart: '2025-07-01T00:00:00+00:00', TestWindowEnd: '2026-01-01T00:00:00+00:00' },
          ],
        },
      ],
    },
  });
  for (const { metrics } of Object.values(found.predictors)) {
    const [{ TestWindows: windows } = { TestWindows: [] }] = metrics.PredictorEvaluationResults;
    expect(windows.map(({ EvaluationType }) => EvaluationType)).toEqual(['SUMMARY', 'COMPUTED']);
    expect(windows[1]).toMatchObject({ ItemCount: 2, TestWindowStart: '2025-07-01T00:00:00+00:00' });
    expect(windows[0]!.Metrics.WeightedQuantileLosses.map(({ Quantile }) => Quantile)).toEqual([
      0.9, 0.5, 0.1,
    ]);
    // The series are a line and a sine: any of these knows them well.
    expect(windows[0]!.Metrics.ErrorMetrics[0]).toMatchObject({ ForecastType: 'mean' });
    expect(windows[0]!.Metrics.ErrorMetrics[0]!.WAPE).toBeLessThan(0.15);
  }
  const { p10 = [], p50 = [], p90 = [] } = found.query.Predictions;
  expect(p50.map(({ Timestamp }) => Timestamp)).toEqual(
    [1, 2, 3, 4, 5, 6].map((month) => `2026-0${month}-01T00:00:00`),
  );
  for (const [index, { Value }] of p50.entries()) {
    expect(p10[index]!.Value).toBeLessThanOrEqual(Value);
    expect(p90[index]!.Value).toBeGreaterThanOrEqual(Value);
  }
  const files = Object.entries(found.files);
  const [, forecast = ''] =
    files.find(([key]) => /^export\/notebook_export_[\dTZ-]+_part0\.csv$/.test(key)) ?? [];
  expect(lines(forecast)[0]).toBe('item_id,date,p10,p50,p90');
  expect(lines(forecast)).toHaveLength(1 + 2 * 6);
  expect(lines(forecast)[1]).toBe(
    `item_1,2026-01-01T00:00:00Z,${[p10, p50, p90].map(([first]) => first!.Value).join(',')}`,
  );
  const [, values = ''] = files.find(([key]) => key.startsWith('export/forecasted-values/')) ?? [];
  expect(lines(values)[0]).toBe(
    'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,p10,p50,p90',
  );
  const [, accuracy = ''] = files.find(([key]) => key.startsWith('export/accuracy-metrics-values/')) ?? [];
  expect(lines(accuracy)[0]).toContain(
    'item_id,backtest_window,backtestwindow_start_time,backtestwindow_end_time,wQL[0.1]',
  );
  expect(found).toMatchObject({ listed: ['auto', 'npts', 'ets'], left: [] });
});

test("a bad row fails the import with the file, line, column and value in the resource's Message", async () => {
  await tests.upload({ 'bad/TTS.csv': monthlyRows().replace(',item_1,', ',item_1,x') });
  const arn = await tests.import(await tests.dataset('bad'), 'bad', 'bad/TTS.csv');
  const { Status, Message } = await tests.forecast.describeDatasetImportJob({ DatasetImportJobArn: arn });
  expect(Status).toBe('CREATE_FAILED');
  expect(Message).toContain(`s3://${BUCKET}/bad/TTS.csv`);
  expect(Message).toMatch(/line 1\b/);
  expect(Message).toContain('target_value');
});

test('a horizon that the data does not allow fails the predictor in words', async () => {
  await tests.upload({ 'tts.csv': monthlyRows() });
  const { group } = await tests.readyGroup('short');
  const arn = await tests.predictor('short', group, { ForecastHorizon: 36 });
  const { Status, Message } = await tests.forecast.describePredictor({ PredictorArn: arn });
  expect(Status).toBe('CREATE_FAILED');
  expect(Message).toContain('36');
  expect(Message).not.toContain('fault of Slipway');
});

/** Sales of two items in two stores, with a price that is known ahead. */
function storeData() {
  const target: string[] = [];
  const related: string[] = [];
  for (const item of ['a', 'b']) {
    for (const store of ['north', 'south']) {
      for (let month = 0; month < 40; month++) {
        const time = new Date(Date.UTC(2023, month, 1)).toISOString().slice(0, 10);
        const price = 10 + (month % 5);
        related.push(`${item},${store},${time},${price},${month % 2 ? 'yes' : 'no'}`);
        if (month < 36) target.push(`${item},${store},${time},${200 - 10 * price + month}`);
      }
    }
  }
  return {
    target: `${target.join('\n')}\n`,
    related: `${related.join('\n')}\n`,
    metadata: 'a,red\nb,blue\n',
  };
}

test('dimensions, related series, metadata, increments and chosen series reach the image and come back', async () => {
  const { forecast, query } = tests;
  const { target, related, metadata } = storeData();
  const rows = lines(target);
  const isLate = (row: string) => row.includes(',2025-1');
  await tests.upload({
    'stores/early.csv': `${rows.filter((row) => !isLate(row)).join('\n')}\n`,
    'stores/late.csv': `${rows.filter(isLate).join('\n')}\n`,
    'stores/related.csv': related,
    'stores/metadata.csv': metadata,
    'stores/chosen.csv': 'a,north\nb,south\n',
  });
  const RTS = 'item_id:string, store:string, timestamp:timestamp, price:float, promoted:string';
  const targetArn = await tests.dataset('stores_target', 'TARGET_TIME_SERIES', {
    schema: 'item_id:string, store:string, timestamp:timestamp, target_value:float',
  });
  const relatedArn = await tests.dataset('stores_related', 'RELATED_TIME_SERIES', { schema: RTS });
  const metadataArn = await tests.dataset('stores_metadata', 'ITEM_METADATA', {
    schema: 'item_id:string, colour:string',
  });
  const group = await tests.group('stores', [targetArn, relatedArn, metadataArn]);
  const dates = { TimestampFormat: 'yyyy-MM-dd' };
  const imports = [
    await tests.import(targetArn, 'early', 'stores/early.csv', dates),
    await tests.import(targetArn, 'late', 'stores/late.csv', { ...dates, ImportMode: 'INCREMENTAL' }),
    await tests.import(relatedArn, 'related', 'stores/related.csv', dates),
    await tests.import(metadataArn, 'metadata', 'stores/metadata.csv', dates),
  ];
  for (const DatasetImportJobArn of imports) {
    const { Status, Message } = await forecast.describeDatasetImportJob({ DatasetImportJobArn });
    expect([Status, Message]).toEqual(['ACTIVE', undefined]);
  }
  const { PredictorArn = '' } = await forecast.createAutoPredictor({
    PredictorName: 'stores',
    ForecastHorizon: 4,
    ForecastFrequency: 'M',
    ForecastDimensions: ['store'],
    ForecastTypes: ['0.05', 'mean'],
    DataConfig: {
      DatasetGroupArn: group,
      AdditionalDatasets: [{ Name: 'holiday', Configuration: { CountryCode: ['US'] } }],
    },
  });
  const predictor = await tests.settled(() => forecast.describeAutoPredictor({ PredictorArn }));
  expect([predictor.Status, predictor.Message]).toEqual(['ACTIVE', undefined]);
  expect(predictor.DatasetImportJobArns).toEqual(imports);
  const ForecastArn = await tests.makeForecast('stores', PredictorArn, {
    TimeSeriesSelector: {
      TimeSeriesIdentifiers: {
        DataSource: { S3Config: { Path: `s3://${BUCKET}/stores/chosen.csv`, RoleArn: ROLE } },
        Schema: { Attributes: attributes('item_id:string, store:string') },
      },
    },
  });
  const made = await forecast.describeForecast({ ForecastArn });
  expect([made.Status, made.Message]).toEqual(['ACTIVE', undefined]);
  const { Forecast } = await query.queryForecast({ ForecastArn, Filters: { item_id: 'a', store: 'north' } });
  expect(Object.keys(Forecast?.Predictions ?? {}).toSorted()).toEqual(['mean', 'p5']);
  expect(Forecast?.Predictions?.['mean']?.map(({ Timestamp }) => Timestamp)).toEqual(
    [1, 2, 3, 4].map((month) => `2026-0${month}-01T00:00:00`),
  );
  await expect(
    query.queryForecast({ ForecastArn, Filters: { item_id: 'a', store: 'south' } }),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(query.queryForecast({ ForecastArn, Filters: { item_id: 'a' } })).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: expect.stringContaining('missing: [store]'),
  });
});

test('training goes on over a restart of the runtime in its middle', async () => {
  const stateFolder = mkdtempSync(join(tmpdir(), 'slipway-'));
  let trains = false;
  const first = await startTestRuntime(
    { stateFolder },
    {
      listener: (event) => {
        trains ||= event.type === 'job.progress' && event.kind === 'forecast-train' && event.label !== 'load';
      },
    },
  );
  const before = new ForecastTests(first);
  await before.upload({ 'tts.csv': monthlyRows() });
  const { group } = await before.readyGroup('restart');
  const { PredictorArn = '' } = await before.forecast.createAutoPredictor({
    PredictorName: 'restart',
    ForecastHorizon: 6,
    ForecastFrequency: 'M',
    DataConfig: { DatasetGroupArn: group },
  });
  await until(() => trains || undefined);
  await first.stop('keep');
  const second = await startTestRuntime({ stateFolder });
  const after = new ForecastTests(second);
  const { Status, Message } = await after.settled(() =>
    after.forecast.describeAutoPredictor({ PredictorArn }),
  );
  expect([Status, Message]).toEqual(['ACTIVE', undefined]);
  const { PredictorEvaluationResults } = await after.forecast.getAccuracyMetrics({ PredictorArn });
  expect(PredictorEvaluationResults).toHaveLength(1);
  await second.stop('end');
  rmSync(stateFolder, { recursive: true });
});
