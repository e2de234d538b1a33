import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DeployedPipeline, expectSuccess, PipelineLab } from './pipeline-lab.ts';
import { attributes, type Config, zipOf } from './sales.ts';

// The published data sets are not part of this repository; SLIPWAY_TEST_DATA names their folder.
const DATA = process.env['SLIPWAY_TEST_DATA'] ?? resolve(import.meta.dirname, '../../../../../shared/data');

const ALGORITHM = 'arn:aws:forecast:::algorithm/';

let lab: PipelineLab;
let pipeline: DeployedPipeline;

beforeAll(async () => {
  if (!existsSync(DATA)) return;
  lab = await PipelineLab.start();
  pipeline = lab.pipelineOf();
});
afterAll(() => lab?.[Symbol.asyncDispose]());

const read = (path: string) => readFileSync(join(DATA, path));

/** Runs the pipeline. @returns the merged forecast's cells, the header first */
async function forecastOf(config: Config | string, zip: Buffer): Promise<string[][]> {
  const end = await pipeline.run(config, zip);
  expectSuccess(end);
  return await pipeline.table(`forecast/${end.name}.csv`);
}

// What is trained on real data takes its time where several share the machine.
const PATIENCE = 900_000;

/** The number of rows of each series, by its identifier. */
function periods(rows: readonly string[][], dimensions: number): Map<string, number> {
  const found = new Map<string, number>();
  for (const row of rows) {
    const key = row.slice(0, dimensions).join();
    found.set(key, (found.get(key) ?? 0) + 1);
  }
  return found;
}

describe.skipIf(!existsSync(DATA))(`the published data (skipped where ${DATA} is absent)`, () => {
  test.each(['ETS', 'NPTS'])(
    'A30 the sample’s own config and zip with %s give twelve months of twenty instruments',
    async (algorithm) => {
      const config = JSON.parse(read('instruments/forecast-config.json').toString()) as Config;
      Object.assign(config.Predictor!, {
        AlgorithmArn: ALGORITHM + algorithm,
        TrainingParameters: undefined,
      });
      const [header, ...rows] = await forecastOf(config, read('instruments/data.zip'));
      expect(header).toEqual(['item_id', 'date', 'p10', 'p50', 'p90']);
      const counts = periods(rows, 1);
      expect(counts.size).toBe(20);
      expect(new Set(counts.values())).toEqual(new Set([12]));
      expect(rows[0]?.[1]).toBe('2021-12-01T00:00:00Z');
      expect((await pipeline.forecast.listDatasets({})).Datasets).toEqual([]);
    },
    PATIENCE,
  );

  test(
    'A30 the sample as it is published, with CNN-QR, US holidays and metadata, runs to its forecast and cleans up',
    async () => {
      const [header, ...rows] = await forecastOf(
        read('instruments/forecast-config.json').toString(),
        read('instruments/data.zip'),
      );
      expect(header).toEqual(['item_id', 'date', 'p10', 'p50', 'p90']);
      const counts = periods(rows, 1);
      expect(counts.size).toBe(20);
      expect(new Set(counts.values())).toEqual(new Set([12]));
      expect(rows.every(([, , ...values]) => values.every((value) => Number(value) >= 0))).toBe(true);
      const { forecast } = pipeline;
      expect((await forecast.listPredictors({})).Predictors).toEqual([]);
      expect((await forecast.listForecasts({})).Forecasts).toEqual([]);
      expect((await forecast.listDatasetGroups({})).DatasetGroups).toEqual([]);
      expect((await forecast.listDatasets({})).Datasets).toEqual([]);
    },
    PATIENCE,
  );

  test(
    'A30 the sample’s zip with an AutoPredictor',
    async () => {
      const config = JSON.parse(read('instruments/forecast-config.json').toString()) as Config;
      const AutoPredictor = { PredictorName: 'auto', ForecastHorizon: 12, ForecastFrequency: 'M' };
      const [header, ...rows] = await forecastOf(
        { ...config, Predictor: undefined, AutoPredictor },
        read('instruments/data.zip'),
      );
      expect(header).toEqual(['item_id', 'date', 'p10', 'p50', 'p90']);
      expect(periods(rows, 1).size).toBe(20);
      expect(rows).toHaveLength(240);
    },
    PATIENCE,
  );

  test(
    'A29 A30 hourly demand',
    async () => {
      const target = {
        DatasetName: 'demand',
        Domain: 'CUSTOM',
        DatasetType: 'TARGET_TIME_SERIES',
        DataFrequency: 'H',
        Schema: attributes(['timestamp', 'timestamp'], ['target_value', 'float'], ['item_id', 'string']),
      };
      const rows = await forecastOf(
        {
          TimestampFormat: 'yyyy-MM-dd HH:mm:ss',
          DatasetGroup: { DatasetGroupName: 'demand', Domain: 'CUSTOM' },
          Dataset: { TTS: target },
          Predictor: {
            PredictorName: 'demand',
            AlgorithmArn: `${ALGORITHM}NPTS`,
            ForecastHorizon: 72,
            FeaturizationConfig: { ForecastFrequency: 'H' },
          },
          Forecast: { ForecastName: 'demand', ForecastTypes: ['0.1', 'mean'] },
          PerformDelete: true,
        },
        await zipOf({ 'TTS.csv': read('item-demand/item-demand-time-train.csv').toString() }),
      );
      expect(rows[0]).toEqual(['item_id', 'date', 'p10', 'mean']);
      expect(rows).toHaveLength(1 + 72);
      expect(rows[1]?.slice(0, 2)).toEqual(['client_12', '2014-11-01T00:00:00Z']);
    },
    PATIENCE,
  );

  test(
    'A29 A32 electronics with stores as dimension and prices as related series',
    async () => {
      const series: [string, string][] = [
        ['item_id', 'string'],
        ['store_id', 'string'],
        ['timestamp', 'timestamp'],
      ];
      const dataset = { Domain: 'RETAIL', DataFrequency: 'M' };
      const rows = await forecastOf(
        {
          TimestampFormat: 'yyyy-MM-dd',
          DatasetGroup: { DatasetGroupName: 'electronics', Domain: 'RETAIL' },
          Dataset: {
            TTS: {
              ...dataset,
              DatasetName: 'electronics',
              DatasetType: 'TARGET_TIME_SERIES',
              Schema: attributes(...series, ['demand', 'float']),
            },
            RTS: {
              ...dataset,
              DatasetName: 'prices',
              DatasetType: 'RELATED_TIME_SERIES',
              Schema: attributes(...series, ['price', 'float']),
            },
          },
          Predictor: {
            PredictorName: 'electronics',
            AlgorithmArn: `${ALGORITHM}NPTS`,
            ForecastHorizon: 3,
            FeaturizationConfig: { ForecastFrequency: 'M', ForecastDimensions: ['store_id'] },
          },
          Forecast: { ForecastName: 'electronics' },
          PerformDelete: true,
        },
        await zipOf({
          'TTS.csv': read('electronics/consumer_electronics_TTS.csv').toString(),
          'RTS.csv': read('electronics/consumer_electronics_RTS.csv').toString(),
        }),
      );
      expect(rows[0]).toEqual(['item_id', 'store_id', 'date', 'p10', 'p50', 'p90']);
      const counts = periods(rows.slice(1), 2);
      expect(counts.size).toBeGreaterThan(1);
      expect(new Set(counts.values())).toEqual(new Set([3]));
    },
    PATIENCE,
  );
});
