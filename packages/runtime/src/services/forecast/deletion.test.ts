import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { BUCKET, ForecastTests, monthlyRows, ROLE } from './testing/forecast-tests.ts';
import { StandInImages } from './testing/stand-in-image.ts';

let images: StandInImages;
let runtime: TestRuntime;
let tests: ForecastTests;

beforeAll(async () => {
  images = new StandInImages();
  runtime = await startTestRuntime({ imagesFolder: images.folder });
  tests = new ForecastTests(runtime);
  await tests.upload({ 'tts.csv': monthlyRows() });
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  images[Symbol.dispose]();
});

/** Folders of files of resources whose name begins so. */
function filesOf(name: string): string[] {
  const root = join(runtime.config.stateFolder, 'forecast');
  if (!existsSync(root)) return [];
  return readdirSync(root).flatMap((kind) =>
    readdirSync(join(root, kind)).filter((folder) => folder.startsWith(name)),
  );
}

/** Folders of jobs of resources whose name begins so. */
function jobsOf(name: string): string[] {
  const root = join(runtime.config.stateFolder, 'jobs');
  return readdirSync(root).flatMap((kind) =>
    readdirSync(join(root, kind)).filter((folder) => folder.startsWith(name)),
  );
}

/** A group with predictor, forecast and exports, all of one name. */
async function everything(name: string) {
  const { forecast } = tests;
  const { group, target, import: job } = await tests.readyGroup(name);
  const predictor = await tests.predictor(name, group);
  const made = await tests.makeForecast(name, predictor);
  const Destination = { S3Config: { Path: `s3://${BUCKET}/${name}/`, RoleArn: ROLE } };
  const { ForecastExportJobArn = '' } = await forecast.createForecastExportJob({
    ForecastExportJobName: name,
    ForecastArn: made,
    Destination,
  });
  const { PredictorBacktestExportJobArn = '' } = await forecast.createPredictorBacktestExportJob({
    PredictorBacktestExportJobName: name,
    PredictorArn: predictor,
    Destination,
  });
  await tests.settled(() => forecast.describeForecastExportJob({ ForecastExportJobArn }));
  await tests.settled(() => forecast.describePredictorBacktestExportJob({ PredictorBacktestExportJobArn }));
  return {
    group,
    target,
    job,
    predictor,
    forecast: made,
    ForecastExportJobArn,
    PredictorBacktestExportJobArn,
  };
}

test('what others were made from cannot be deleted; its leaves can, and so on up', async () => {
  const { forecast } = tests;
  const all = await everything('upwards');
  const inUse = { name: 'ResourceInUseException' };
  await expect(forecast.deleteForecast({ ForecastArn: all.forecast })).rejects.toMatchObject({
    ...inUse,
    message: expect.stringContaining(
      `such as ${all.ForecastExportJobArn}. Delete them first, or use DeleteResourceTree.`,
    ),
  });
  await expect(forecast.deletePredictor({ PredictorArn: all.predictor })).rejects.toMatchObject(inUse);
  await expect(forecast.deleteDatasetGroup({ DatasetGroupArn: all.group })).rejects.toMatchObject(inUse);
  await expect(forecast.deleteDataset({ DatasetArn: all.target })).rejects.toMatchObject(inUse);

  const { ForecastExportJobArn, PredictorBacktestExportJobArn } = all;
  await forecast.deleteForecastExportJob({ ForecastExportJobArn });
  await tests.gone(() => forecast.describeForecastExportJob({ ForecastExportJobArn }));
  await forecast.deleteForecast({ ForecastArn: all.forecast });
  await tests.gone(() => forecast.describeForecast({ ForecastArn: all.forecast }));
  await forecast.deletePredictorBacktestExportJob({ PredictorBacktestExportJobArn });
  await tests.gone(() => forecast.describePredictorBacktestExportJob({ PredictorBacktestExportJobArn }));
  await forecast.deletePredictor({ PredictorArn: all.predictor });
  await tests.gone(() => forecast.describePredictor({ PredictorArn: all.predictor }));
  await forecast.deleteDatasetImportJob({ DatasetImportJobArn: all.job });
  await tests.gone(() => forecast.describeDatasetImportJob({ DatasetImportJobArn: all.job }));
  // The group is left alone, with an ARN that leads nowhere.
  await forecast.deleteDataset({ DatasetArn: all.target });
  await tests.gone(() => forecast.describeDataset({ DatasetArn: all.target }));
  const group = await forecast.describeDatasetGroup({ DatasetGroupArn: all.group });
  expect(group.DatasetArns).toEqual([all.target]);
  await forecast.deleteDatasetGroup({ DatasetGroupArn: all.group });
  await tests.gone(() => forecast.describeDatasetGroup({ DatasetGroupArn: all.group }));
  expect(filesOf('upwards')).toEqual([]);
  expect(jobsOf('upwards')).toEqual([]);
  expect(await tests.keys('upwards/')).toHaveLength(3);
});

