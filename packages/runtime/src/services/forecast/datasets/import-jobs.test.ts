import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { BUCKET, ForecastTests, monthlyRows, ROLE, TARGET } from '../testing/forecast-tests.ts';
import { StandInImages } from '../testing/stand-in-image.ts';

let images: StandInImages;
let runtime: TestRuntime;
let tests: ForecastTests;
let count = 0;

beforeAll(async () => {
  images = new StandInImages();
  runtime = await startTestRuntime({ imagesFolder: images.folder });
  tests = new ForecastTests(runtime);
  await tests.upload({
    'tts.csv': monthlyRows(),
    'parts/b2.csv': 'two\n',
    'parts/a1.csv': 'one\n',
    'parts/below/c3.CSV': 'three\n',
    'parts/_SUCCESS': '-',
    'parts/notes.txt': 'no data',
    'parts-of-another/4.csv': 'four\n',
    'nameless/42': 'x\n',
    'parquet/a.parquet': 'a\n',
    'parquet/b.pqt': 'b\n',
    'parquet/c.parq': 'c\n',
    'parquet/part-0': 'd\n',
    'parquet/_SUCCESS': '-',
    'parquet/e.csv': 'no parquet',
  });
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  images[Symbol.dispose]();
});

const describe = (DatasetImportJobArn: string) =>
  tests.forecast.describeDatasetImportJob({ DatasetImportJobArn });

test('an import goes from PENDING over IN_PROGRESS to ACTIVE, and its dataset follows', async () => {
  const { forecast } = tests;
  const DatasetArn = await tests.dataset('followed');
  const goOn = images.hold('import');
  const arn = await tests.startImport(DatasetArn, 'first', 'tts.csv', { TimestampFormat: 'yyyy-MM-dd' });
  expect(arn).toBe('arn:aws:forecast:us-east-1:000000000000:dataset-import-job/followed/first');
  const running = await tests.until(
    () => describe(arn),
    ({ EstimatedTimeRemainingInMinutes: left }) => left === 3,
  );
  expect(running.Status).toBe('CREATE_IN_PROGRESS');
  expect(running.LastModificationTime! > running.CreationTime!).toBe(true);
  const dataset = await forecast.describeDataset({ DatasetArn });
  expect(dataset.Status).toBe('UPDATE_IN_PROGRESS');
  await expect(tests.startImport(DatasetArn, 'first')).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
  });
  await expect(tests.startImport(DatasetArn, 'second')).rejects.toMatchObject({
    name: 'ResourceInUseException',
    message: expect.stringContaining('has the status UPDATE_IN_PROGRESS'),
  });
  goOn();
  const done = await tests.settled(() => describe(arn));
  expect(done).toMatchObject({
    DatasetImportJobName: 'first',
    DatasetArn,
    DataSource: { S3Config: { Path: `s3://${BUCKET}/tts.csv`, RoleArn: ROLE } },
    TimestampFormat: 'yyyy-MM-dd',
    UseGeolocationForTimeZone: false,
    Format: 'CSV',
    ImportMode: 'FULL',
    Status: 'ACTIVE',
    DataSize: expect.any(Number),
    FieldStatistics: { item_id: { Count: 72, CountLong: 72 } },
  });
  expect(done.EstimatedTimeRemainingInMinutes).toBeUndefined();
  const after = await forecast.describeDataset({ DatasetArn });
  expect(after.Status).toBe('ACTIVE');
  expect(after.LastModificationTime).toEqual(done.LastModificationTime);
});

test.each([
  ['one object', 'tts.csv', {}, 72],
  ['a prefix', 'parts/', {}, 3],
  ['a prefix without its slash', 'parts', {}, 3],
  ['parquet files', 'parquet/', { Format: 'PARQUET' }, 4],
])('an import reads %s', async (_, path, settings, rows) => {
  const arn = await tests.import(await tests.dataset(`read${count++}`), 'first', path, settings);
  const { Status, FieldStatistics } = await describe(arn);
  expect(Status).toBe('ACTIVE');
  expect(FieldStatistics?.['item_id']?.Count).toBe(rows);
});

