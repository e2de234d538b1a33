import { Forecast } from '@aws-sdk/client-forecast';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../testing/manual-clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { attributes, TARGET } from './testing/forecast-tests.ts';

let runtime: TestRuntime;
const clock = new ManualClock();

beforeAll(async () => {
  runtime = await startTestRuntime({}, { clock });
});
afterAll(() => runtime[Symbol.asyncDispose]());

/** A client of an account of its own, so that tests do not see each other's resources. */
function client(account: string): Forecast {
  return new Forecast({
    ...runtime.clientConfig,
    credentials: { accessKeyId: account, secretAccessKey: 'test' },
  });
}

async function createGroups(forecast: Forecast, names: string[]) {
  for (const DatasetGroupName of names) {
    await forecast.createDatasetGroup({ DatasetGroupName, Domain: 'CUSTOM' });
  }
}

test('lists come newest first, in pages, of one account and region', async () => {
  const forecast = client('111111111111');
  await createGroups(forecast, ['c', 'a', 'b']);
  await createGroups(client('222222222222'), ['other']);
  const first = await forecast.listDatasetGroups({ MaxResults: 2 });
  expect(first.DatasetGroups?.map(({ DatasetGroupName }) => DatasetGroupName)).toEqual(['b', 'a']);
  const second = await forecast.listDatasetGroups({ MaxResults: 2, NextToken: first.NextToken });
  expect(second.DatasetGroups).toMatchObject([
    {
      DatasetGroupName: 'c',
      DatasetGroupArn: 'arn:aws:forecast:us-east-1:111111111111:dataset-group/c',
      CreationTime: new Date(clock.now()),
      LastModificationTime: new Date(clock.now()),
    },
  ]);
  expect(second.NextToken).toBeUndefined();
  expect((await forecast.listDatasetGroups({ MaxResults: 3 })).NextToken).toBeUndefined();
});

test('a token is refused by another list, when it is damaged, and after 24 hours', async () => {
  const forecast = client('333333333333');
  await createGroups(forecast, ['a', 'b']);
  const { NextToken } = await forecast.listDatasetGroups({ MaxResults: 1 });
  const refused = { name: 'InvalidNextTokenException' };
  await expect(forecast.listDatasets({ NextToken })).rejects.toMatchObject(refused);
  await expect(forecast.listDatasetGroups({ NextToken: `${NextToken}x` })).rejects.toMatchObject(refused);
  clock.advance(24 * 3600 * 1000);
  expect((await forecast.listDatasetGroups({ NextToken })).DatasetGroups).toHaveLength(1);
  clock.advance(1);
  await expect(forecast.listDatasetGroups({ NextToken })).rejects.toMatchObject(refused);
});

test('more than a page of matches is found behind resources that do not match', async () => {
  const forecast = client('444444444444');
  const names = Array.from({ length: 130 }, (_, index) => `group${index}`);
  await createGroups(forecast, names);
  const found: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await forecast.listDatasetGroups({ MaxResults: 60, NextToken });
    found.push(...(page.DatasetGroups ?? []).map(({ DatasetGroupName = '' }) => DatasetGroupName));
    NextToken = page.NextToken;
  } while (NextToken);
  expect(found).toEqual(names.toReversed());
});

test('datasets are listed with their domain and type', async () => {
  const forecast = client('555555555555');
  await forecast.createDataset({
    DatasetName: 'listed',
    Domain: 'CUSTOM',
    DatasetType: 'TARGET_TIME_SERIES',
    DataFrequency: 'D',
    Schema: { Attributes: attributes(TARGET) },
  });
  expect((await forecast.listDatasets({})).Datasets).toMatchObject([
    { DatasetName: 'listed', Domain: 'CUSTOM', DatasetType: 'TARGET_TIME_SERIES' },
  ]);
});

test('an unknown filter key is refused with those that are known', async () => {
  const Filters = [{ Key: 'Name', Value: 'x', Condition: 'IS' as const }];
  await expect(client('test').listForecasts({ Filters })).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: 'Filter key Name is not valid. Valid keys: DatasetGroupArn, PredictorArn, Status',
  });
});

test('a page has between 1 and 100 entries', async () => {
  await expect(client('test').listPredictors({ MaxResults: 101 })).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining("'maxResults' failed to satisfy constraint"),
  });
});
