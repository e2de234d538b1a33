import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { BUCKET, ETS, ForecastTests, NPTS, ROLE } from './testing/forecast-tests.ts';

// The published data sets are not part of this repository; SLIPWAY_TEST_DATA names their folder.
const DATA =
  process.env['SLIPWAY_TEST_DATA'] ?? resolve(import.meta.dirname, '../../../../../../shared/data');

let runtime: TestRuntime;
let tests: ForecastTests;

beforeAll(async () => {
  if (!existsSync(DATA)) return;
  runtime = await startTestRuntime();
  tests = new ForecastTests(runtime);
  await tests.s3.createBucket({ Bucket: BUCKET });
});
afterAll(() => runtime?.[Symbol.asyncDispose]());

interface Config {
  TimestampFormat: string;
  DatasetGroup: { DatasetGroupName: string; Domain: 'CUSTOM' };
  Dataset: Record<'TTS' | 'IM', Parameters<ForecastTests['forecast']['createDataset']>[0]>;
  Predictor: Parameters<ForecastTests['forecast']['createPredictor']>[0];
  Forecast: { ForecastName: string; ForecastTypes: string[] };
}

/** Exports a forecast. @returns the lines of its files, each with a header */
async function exported(ForecastArn: string, name: string): Promise<string[]> {
  const { ForecastExportJobArn } = await tests.forecast.createForecastExportJob({
    ForecastExportJobName: name,
    ForecastArn,
    Destination: { S3Config: { Path: `s3://${BUCKET}/export/${name}`, RoleArn: ROLE } },
  });
  const { Status, Message } = await tests.settled(() =>
    tests.forecast.describeForecastExportJob({ ForecastExportJobArn }),
  );
  expect([Status, Message]).toEqual(['ACTIVE', undefined]);
  const files = await Promise.all((await tests.keys(`export/${name}/`)).map((key) => tests.text(key)));
  return files.flatMap((text) => text.trimEnd().split('\n'));
}

async function importFile(DatasetArn: string, name: string, text: string, settings: object) {
  await tests.s3.putObject({ Bucket: BUCKET, Key: `input/${name}.csv`, Body: text });
  const DatasetImportJobArn = await tests.import(DatasetArn, name, `input/${name}.csv`, settings);
  const job = await tests.forecast.describeDatasetImportJob({ DatasetImportJobArn });
  expect([job.Status, job.Message]).toEqual(['ACTIVE', undefined]);
  return job;
}