test.each([
  [
    'an empty prefix',
    'nothing/',
    {},
    `Unable to read data from s3://${BUCKET}/nothing/: there is no CSV file`,
  ],
  ['a missing object', 'missing.csv', {}, `Unable to read data from s3://${BUCKET}/missing.csv`],
  ['no file of the format', 'parts/', { Format: 'PARQUET' }, 'there is no Parquet file'],
  ['a file name without a letter', 'nameless/42', {}, 'file names need at least one letter'],
])('an import fails for %s', async (_, path, settings, message) => {
  const DatasetArn = await tests.dataset(`unread${count++}`);
  const arn = await tests.import(DatasetArn, 'first', path, settings);
  expect(await describe(arn)).toMatchObject({
    Status: 'CREATE_FAILED',
    Message: expect.stringContaining(message),
  });
  expect((await tests.forecast.describeDataset({ DatasetArn })).Status).toBe('UPDATE_FAILED');
});

test('an import fails when its bucket is not there', async () => {
  const { DatasetImportJobArn = '' } = await tests.forecast.createDatasetImportJob({
    DatasetImportJobName: 'first',
    DatasetArn: await tests.dataset('no_bucket'),
    DataSource: { S3Config: { Path: 's3://not-there-at-all/x.csv', RoleArn: ROLE } },
  });
  const { Status, Message } = await tests.settled(() => describe(DatasetImportJobArn));
  expect(Status).toBe('CREATE_FAILED');
  expect(Message).toMatch(/^Unable to read data from s3:\/\/not-there-at-all\/x.csv: .*NoSuchBucket/);
});

test("the image's words for a user's fault become the Message; then the next import works", async () => {
  const DatasetArn = await tests.dataset('faulty');
  images.order({ import: { code: 10, message: 'TTS.csv, line 7: the timestamp "x" is none' } });
  const failed = await tests.import(DatasetArn, 'first');
  expect(await describe(failed)).toMatchObject({
    Status: 'CREATE_FAILED',
    Message: 'TTS.csv, line 7: the timestamp "x" is none',
  });
  images.order({});
  const arn = await tests.import(DatasetArn, 'second');
  expect((await describe(arn)).Status).toBe('ACTIVE');
  expect((await tests.forecast.describeDataset({ DatasetArn })).Status).toBe('ACTIVE');
});

const HOURLY = { DataFrequency: 'H' };
const PLACES = { schema: `${TARGET}, store:geolocation` };

test.each<[string, object, object]>([
  ['the time in daily data', { DataFrequency: 'D' }, { TimestampFormat: 'yyyy-MM-dd HH:mm:ss' }],
  ['the date alone in daily data', { DataFrequency: 'D' }, { TimestampFormat: 'yyyy-MM-dd' }],
  ['the time in hourly data', HOURLY, { TimestampFormat: 'yyyy-MM-dd HH:mm:ss' }],
  ['the time as samples write it', HOURLY, { TimestampFormat: 'yyyy-MM-dd hh:mm:ss' }],
  ['a time zone', {}, { TimeZone: 'America/Los_Angeles' }],
  ['an old name of a time zone', {}, { TimeZone: 'EST' }],
  [
    'places that tell the time zone',
    PLACES,
    { UseGeolocationForTimeZone: true, GeolocationFormat: 'LAT_LONG' },
  ],
])('an import may be told %s', async (_, dataset, settings) => {
  const DatasetArn = await tests.dataset(`told${count++}`, 'TARGET_TIME_SERIES', dataset);
  const arn = await tests.import(DatasetArn, 'first', 'tts.csv', settings);
  expect(await describe(arn)).toMatchObject({ ...settings, Status: 'ACTIVE' });
});

test('metadata tolerates any timestamp format, as pipelines give it to every import', async () => {
  const DatasetArn = await tests.dataset('metadata', 'ITEM_METADATA');
  const settings = { TimestampFormat: 'yyyy-MM-dd HH:mm:ss' };
  expect((await describe(await tests.import(DatasetArn, 'first', 'tts.csv', settings))).Status).toBe(
    'ACTIVE',
  );
});