test("a group's tree goes without its datasets, a dataset's with its imports; the names are free then", async () => {
  const { forecast } = tests;
  const all = await everything('tree');
  await forecast.deleteResourceTree({ ResourceArn: all.group });
  await tests.gone(() => forecast.describeDatasetGroup({ DatasetGroupArn: all.group }));
  await expect(forecast.describePredictor({ PredictorArn: all.predictor })).rejects.toThrow(
    'No resource found',
  );
  await expect(forecast.describeForecast({ ForecastArn: all.forecast })).rejects.toThrow('No resource found');
  expect((await forecast.describeDatasetImportJob({ DatasetImportJobArn: all.job })).Status).toBe('ACTIVE');
  expect(filesOf('tree')).toHaveLength(1);
  await forecast.deleteResourceTree({ ResourceArn: all.target });
  await tests.gone(() => forecast.describeDataset({ DatasetArn: all.target }));
  expect(filesOf('tree')).toEqual([]);
  await everything('tree');
});

test('deleting what is being deleted changes nothing, and ends in ResourceNotFound', async () => {
  const { forecast } = tests;
  const DatasetArn = await tests.dataset('again');
  const [first, second] = await Promise.all([
    forecast.deleteDataset({ DatasetArn }),
    forecast.deleteDataset({ DatasetArn }),
  ]);
  expect(first.$metadata.httpStatusCode).toBe(200);
  expect(second.$metadata.httpStatusCode).toBe(200);
  await tests.gone(() => forecast.deleteDataset({ DatasetArn }));
});

test('what is under way is not deleted, with or without its tree', async () => {
  const { forecast } = tests;
  const { group } = await tests.readyGroup('busy');
  const goOn = images.hold('train');
  const PredictorArn = await tests.startPredictor('busy', group);
  const describe = () => forecast.describePredictor({ PredictorArn });
  await tests.until(describe, ({ Status }) => Status === 'CREATE_IN_PROGRESS');
  const refused = {
    name: 'ResourceInUseException',
    message: expect.stringContaining(
      'has the status CREATE_IN_PROGRESS; it can be deleted when that is over',
    ),
  };
  await expect(forecast.deletePredictor({ PredictorArn })).rejects.toMatchObject(refused);
  await expect(forecast.deleteResourceTree({ ResourceArn: group })).rejects.toMatchObject(refused);
  goOn();
  await tests.settled(describe);
  await forecast.deleteResourceTree({ ResourceArn: PredictorArn });
  await tests.gone(describe);
});

test('what failed or was stopped can be deleted', async () => {
  const { forecast } = tests;
  const DatasetArn = await tests.dataset('failures');
  const DatasetImportJobArn = await tests.import(DatasetArn, 'failed', 'missing.csv');
  await forecast.deleteDatasetImportJob({ DatasetImportJobArn });
  await tests.gone(() => forecast.describeDatasetImportJob({ DatasetImportJobArn }));
  expect((await forecast.describeDataset({ DatasetArn })).Status).toBe('ACTIVE');
});

test('there is nothing to delete where there is nothing', async () => {
  const ResourceArn = 'arn:aws:forecast:us-east-1:000000000000:dataset/missing';
  const missing = { name: 'ResourceNotFoundException', message: `No resource found ${ResourceArn}` };
  await expect(tests.forecast.deleteResourceTree({ ResourceArn })).rejects.toMatchObject(missing);
  await expect(tests.forecast.deleteDataset({ DatasetArn: ResourceArn })).rejects.toMatchObject(missing);
});