describe.skipIf(!existsSync(DATA))(`the published data (skipped where ${DATA} is absent)`, () => {
  test('the sample pipeline’s configuration and data give twelve months of twenty instruments', async () => {
    const { forecast } = tests;
    const config = JSON.parse(readFileSync(join(DATA, 'instruments/forecast-config.json'), 'utf8')) as Config;
    const folder = mkdtempSync(join(tmpdir(), 'slipway-instruments-'));
    execFileSync('python3', ['-m', 'zipfile', '-e', join(DATA, 'instruments/data.zip'), folder]);
    const datasets: string[] = [];
    for (const kind of ['TTS', 'IM'] as const) {
      const { DatasetArn = '' } = await forecast.createDataset(config.Dataset[kind]);
      const text = readFileSync(join(folder, `${kind}.csv`), 'utf8');
      const { FieldStatistics } = await importFile(DatasetArn, kind, text, {
        TimestampFormat: config.TimestampFormat,
      });
      // The header, whose names are not the schema's, is passed over.
      expect(FieldStatistics?.['item_id']?.Count).toBe(text.trimEnd().split('\n').length - 1);
      datasets.push(DatasetArn);
    }
    rmSync(folder, { recursive: true });
    const { DatasetGroupArn = '' } = await forecast.createDatasetGroup({
      ...config.DatasetGroup,
      DatasetArns: datasets,
    });
    const { TrainingParameters, ...predictor } = config.Predictor;
    for (const [AlgorithmArn, parameters] of [
      [ETS, undefined],
      [NPTS, TrainingParameters],
    ] as const) {
      const name = AlgorithmArn.slice(AlgorithmArn.lastIndexOf('/') + 1);
      const PredictorArn = await tests.predictor(name, DatasetGroupArn, {
        ...predictor,
        PredictorName: name,
        AlgorithmArn,
        TrainingParameters: parameters,
      });
      const trained = await forecast.describePredictor({ PredictorArn });
      expect([trained.Status, trained.Message]).toEqual(['ACTIVE', undefined]);
      const made = await tests.makeForecast(name, PredictorArn, {
        ForecastTypes: config.Forecast.ForecastTypes,
      });
      const lines = await exported(made, name);
      expect(lines[0]).toBe('item_id,date,p10,p50,p90');
      expect(lines).toHaveLength(1 + 20 * 12);
      expect(lines[1]).toMatch(/^\w+,2021-12-01T00:00:00Z,/);
    }
  });

  test('electronics with stores as dimension and a price as related series', async () => {
    const { forecast } = tests;
    const series = 'item_id:string, store_id:string, timestamp:timestamp';
    const targetArn = await tests.dataset('electronics', 'TARGET_TIME_SERIES', {
      Domain: 'RETAIL',
      schema: `${series}, demand:float`,
    });
    const relatedArn = await tests.dataset('electronics_prices', 'RELATED_TIME_SERIES', {
      Domain: 'RETAIL',
      schema: `${series}, price:float`,
    });
    const read = (name: string) =>
      readFileSync(join(DATA, `electronics/consumer_electronics_${name}.csv`), 'utf8');
    const format = { TimestampFormat: 'yyyy-MM-dd' };
    await importFile(targetArn, 'electronics', read('TTS'), format);
    await importFile(relatedArn, 'electronics_prices', read('RTS'), format);
    const group = await tests.group('electronics', [targetArn, relatedArn], 'RETAIL');
    const { PredictorArn = '' } = await forecast.createAutoPredictor({
      PredictorName: 'electronics',
      ForecastHorizon: 3,
      ForecastFrequency: 'M',
      ForecastDimensions: ['store_id'],
      DataConfig: { DatasetGroupArn: group },
    });
    const trained = await tests.settled(() => forecast.describeAutoPredictor({ PredictorArn }));
    expect([trained.Status, trained.Message]).toEqual(['ACTIVE', undefined]);
    const lines = await exported(await tests.makeForecast('electronics', PredictorArn), 'electronics');
    expect(lines[0]).toBe('item_id,store_id,date,p10,p50,p90');
    const keys = new Set(lines.slice(1).map((line) => line.split(',').slice(0, 2).join()));
    expect(lines).toHaveLength(1 + 3 * keys.size);
  });

  test('hourly demand: the AutoPredictor beats the seasonal naive that Amazon published', async () => {
    const { forecast } = tests;
    const DatasetArn = await tests.dataset('demand', 'TARGET_TIME_SERIES', {
      DataFrequency: 'H',
      schema: 'timestamp:timestamp, target_value:float, item_id:string',
    });
    const text = readFileSync(join(DATA, 'item-demand/item-demand-time-train.csv'), 'utf8');
    await importFile(DatasetArn, 'demand', text, { TimestampFormat: 'yyyy-MM-dd HH:mm:ss' });
    const { PredictorArn = '' } = await forecast.createAutoPredictor({
      PredictorName: 'demand',
      ForecastHorizon: 72,
      ForecastFrequency: 'H',
      DataConfig: { DatasetGroupArn: await tests.group('demand', [DatasetArn]) },
    });
    await tests.settled(() => forecast.describeAutoPredictor({ PredictorArn }));
    const { PredictorEvaluationResults: [result] = [] } = await forecast.getAccuracyMetrics({ PredictorArn });
    const [summary, window] = result?.TestWindows ?? [];
    expect(window?.TestWindowStart).toEqual(new Date('2014-10-29T00:00:00Z'));
    expect(summary?.Metrics?.ErrorMetrics?.[0]?.RMSE).toBeLessThan(10.52);
    expect(summary?.Metrics?.ErrorMetrics?.[0]?.WAPE).toBeLessThan(0.0777);
  });
});
