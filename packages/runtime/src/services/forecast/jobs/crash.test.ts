import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestRuntime } from '../../../testing/test-runtime.ts';
import { BUCKET, ForecastTests, monthlyRows, ROLE } from '../testing/forecast-tests.ts';
import { RuntimeProcess } from '../testing/runtime-process.ts';
import { StandInImages } from '../testing/stand-in-image.ts';

let images: StandInImages;
let stateFolder: string;

beforeAll(() => {
  images = new StandInImages();
});
afterAll(() => images[Symbol.dispose]());
beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), 'slipway-'));
});
afterEach(() => rmSync(stateFolder, { recursive: true, force: true }));

/** The life after the last crash. */
async function life() {
  const runtime = await startTestRuntime({ stateFolder, imagesFolder: images.folder });
  return { tests: new ForecastTests(runtime), [Symbol.asyncDispose]: () => runtime.stop('end') };
}

test('a runtime killed during an import goes on with it; what was running runs once', async () => {
  const first = (await RuntimeProcess.start(stateFolder, images.folder))!;
  const { tests } = first;
  await tests.upload({ 'tts.csv': monthlyRows() });
  const DatasetArn = await tests.dataset('crash');
  const goOn = images.hold('import');
  const DatasetImportJobArn = await tests.startImport(DatasetArn, 'crash');
  await tests.until(
    () => tests.forecast.describeDatasetImportJob({ DatasetImportJobArn }),
    ({ Status }) => Status === 'CREATE_IN_PROGRESS',
  );
  await first.kill();
  goOn();
  await using second = await life();
  const describe = () => second.tests.forecast.describeDatasetImportJob({ DatasetImportJobArn });
  expect(await second.tests.settled(describe)).toMatchObject({
    Status: 'ACTIVE',
    FieldStatistics: expect.anything(),
  });
  expect(readdirSync(join(stateFolder, 'jobs', 'forecast-import'))).toHaveLength(1);
  expect(readdirSync(join(stateFolder, 'forecast', 'dataset-import-jobs'))).toHaveLength(1);
});

test('a runtime killed during an export goes on with it; its files are there once', async () => {
  const first = (await RuntimeProcess.start(stateFolder, images.folder))!;
  const { tests } = first;
  await tests.upload({ 'tts.csv': monthlyRows() });
  const { group } = await tests.readyGroup('crash');
  const ForecastArn = await tests.makeForecast('crash', await tests.predictor('crash', group));
  const goOn = images.hold('export');
  const { ForecastExportJobArn } = await tests.forecast.createForecastExportJob({
    ForecastExportJobName: 'crash',
    ForecastArn,
    Destination: { S3Config: { Path: `s3://${BUCKET}/crash/`, RoleArn: ROLE } },
  });
  await tests.until(
    () => tests.forecast.describeForecastExportJob({ ForecastExportJobArn }),
    ({ Status }) => Status === 'CREATE_IN_PROGRESS',
  );
  await first.kill();
  goOn();
  await using second = await life();
  const describe = () => second.tests.forecast.describeForecastExportJob({ ForecastExportJobArn });
  expect((await second.tests.settled(describe)).Status).toBe('ACTIVE');
  expect(await second.tests.keys('crash/')).toHaveLength(1);
});

/** What a client does that goes on with what is there: it describes, and creates what it does not find. */
async function wholeFlow(tests: ForecastTests): Promise<string> {
  const { forecast } = tests;
  const arn = (rest: string) => `arn:aws:forecast:us-east-1:000000000000:${rest}`;
  const ensure = async <T extends { Status?: string | undefined }>(
    describe: () => Promise<T>,
    create: () => Promise<unknown>,
  ) => {
    await describe().catch(async (error: Error) => {
      if (!/NotFound|NoSuch/.test(error.name)) throw error;
      await create();
    });
    return await tests.settled(describe);
  };
  const DatasetArn = arn('dataset/flow');
  const DatasetGroupArn = arn('dataset-group/flow');
  const DatasetImportJobArn = arn('dataset-import-job/flow/flow');
  const PredictorArn = arn('predictor/flow');
  const ForecastArn = arn('forecast/flow');
  const ForecastExportJobArn = arn('forecast-export-job/flow/flow');
  const Destination = { S3Config: { Path: `s3://${BUCKET}/flow/`, RoleArn: ROLE } };
  await ensure(
    async () => ({ Status: await tests.text('tts.csv') }),
    () => tests.upload({ 'tts.csv': monthlyRows() }),
  );
  await ensure(
    () => forecast.describeDataset({ DatasetArn }),
    () => tests.dataset('flow'),
  );
  await ensure(
    () => forecast.describeDatasetGroup({ DatasetGroupArn }),
    () => tests.group('flow', [DatasetArn]),
  );
  await ensure(
    () => forecast.describeDatasetImportJob({ DatasetImportJobArn }),
    () => tests.startImport(DatasetArn, 'flow'),
  );
  await ensure(
    () => forecast.describePredictor({ PredictorArn }),
    () => tests.startPredictor('flow', DatasetGroupArn),
  );
  await ensure(
    () => forecast.describeForecast({ ForecastArn }),
    () => forecast.createForecast({ ForecastName: 'flow', PredictorArn }),
  );
  const { Status = '' } = await ensure(
    () => forecast.describeForecastExportJob({ ForecastExportJobArn }),
    () => forecast.createForecastExportJob({ ForecastExportJobName: 'flow', ForecastArn, Destination }),
  );
  return Status;
}

test.each(['before', 'after'] as const)(
  'a runtime that is killed again and again, %s a commit, comes to the same end',
  async (moment) => {
    let lives = 0;
    let status: string | undefined;
    for (; status === undefined; lives++) {
      expect(lives).toBeLessThan(40);
      // Some commits belong to the start; each life gets a little further than that.
      const process = await RuntimeProcess.start(stateFolder, images.folder, {
        at: 'commit',
        commit: 8 + (lives % 3),
        moment,
      });
      if (!process) continue;
      const died = process.ended.then(() => undefined);
      status = await Promise.race([died, wholeFlow(process.tests).catch(() => died)]);
      await process.kill();
    }
    expect(lives).toBeGreaterThan(3);
    await using last = await life();
    expect(status).toBe('ACTIVE');
    const keys = await last.tests.keys('flow/');
    expect(keys).toEqual([expect.stringMatching(/^flow\/flow_[\dTZ-]+_part0\.csv$/)]);
    expect(await last.tests.text(keys[0]!)).toBe('item_1,item_2');
    for (const kind of ['dataset-import-jobs', 'predictors', 'forecasts']) {
      expect(readdirSync(join(stateFolder, 'forecast', kind))).toHaveLength(1);
    }
  },
  400_000,
);
