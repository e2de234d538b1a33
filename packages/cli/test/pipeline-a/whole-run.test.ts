import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EventWitness } from './event-witness.ts';
import { type DeployedPipeline, expectSuccess, PipelineLab, type RunEnd } from './pipeline-lab.ts';
import { configFor, FUTURE, HORIZON, IM, ITEMS, RTS, TTS } from './sales.ts';

const FORECAST = 'arn:aws:forecast:us-east-1:000000000000';
const TAGS = [{ Key: 'team', Value: 'sales' }];

const CONFIG = configFor(['RTS', 'IM'], {
  DatasetGroup: { DatasetGroupName: 'sales', Domain: 'CUSTOM', Tags: TAGS },
  Unused: 1,
});
Object.assign(CONFIG.Predictor!, {
  EvaluationParameters: { NumberOfBacktestWindows: 2, BackTestWindowOffset: 4 },
});

let lab: PipelineLab;
let pipeline: DeployedPipeline;
let events: EventWitness;
let kept: RunEnd;
let predictorArn: string;

beforeAll(async () => {
  lab = await PipelineLab.start();
  pipeline = lab.pipelineOf();
  events = await EventWitness.create(lab.runtime);
  kept = await pipeline.run(CONFIG, { 'TTS.csv': TTS, 'RTS.csv': RTS, 'IM.csv': IM });
  expectSuccess(kept);
  predictorArn = `${FORECAST}:predictor/sales_predictor_${kept.name}`;
});
afterAll(() => lab?.[Symbol.asyncDispose]());