test.each<[string, object, object, string]>([
  [
    'an unknown timestamp format',
    {},
    { TimestampFormat: 'dd.MM.yyyy' },
    'TimestampFormat dd.MM.yyyy is not valid for data of frequency M. Valid values: yyyy-MM-dd, yyyy-MM-dd HH:mm:ss',
  ],
  [
    'the date alone in hourly data',
    HOURLY,
    { TimestampFormat: 'yyyy-MM-dd' },
    'TimestampFormat yyyy-MM-dd is not valid for data of frequency H',
  ],
  [
    'two sources of the time zone',
    PLACES,
    { TimeZone: 'Europe/Berlin', UseGeolocationForTimeZone: true },
    'cannot be given together',
  ],
  ['an unknown time zone', {}, { TimeZone: 'Europe/Atlantis' }, 'TimeZone Europe/Atlantis is not known'],
  [
    'places that the schema lacks',
    {},
    { UseGeolocationForTimeZone: true },
    'needs an attribute of type geolocation',
  ],
  [
    'an unknown form of places',
    PLACES,
    { GeolocationFormat: 'GRID' },
    'Valid values: LAT_LONG, CC_POSTALCODE',
  ],
  [
    'an increment of nothing',
    {},
    { ImportMode: 'INCREMENTAL' },
    'the first import has to have the ImportMode FULL',
  ],
  [
    'a role that is no ARN',
    {},
    { DataSource: { S3Config: { Path: 's3://x1/y', RoleArn: 'me' } } },
    'RoleArn me is not an ARN',
  ],
])('an import is refused for %s', async (_, dataset, settings, message) => {
  const DatasetArn = await tests.dataset(`refused${count++}`, 'TARGET_TIME_SERIES', dataset);
  await expect(tests.startImport(DatasetArn, 'first', 'tts.csv', settings)).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: expect.stringContaining(message),
  });
});

test('an import is refused for a path or format that the model does not allow', async () => {
  const DatasetArn = await tests.dataset('constraints');
  const DataSource = { S3Config: { Path: 'https://x', RoleArn: ROLE } };
  await expect(
    tests.startImport(DatasetArn, 'first', '', { DataSource, Format: 'XLSX' }),
  ).rejects.toMatchObject({
    name: 'ValidationException',
    message:
      "2 validation errors detected: Value 'https://x' at 'dataSource.s3Config.path' failed to satisfy constraint: " +
      "Member must satisfy regular expression pattern: ^s3://[a-z0-9].+$; Value 'XLSX' at 'format' failed to satisfy " +
      'constraint: Member must satisfy regular expression pattern: ^CSV|PARQUET$',
  });
});

test('names of imports are unique for their dataset', async () => {
  const one = await tests.dataset('unique_one');
  const other = await tests.dataset('unique_other');
  const arn = await tests.import(one, 'same');
  await tests.import(other, 'same');
  await expect(tests.startImport(one, 'same')).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
    message: `A dataset import job already exists with the arn: ${arn}`,
  });
});

test('imports are listed by dataset and status', async () => {
  const DatasetArn = await tests.dataset('listed');
  await tests.import(DatasetArn, 'good');
  await tests.import(DatasetArn, 'bad', 'missing.csv');
  const list = async (...filters: [string, string, 'IS' | 'IS_NOT'][]) => {
    const Filters = filters.map(([Key, Value, Condition]) => ({ Key, Value, Condition }));
    const { DatasetImportJobs = [] } = await tests.forecast.listDatasetImportJobs({ Filters });
    return DatasetImportJobs.map(({ DatasetImportJobName }) => DatasetImportJobName);
  };
  const ofDataset = ['DatasetArn', DatasetArn, 'IS'] as const;
  expect(await list([...ofDataset])).toEqual(['bad', 'good']);
  expect(await list([...ofDataset], ['Status', 'CREATE_FAILED', 'IS'])).toEqual(['bad']);
  expect(await list([...ofDataset], ['Status', 'CREATE_FAILED', 'IS_NOT'])).toEqual(['good']);
});
