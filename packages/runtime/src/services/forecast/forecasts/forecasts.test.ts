import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { attributes, BUCKET, ForecastTests, monthlyRows, ROLE } from '../testing/forecast-tests.ts';
import { StandInImages } from '../testing/stand-in-image.ts';

let images: StandInImages;
let runtime: TestRuntime;
let tests: ForecastTests;
let group: string;
let target: string;
let legacy: string;
let auto: string;
let ready: string;

const PREFIX = 'arn:aws:forecast:us-east-1:000000000000';

beforeAll(async () => {
  images = new StandInImages();
  runtime = await startTestRuntime({ imagesFolder: images.folder });
  tests = new ForecastTests(runtime);
  await tests.upload({ 'tts.csv': monthlyRows(), 'chosen.csv': 'item_2\n' });
  ({ group, target } = await tests.readyGroup('sales'));
  legacy = await tests.predictor('legacy', group, { ForecastTypes: ['0.2', 'mean'] });
  const { PredictorArn = '' } = await tests.forecast.createAutoPredictor({
    PredictorName: 'auto',
    ForecastHorizon: 2,
    ForecastFrequency: 'M',
    DataConfig: { DatasetGroupArn: group },
  });
  await tests.settled(() => tests.forecast.describeAutoPredictor({ PredictorArn }));
  auto = PredictorArn;
  ready = await tests.makeForecast('ready', legacy, { ForecastTypes: ['0.10', '0.50', '0.90', 'mean'] });
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  images[Symbol.dispose]();
});

const describe = (ForecastArn: string) => tests.forecast.describeForecast({ ForecastArn });
const selector = (schema: string, key = 'chosen.csv') => ({
  TimeSeriesIdentifiers: {
    DataSource: { S3Config: { Path: `s3://${BUCKET}/${key}`, RoleArn: ROLE } },
    Schema: { Attributes: attributes(schema) },
    Format: 'CSV',
  },
});

test('a forecast has the types that were asked for, or else those of its predictor', async () => {
  expect(ready).toBe(`${PREFIX}:forecast/ready`);
  expect(await describe(ready)).toMatchObject({
    ForecastName: 'ready',
    ForecastTypes: ['0.1', '0.5', '0.9', 'mean'],
    PredictorArn: legacy,
    DatasetGroupArn: group,
    Status: 'ACTIVE',
  });
  const plain = await tests.makeForecast('plain', legacy);
  expect((await describe(plain)).ForecastTypes).toEqual(['0.2', 'mean']);
  await expect(tests.makeForecast('plain', legacy)).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
    message: `A forecast already exists with the arn: ${plain}`,
  });
});

test('a forecast is computed from the data that is the latest when it is created', async () => {
  await tests.import(target, 'later');
  const arn = await tests.makeForecast('latest', legacy);
  expect((await describe(arn)).Status).toBe('ACTIVE');
  const { DatasetImportJobArns } = await tests.forecast.describePredictor({ PredictorArn: legacy });
  expect(DatasetImportJobArns).toEqual([`${PREFIX}:dataset-import-job/sales_target/first`]);
  await tests.forecast.deleteDatasetImportJob({ DatasetImportJobArn: DatasetImportJobArns![0] });
  expect((await describe(await tests.makeForecast('latest2', legacy))).Status).toBe('ACTIVE');
});

test('an AutoPredictor can forecast chosen series only', async () => {
  const TimeSeriesSelector = selector('item_id:string');
  const arn = await tests.makeForecast('chosen', auto, { TimeSeriesSelector });
  expect(await describe(arn)).toMatchObject({ Status: 'ACTIVE', TimeSeriesSelector });
  const query = (item_id: string) => tests.query.queryForecast({ ForecastArn: arn, Filters: { item_id } });
  expect((await query('item_2')).Forecast?.Predictions?.['p50']).toHaveLength(2);
  await expect(query('item_1')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  const unread = await tests.makeForecast('unread', auto, {
    TimeSeriesSelector: selector('item_id:string', 'missing.csv'),
  });
  expect(await describe(unread)).toMatchObject({
    Status: 'CREATE_FAILED',
    Message: expect.stringContaining(`Unable to read data from s3://${BUCKET}/missing.csv`),
  });
});

test.each<[string, () => object, string]>([
  ['six types', () => ({ ForecastTypes: ['.1', '.2', '.3', '.4', '.5', '.6'] }), 'at most 5 values'],
  [
    'chosen series of CreatePredictor',
    () => ({ PredictorArn: legacy, TimeSeriesSelector: selector('item_id:string') }),
    'created with CreateAutoPredictor only',
  ],
  [
    'chosen series without a file',
    () => ({ TimeSeriesSelector: { TimeSeriesIdentifiers: {} } }),
    'needs a DataSource and a Schema',
  ],
  [
    'chosen series by a wrong schema',
    () => ({ TimeSeriesSelector: selector('item_id:string, store:string') }),
    'needs the attributes item_id and no others, not item_id, store',
  ],
])('CreateForecast refuses %s', async (_, settings, message) => {
  await expect(
    tests.forecast.createForecast({ ForecastName: 'refused', PredictorArn: auto, ...settings() }),
  ).rejects.toMatchObject({ name: 'InvalidInputException', message: expect.stringContaining(message) });
});

test('what a forecast is made from has to be there', async () => {
  const PredictorArn = `${PREFIX}:predictor/missing`;
  await expect(tests.forecast.createForecast({ ForecastName: 'x', PredictorArn })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `No resource found ${PredictorArn}`,
  });
  await expect(
    tests.forecast.createForecast({ ForecastName: 'x', PredictorArn: group }),
  ).rejects.toMatchObject({ name: 'InvalidInputException' });
});