describe('the first run, which keeps its resources', () => {
  test('A14 A15 A18 the states come in the published order, and the choice leads to skipping', async () => {
    const inBetween = /^(Check|Describe|Wait-For|Create-Dataset|Dataset-|Import-)/;
    expect((await pipeline.statesOf(kept.executionArn)).filter((name) => !inBetween.test(name))).toEqual([
      'Begin',
      'Validate-Config',
      'List-Earlier-Runs',
      'Earlier-Runs-Ended',
      'Forecast-MLOps-Preprocess',
      'Read-Input-Notes',
      'Forecast-MLOps-Create-Dataset',
      'Datasets-Fit',
      'Forecast-MLOps-Create-Dataset-Group',
      'Forecast-MLOps-Create-Dataset-Import-Job',
      'Predictor-Or-AutoPredictor',
      'Forecast-MLOps-Create-Predictor',
      'Get-Accuracy-Metrics',
      'Publish-Accuracy-Metrics',
      'Create-Predictor-Backtest-Export-Job',
      'Forecast-MLOps-Create-Forecast',
      'Create-Forecast-Export-Job',
      'Backtest-Export-Started',
      'Forecast-MLOps-Postprocess',
      'ForecastMLOpsPipelineStrategyChoice',
      'ForecastMLOpsPipelineSkipDeletion',
      'Forecast-MLOps-Report',
      'Outcome',
      'Tell-Success',
      'Succeeded',
    ]);
    expect(kept.output).toMatchObject({ uid: kept.name, config: CONFIG });
  });

  test('A19 A31 the bucket has config, uploads, inputs, exports, the forecast and the report', async () => {
    expect(await pipeline.keys()).toEqual([
      expect.stringMatching(`^backtest/${kept.name}/accuracy-metrics-values/`),
      expect.stringMatching(`^backtest/${kept.name}/forecasted-values/`),
      expect.stringMatching(`^export/${kept.name}/`),
      'forecast-config.json',
      `forecast/${kept.name}.csv`,
      'input/IM.csv',
      'input/RTS.csv',
      'input/TTS.csv',
      `notes/${kept.name}.json`,
      'raw/data.zip',
      `report/${kept.name}.html`,
    ]);
    expect(await pipeline.text('input/TTS.csv')).toBe(TTS);
  });

  test('A20 A21 A28 datasets and group have the names of the config in this account and region', async () => {
    const names = { TTS: 'sales_target', RTS: 'sales_prices', IM: 'sales_items' };
    for (const [kind, name] of Object.entries(names)) {
      const found = await pipeline.forecast.describeDataset({ DatasetArn: `${FORECAST}:dataset/${name}` });
      expect(found).toMatchObject({ ...CONFIG.Dataset[kind], Status: 'ACTIVE' });
    }
    const group = await pipeline.forecast.describeDatasetGroup({
      DatasetGroupArn: `${FORECAST}:dataset-group/sales`,
    });
    expect(group.DatasetArns).toEqual(Object.values(names).map((name) => `${FORECAST}:dataset/${name}`));
  });

  test('A22 every dataset has its import job, named by dataset and run', async () => {
    for (const [name, kind] of [
      ['sales_target', 'TTS'],
      ['sales_prices', 'RTS'],
      ['sales_items', 'IM'],
    ]) {
      const job = `${name}_${kept.name}`;
      const described = await pipeline.forecast.describeDatasetImportJob({
        DatasetImportJobArn: `${FORECAST}:dataset-import-job/${name}/${job}`,
      });
      expect(described).toMatchObject({
        DatasetImportJobName: job,
        TimestampFormat: 'yyyy-MM-dd HH:mm:ss',
        Status: 'ACTIVE',
        DataSource: {
          S3Config: {
            Path: `s3://${pipeline.bucket}/input/${kind}.csv`,
            RoleArn: expect.stringContaining(':role/'),
          },
        },
      });
    }
  });

  test('A23 A29 the predictor has all that the config says, the uid in its name, and the group', async () => {
    const described = await pipeline.forecast.describePredictor({ PredictorArn: predictorArn });
    expect(described).toMatchObject({
      ...CONFIG.Predictor,
      PredictorName: `sales_predictor_${kept.name}`,
      InputDataConfig: {
        DatasetGroupArn: `${FORECAST}:dataset-group/sales`,
        SupplementaryFeatures: [{ Name: 'holiday', Value: 'US' }],
      },
    });
  });

  test('A29 members that the pipeline does not know go to the API, and a useless key is remarked on', async () => {
    const { Tags } = await pipeline.forecast.listTagsForResource({
      ResourceArn: `${FORECAST}:dataset-group/sales`,
    });
    expect(Tags).toEqual(TAGS);
    expect(kept.output['notes']).toEqual([
      'The key Unused in forecast-config.json means nothing to this pipeline.',
    ]);
  });

  test('A24 forecast and export have the uid in their names, and the accuracy is in the output', async () => {
    const name = `sales_forecast_${kept.name}`;
    const ForecastArn = `${FORECAST}:forecast/${name}`;
    expect(await pipeline.forecast.describeForecast({ ForecastArn })).toMatchObject({
      ForecastName: name,
      ForecastTypes: ['0.1', '0.5', '0.9'],
      PredictorArn: predictorArn,
    });
    const described = await pipeline.forecast.describeForecastExportJob({
      ForecastExportJobArn: `${FORECAST}:forecast-export-job/${name}/${name}`,
    });
    expect(described.Destination?.S3Config?.Path).toBe(`s3://${pipeline.bucket}/export/${kept.name}/`);
    const stamp = expect.stringMatching(/^\d{8}T\d{6}$/);
    expect(kept.output['metrics']).toEqual({
      Algorithm: 'ETS',
      TestWindows: [
        expect.objectContaining({ EvaluationType: 'SUMMARY' }),
        expect.objectContaining({ EvaluationType: 'COMPUTED', TestWindowStart: stamp, TestWindowEnd: stamp }),
        expect.objectContaining({ EvaluationType: 'COMPUTED', TestWindowStart: stamp, TestWindowEnd: stamp }),
      ],
    });
  });

  test('A25 CloudWatch has WQL by algorithm and quantile, RMSE by algorithm, and the other measures', async () => {
    const cloudwatch = new CloudWatch(lab.runtime.clientConfig);
    const { PredictorEvaluationResults: [result] = [] } = await pipeline.forecast.getAccuracyMetrics({
      PredictorArn: predictorArn,
    });
    const measured = result?.TestWindows?.[0]?.Metrics;
    const [errors] = measured?.ErrorMetrics ?? [];
    const value = async (MetricName: string, ...more: { Name: string; Value: string }[]) => {
      const { Datapoints = [] } = await cloudwatch.getMetricStatistics({
        Namespace: 'FORECAST',
        MetricName,
        Dimensions: [{ Name: 'Algorithm', Value: 'ETS' }, ...more],
        StartTime: new Date(Date.now() - 3_600_000),
        EndTime: new Date(Date.now() + 60_000),
        Period: 86_400,
        Statistics: ['Maximum'],
      });
      expect(Datapoints.map(({ Unit }) => Unit)).toEqual(['None']);
      return Datapoints[0]?.Maximum;
    };
    expect(measured?.WeightedQuantileLosses).toHaveLength(3);
    for (const { Quantile, LossValue } of measured?.WeightedQuantileLosses ?? []) {
      expect(await value('WQL', { Name: 'Quantile', Value: String(Quantile) })).toBe(LossValue);
    }
    expect(await value('RMSE')).toBe(errors?.RMSE);
    expect(await value('WAPE')).toBe(errors?.WAPE);
    expect(await value('MASE')).toBe(errors?.MASE);
    expect(await value('MAPE')).toBe(errors?.MAPE);
    expect(await value('AverageWQL')).toBe(measured?.AverageWeightedQuantileLoss);
  });

  test('A32 the export is in parts with a header each', async () => {
    const keys = await pipeline.keys(`export/${kept.name}/`);
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      expect(key).toMatch(
        new RegExp(
          `^export/${kept.name}/sales_forecast_${kept.name}_\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\dZ_part\\d+\\.csv$`,
        ),
      );
      expect((await pipeline.table(key))[0]).toEqual(['item_id', 'date', 'p10', 'p50', 'p90']);
    }
  });

  test('A26 the merged forecast has one sorted row per item and period with its quantiles', async () => {
    const [header, ...rows] = await pipeline.table(`forecast/${kept.name}.csv`);
    expect(header).toEqual(['item_id', 'date', 'p10', 'p50', 'p90']);
    expect(rows).toHaveLength(ITEMS.length * HORIZON);
    expect(rows.map(([item, date]) => [item, date])).toEqual(
      ITEMS.flatMap((item) => FUTURE.map((date) => [item, date])),
    );
    for (const row of rows) {
      const [p10 = 0, p50 = 0, p90 = 0] = row.slice(2).map(Number);
      expect([p10 < p50, p50 < p90]).toEqual([true, true]);
    }
  });

  test('Ax7 an event tells of the success', async () => {
    expect(await events.next('Forecast Pipeline Succeeded')).toMatchObject({
      source: 'forecast-mlops-pipeline',
      detail: { uid: kept.name, bucket: pipeline.bucket, key: `forecast/${kept.name}.csv` },
    });
  });
});