test('a query answers all times of a series, or those between two, both included', async () => {
  const all = await tests.query.queryForecast({ ForecastArn: ready, Filters: { item_id: 'item_2' } });
  expect(all.Forecast?.Predictions).toEqual({
    p10: [
      { Timestamp: '2026-01-01T00:00:00', Value: 10 },
      { Timestamp: '2026-02-01T00:00:00', Value: 11 },
    ],
    p50: [
      { Timestamp: '2026-01-01T00:00:00', Value: 10.1 },
      { Timestamp: '2026-02-01T00:00:00', Value: 11.1 },
    ],
    p90: [
      { Timestamp: '2026-01-01T00:00:00', Value: 10.2 },
      { Timestamp: '2026-02-01T00:00:00', Value: 11.2 },
    ],
    mean: [
      { Timestamp: '2026-01-01T00:00:00', Value: 10.3 },
      { Timestamp: '2026-02-01T00:00:00', Value: 11.3 },
    ],
  });
  const part = await tests.query.queryForecast({
    ForecastArn: ready,
    Filters: { item_id: 'item_1' },
    StartDate: '2026-02-01T00:00:00Z',
    EndDate: '2026-02-01T00:00:00',
  });
  expect(part.Forecast?.Predictions?.['p10']).toEqual([{ Timestamp: '2026-02-01T00:00:00', Value: 1 }]);
});

const JANUARY = '2026-01-01T00:00:00';
const FEBRUARY = '2026-02-01T00:00:00';

test.each<[string, object, string, string]>([
  [
    'an item that is not there',
    { Filters: { item_id: 'item_9' } },
    'ResourceNotFoundException',
    'No forecast found for item_id = item_9',
  ],
  [
    'no item',
    { Filters: { store: '1' } },
    'InvalidInputException',
    'Filters has to have a value for each of [item_id] and for nothing else; missing: [item_id]; unknown: [store]',
  ],
  [
    'an unknown attribute',
    { Filters: { item_id: 'item_1', store: '1' } },
    'InvalidInputException',
    'unknown: [store]',
  ],
  [
    'a start before the forecast',
    { StartDate: '2025-12-01T00:00:00' },
    'InvalidInputException',
    `StartDate 2025-12-01T00:00:00 is outside the forecast, which is from ${JANUARY} to ${FEBRUARY}`,
  ],
  [
    'an end after the forecast',
    { EndDate: '2026-03-01T00:00:00' },
    'InvalidInputException',
    'EndDate 2026-03-01T00:00:00 is outside the forecast',
  ],
  [
    'an end before the start',
    { StartDate: FEBRUARY, EndDate: JANUARY },
    'InvalidInputException',
    `EndDate ${JANUARY} is before StartDate ${FEBRUARY}`,
  ],
  [
    'a time in another form',
    { StartDate: '2026-01-01' },
    'InvalidInputException',
    'It has to have the form yyyy-MM-ddTHH:mm:ss',
  ],
  [
    'a time that is none',
    { StartDate: '2026-13-01T00:00:00' },
    'InvalidInputException',
    'StartDate 2026-13-01T00:00:00 is not valid',
  ],
  ['a token', { NextToken: 'x' }, 'InvalidNextTokenException', 'The NextToken is not valid'],
  [
    'a forecast that is not there',
    { ForecastArn: `${PREFIX}:forecast/missing` },
    'ResourceNotFoundException',
    `No resource found ${PREFIX}:forecast/missing`,
  ],
])('a query is refused for %s', async (_, settings, name, message) => {
  await expect(
    tests.query.queryForecast({ ForecastArn: ready, Filters: { item_id: 'item_1' }, ...settings }),
  ).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
});