describe('a second run, which deletes at its end', () => {
  let datasetMade: Date | undefined;
  let deleted: RunEnd;

  beforeAll(async () => {
    const DatasetArn = `${FORECAST}:dataset/sales_target`;
    datasetMade = (await pipeline.forecast.describeDataset({ DatasetArn })).CreationTime;
    const config = configFor([], { PerformDelete: true });
    // One forecast type, so that lists of one stay lists on their way through the state machine.
    Object.assign(config['Forecast'] as object, { ForecastTypes: ['0.50'] });
    deleted = await pipeline.run(config, { 'TTS.csv': TTS });
    expectSuccess(deleted);
  });

  test('A20 A21 Ax14 datasets are reused and the group gets those of this run', async () => {
    const history = await pipeline.history(deleted.executionArn);
    const outputs = history.flatMap(
      ({ taskSucceededEventDetails }) => taskSucceededEventDetails?.output ?? [],
    );
    const described = outputs
      .map((text) => JSON.parse(text) as Record<string, unknown>)
      .find((output) => output['DatasetName'] === 'sales_target');
    expect(new Date(String(described?.['CreationTime']))).toEqual(datasetMade);
    const states = await pipeline.statesOf(deleted.executionArn);
    expect(states).toContain('Update-Dataset-Group');
  });

  test('A18 A27 Ax15 everything of the service is gone, of the earlier run too, and only files stay', async () => {
    const states = await pipeline.statesOf(deleted.executionArn);
    expect(states).toContain('Delete-Forecast-Resource');
    expect(states).not.toContain('ForecastMLOpsPipelineSkipDeletion');
    const { forecast } = pipeline;
    expect((await forecast.listPredictors({})).Predictors).toEqual([]);
    expect((await forecast.listForecasts({})).Forecasts).toEqual([]);
    expect((await forecast.listForecastExportJobs({})).ForecastExportJobs).toEqual([]);
    const backtests = await forecast.listPredictorBacktestExportJobs({});
    expect(backtests.PredictorBacktestExportJobs).toEqual([]);
    expect((await forecast.listDatasetGroups({})).DatasetGroups).toEqual([]);
    const left = (await forecast.listDatasets({})).Datasets?.map(({ DatasetName }) => DatasetName);
    expect(left?.toSorted()).toEqual(['sales_items', 'sales_prices']);
    expect(await pipeline.keys('forecast/')).toEqual([
      `forecast/${kept.name}.csv`,
      `forecast/${deleted.name}.csv`,
    ]);
    expect((await pipeline.keys(`export/${kept.name}/`)).length).toBeGreaterThan(0);
  });

  test('A26 one forecast type is one column', async () => {
    const [header, ...rows] = await pipeline.table(`forecast/${deleted.name}.csv`);
    expect(header).toEqual(['item_id', 'date', 'p50']);
    expect(rows).toHaveLength(ITEMS.length * HORIZON);
  });
});