test('a forecast can be queried only when it is ACTIVE', async () => {
  images.order({ forecast: { code: 10, message: 'no' } });
  const ForecastArn = await tests.makeForecast('failed', legacy);
  images.order({});
  await expect(
    tests.query.queryForecast({ ForecastArn, Filters: { item_id: 'item_1' } }),
  ).rejects.toMatchObject({ name: 'ResourceInUseException' });
});

test('forecasts are listed by group, predictor and status', async () => {
  const list = async (...filters: [string, string][]) => {
    const Filters = filters.map(([Key, Value]) => ({ Key, Value, Condition: 'IS' as const }));
    const { Forecasts = [] } = await tests.forecast.listForecasts({ Filters });
    return Forecasts;
  };
  expect(await list(['PredictorArn', auto], ['Status', 'ACTIVE'])).toMatchObject([
    { ForecastName: 'chosen', CreatedUsingAutoPredictor: true, DatasetGroupArn: group, PredictorArn: auto },
  ]);
  expect((await list(['DatasetGroupArn', group])).length).toBeGreaterThan(3);
  expect(await list(['DatasetGroupArn', 'arn:other'])).toEqual([]);
});

const destination = (Path: string) => ({ S3Config: { Path, RoleArn: ROLE } });

test('an export writes its files directly under the path, slash or not', async () => {
  for (const [name, path] of [
    ['with', 'exports/with/'],
    ['without', 'exports/without'],
  ] as const) {
    const { ForecastExportJobArn } = await tests.forecast.createForecastExportJob({
      ForecastExportJobName: name,
      ForecastArn: ready,
      Destination: destination(`s3://${BUCKET}/${path}`),
    });
    expect(ForecastExportJobArn).toBe(`${PREFIX}:forecast-export-job/ready/${name}`);
    const described = await tests.settled(() =>
      tests.forecast.describeForecastExportJob({ ForecastExportJobArn }),
    );
    expect(described).toMatchObject({
      ForecastExportJobName: name,
      ForecastArn: ready,
      Destination: destination(`s3://${BUCKET}/${path}`),
      Status: 'ACTIVE',
      Format: 'CSV',
    });
    const time = described.CreationTime!.toISOString().slice(0, 19).replaceAll(':', '-');
    const key = `exports/${name}/${name}_${time}Z_part0.csv`;
    expect(await tests.keys(`exports/${name}`)).toEqual([key]);
    expect(await tests.text(key)).toBe('item_1,item_2');
  }
  const Filters = [{ Key: 'ForecastArn', Value: ready, Condition: 'IS' as const }];
  const { ForecastExportJobs = [] } = await tests.forecast.listForecastExportJobs({ Filters });
  expect(ForecastExportJobs.map(({ ForecastExportJobName }) => ForecastExportJobName)).toEqual([
    'without',
    'with',
  ]);
});

test('backtests are exported into two folders, as Parquet if wanted', async () => {
  const { PredictorBacktestExportJobArn: arn } = await tests.forecast.createPredictorBacktestExportJob({
    PredictorBacktestExportJobName: 'backtests',
    PredictorArn: auto,
    Destination: destination(`s3://${BUCKET}/backtests`),
    Format: 'PARQUET',
  });
  expect(arn).toBe(`${PREFIX}:predictor-backtest-export-job/auto/backtests`);
  const describeJob = () =>
    tests.forecast.describePredictorBacktestExportJob({ PredictorBacktestExportJobArn: arn });
  expect(await tests.settled(describeJob)).toMatchObject({
    PredictorArn: auto,
    Status: 'ACTIVE',
    Format: 'PARQUET',
  });
  expect(await tests.keys('backtests/')).toEqual([
    expect.stringMatching(/^backtests\/accuracy-metrics-values\/backtests_[\dTZ-]+_part0\.parquet$/),
    expect.stringMatching(/^backtests\/forecasted-values\/backtests_[\dTZ-]+_part0\.parquet$/),
  ]);
  const Filters = [{ Key: 'PredictorArn', Value: auto, Condition: 'IS' as const }];
  const { PredictorBacktestExportJobs } = await tests.forecast.listPredictorBacktestExportJobs({ Filters });
  expect(PredictorBacktestExportJobs).toMatchObject([{ PredictorBacktestExportJobName: 'backtests' }]);
});

test('an export fails when it cannot write', async () => {
  const { ForecastExportJobArn } = await tests.forecast.createForecastExportJob({
    ForecastExportJobName: 'nowhere',
    ForecastArn: ready,
    Destination: destination('s3://not-there-at-all/x'),
  });
  const { Status, Message } = await tests.settled(() =>
    tests.forecast.describeForecastExportJob({ ForecastExportJobArn }),
  );
  expect(Status).toBe('CREATE_FAILED');
  expect(Message).toMatch(/^Unable to write to s3:\/\/not-there-at-all\/x: .*NoSuchBucket/);
});
