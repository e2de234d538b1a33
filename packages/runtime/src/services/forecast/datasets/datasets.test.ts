import type { DatasetType, Domain } from '@aws-sdk/client-forecast';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { attributes, ForecastTests, TARGET } from '../testing/forecast-tests.ts';

let runtime: TestRuntime;
let tests: ForecastTests;
let count = 0;

beforeAll(async () => {
  runtime = await startTestRuntime();
  tests = new ForecastTests(runtime);
});
afterAll(() => runtime[Symbol.asyncDispose]());

const PREFIX = 'arn:aws:forecast:us-east-1:000000000000';
const RELATED = 'item_id:string, timestamp:timestamp';
const many = (number: number, type: string) =>
  Array.from({ length: number }, (_, index) => `x${index}:${type}`).join(', ');

test('a dataset is ACTIVE at once and described with everything that was given', async () => {
  const { forecast } = tests;
  const Schema = { Attributes: attributes(`${TARGET}, store:string`) };
  const { DatasetArn } = await forecast.createDataset({
    DatasetName: 'described',
    Domain: 'CUSTOM',
    DatasetType: 'TARGET_TIME_SERIES',
    DataFrequency: '3D',
    Schema,
  });
  expect(DatasetArn).toBe(`${PREFIX}:dataset/described`);
  const described = await forecast.describeDataset({ DatasetArn });
  expect(described).toMatchObject({
    DatasetArn,
    DatasetName: 'described',
    Domain: 'CUSTOM',
    DatasetType: 'TARGET_TIME_SERIES',
    DataFrequency: '3D',
    Schema,
    EncryptionConfig: {},
    Status: 'ACTIVE',
  });
  expect(described.CreationTime).toEqual(described.LastModificationTime);
});

test.each<[string, Domain, DatasetType, string]>([
  [
    'retail with location',
    'RETAIL',
    'TARGET_TIME_SERIES',
    'item_id:string, timestamp:timestamp, demand:float, location:string',
  ],
  [
    'an integer target',
    'CUSTOM',
    'TARGET_TIME_SERIES',
    'item_id:string, timestamp:timestamp, target_value:integer',
  ],
  [
    'capacity',
    'EC2_CAPACITY',
    'TARGET_TIME_SERIES',
    'instance_type:string, timestamp:timestamp, number_of_instances:integer',
  ],
  [
    'work force',
    'WORK_FORCE',
    'TARGET_TIME_SERIES',
    'workforce_type:string, timestamp:timestamp, workforce_demand:float',
  ],
  [
    'web traffic, whose target is a reserved word',
    'WEB_TRAFFIC',
    'TARGET_TIME_SERIES',
    'item_id:string, timestamp:timestamp, value:float',
  ],
  ['metrics', 'METRICS', 'TARGET_TIME_SERIES', 'metric_name:string, timestamp:timestamp, metric_value:float'],
  [
    'inventory',
    'INVENTORY_PLANNING',
    'TARGET_TIME_SERIES',
    'item_id:string, timestamp:timestamp, demand:float',
  ],
  ['ten dimensions', 'CUSTOM', 'TARGET_TIME_SERIES', `${TARGET}, ${many(10, 'string')}`],
  ['a place', 'CUSTOM', 'TARGET_TIME_SERIES', `${TARGET}, store:geolocation`],
  ['thirteen features', 'CUSTOM', 'RELATED_TIME_SERIES', `${RELATED}, ${many(13, 'float')}`],
  ['a text feature', 'CUSTOM', 'RELATED_TIME_SERIES', `${RELATED}, weekday:string`],
  ['metadata with numbers', 'WORK_FORCE', 'ITEM_METADATA', 'workforce_type:string, wages:float'],
  ['metadata of ten columns', 'CUSTOM', 'ITEM_METADATA', `item_id:string, ${many(9, 'string')}`],
])('a schema may have: %s', async (_, domain, type, schema) => {
  await expect(tests.dataset(`good${count++}`, type, { Domain: domain, schema })).resolves.toContain(PREFIX);
});

test.each<[string, Domain, DatasetType, string, string]>([
  [
    'no identifier',
    'CUSTOM',
    'TARGET_TIME_SERIES',
    'timestamp:timestamp, target_value:float',
    'lacks the attribute item_id of type string',
  ],
  [
    "the domain's own identifier",
    'METRICS',
    'ITEM_METADATA',
    'item_id:string',
    'lacks the attribute metric_name',
  ],
  [
    'no timestamp',
    'CUSTOM',
    'TARGET_TIME_SERIES',
    'item_id:string, target_value:float',
    'lacks the attribute timestamp',
  ],
  [
    'no target',
    'CUSTOM',
    'TARGET_TIME_SERIES',
    'item_id:string, timestamp:timestamp',
    'lacks the attribute target_value of type integer or float',
  ],
  ["another domain's target", 'RETAIL', 'TARGET_TIME_SERIES', TARGET, 'lacks the attribute demand'],
  [
    'an identifier of a wrong type',
    'CUSTOM',
    'ITEM_METADATA',
    'item_id:integer',
    'item_id has to be of type string, not integer',
  ],
  [
    'a target of a wrong type',
    'CUSTOM',
    'TARGET_TIME_SERIES',
    'item_id:string, timestamp:timestamp, target_value:string',
    'target_value has to be of type integer or float, not string',
  ],
  [
    'a timestamp of a wrong type',
    'CUSTOM',
    'TARGET_TIME_SERIES',
    'item_id:string, timestamp:string, target_value:float',
    'timestamp has to be of type timestamp',
  ],
  [
    'two timestamps',
    'CUSTOM',
    'RELATED_TIME_SERIES',
    `${RELATED}, opened:timestamp`,
    'exactly one attribute of type timestamp',
  ],
  [
    'a name twice',
    'CUSTOM',
    'TARGET_TIME_SERIES',
    `${TARGET}, store:string, store:string`,
    'more than one attribute store',
  ],
  [
    'a name twice in other letters',
    'CUSTOM',
    'ITEM_METADATA',
    'item_id:string, Colour:string, colour:string',
    'more than one attribute colour',
  ],
  [
    'a reserved name',
    'CUSTOM',
    'RELATED_TIME_SERIES',
    `${RELATED}, value:float`,
    'value is a reserved field name',
  ],
  [
    'a reserved name in other letters',
    'CUSTOM',
    'ITEM_METADATA',
    'item_id:string, Group:string',
    'Group is a reserved field name',
  ],
  [
    'a number beside the target',
    'CUSTOM',
    'TARGET_TIME_SERIES',
    `${TARGET}, price:float`,
    'price of type float cannot be in a TARGET_TIME_SERIES dataset',
  ],
  [
    'eleven dimensions',
    'CUSTOM',
    'TARGET_TIME_SERIES',
    `${TARGET}, ${many(11, 'string')}`,
    'at most 13 attributes, not 14',
  ],
  [
    'the target in related series',
    'CUSTOM',
    'RELATED_TIME_SERIES',
    `${RELATED}, target_value:float`,
    'cannot have the target attribute target_value',
  ],
  ['related series without a feature', 'CUSTOM', 'RELATED_TIME_SERIES', RELATED, 'at least one feature'],
  [
    'fourteen features',
    'CUSTOM',
    'RELATED_TIME_SERIES',
    `${RELATED}, ${many(14, 'float')}`,
    'at most 13 features, not 14',
  ],
  [
    'eleven dimensions of related series',
    'CUSTOM',
    'RELATED_TIME_SERIES',
    `${RELATED}, ${many(11, 'string')}`,
    'at most 10 dimensions, not 11',
  ],
  [
    'metadata with times',
    'CUSTOM',
    'ITEM_METADATA',
    'item_id:string, opened:timestamp',
    'cannot have the attribute opened of type timestamp',
  ],
  [
    'metadata of eleven columns',
    'CUSTOM',
    'ITEM_METADATA',
    `item_id:string, ${many(10, 'string')}`,
    'at most 10 attributes, not 11',
  ],
  [
    'two places',
    'CUSTOM',
    'TARGET_TIME_SERIES',
    `${TARGET}, a1:geolocation, b1:geolocation`,
    'at most one attribute of type geolocation',
  ],
])('a schema may not have: %s', async (_, domain, type, schema, message) => {
  await expect(tests.dataset(`bad${count++}`, type, { Domain: domain, schema })).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: expect.stringContaining(message),
  });
});

test.each([
  ['empty', { Schema: {} }, 'Schema has no Attributes'],
  [
    'an attribute without type',
    { Schema: { Attributes: [{ AttributeName: 'item_id' }] } },
    'Attribute 1 of the Schema needs both',
  ],
])('a schema may not be: %s', async (_, settings, message) => {
  await expect(tests.dataset(`bad${count++}`, 'TARGET_TIME_SERIES', settings)).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: expect.stringContaining(message),
  });
});

test.each(['Y', '1Y', 'M', '11M', 'W', '4W', 'D', '6D', 'H', '23H', '1min', '15min', '59min'])(
  'data may come every %s',
  async (DataFrequency) => {
    const arn = await tests.dataset(`frequency${count++}`, 'TARGET_TIME_SERIES', { DataFrequency });
    const described = await tests.forecast.describeDataset({ DatasetArn: arn });
    expect(described.DataFrequency).toBe(DataFrequency);
  },
);

test.each([
  ['min', 'number of minutes'],
  ['Q', 'has to be Y, M, W, D, H'],
  ['0D', 'has to be Y, M, W, D, H'],
  ['7D', 'between 1 and 6'],
  ['24H', 'between 1 and 23'],
  ['60min', 'between 1 and 59'],
  ['12M', 'between 1 and 11'],
  ['5W', 'between 1 and 4'],
  ['2Y', 'between 1 and 1'],
])('data may not come every %s', async (DataFrequency, message) => {
  await expect(
    tests.dataset(`frequency${count++}`, 'TARGET_TIME_SERIES', { DataFrequency }),
  ).rejects.toMatchObject({ name: 'InvalidInputException', message: expect.stringContaining(message) });
});

test('related series need a frequency, target series and metadata do not', async () => {
  const DataFrequency = undefined;
  await tests.dataset('target_without', 'TARGET_TIME_SERIES', { DataFrequency });
  await tests.dataset('metadata_without', 'ITEM_METADATA', { DataFrequency });
  await expect(tests.dataset('related_without', 'RELATED_TIME_SERIES', { DataFrequency })).rejects.toThrow(
    'DataFrequency is required for a RELATED_TIME_SERIES dataset',
  );
});

test('names are unique and of letters, digits and underscores', async () => {
  await tests.dataset('unique');
  await expect(tests.dataset('unique')).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
    message: `A dataset already exists with the arn: ${PREFIX}:dataset/unique`,
  });
  await expect(tests.dataset('not-allowed')).rejects.toMatchObject({
    name: 'ValidationException',
    message:
      "1 validation error detected: Value 'not-allowed' at 'datasetName' failed to satisfy constraint: " +
      'Member must satisfy regular expression pattern: ^[a-zA-Z][a-zA-Z0-9_]*',
  });
});

test('what is not there is not found, and an ARN of another kind is refused', async () => {
  const { forecast } = tests;
  const missing = `${PREFIX}:dataset/missing`;
  await expect(forecast.describeDataset({ DatasetArn: missing })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `No resource found ${missing}`,
  });
  const group = await tests.group('of_another_kind', []);
  await expect(forecast.describeDataset({ DatasetArn: group })).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: `The ARN ${group} is of a dataset group, not of a dataset`,
  });
});

test('a group holds at most one dataset of each type, all of its domain', async () => {
  const { forecast } = tests;
  const target = await tests.dataset('member_target');
  const related = await tests.dataset('member_related', 'RELATED_TIME_SERIES');
  const metadata = await tests.dataset('member_metadata', 'ITEM_METADATA');
  const group = await tests.group('members', [target, related, metadata]);
  expect(group).toBe(`${PREFIX}:dataset-group/members`);
  expect(await forecast.describeDatasetGroup({ DatasetGroupArn: group })).toMatchObject({
    DatasetGroupName: 'members',
    Domain: 'CUSTOM',
    DatasetArns: [target, related, metadata],
    Status: 'ACTIVE',
  });
  const second = await tests.dataset('second_target');
  await expect(tests.group('twice', [target, second])).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: 'A dataset group can have at most one dataset of type TARGET_TIME_SERIES',
  });
  await expect(tests.group('other_domain', [target], 'RETAIL')).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: expect.stringContaining('all datasets of this group have to be of RETAIL'),
  });
  const missing = `${PREFIX}:dataset/missing`;
  await expect(tests.group('missing', [target, missing])).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: `Dataset arns: [${missing}] are not found`,
  });
  await expect(tests.group('members', [])).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
    message: `A dataset group already exists with the arn: ${group}`,
  });
});

test('updating a group replaces all of its datasets, after the same checks', async () => {
  const { forecast } = tests;
  const first = await tests.dataset('replaced_first');
  const second = await tests.dataset('replaced_second');
  const DatasetGroupArn = await tests.group('replaced', [first]);
  await forecast.updateDatasetGroup({ DatasetGroupArn, DatasetArns: [second] });
  const updated = await forecast.describeDatasetGroup({ DatasetGroupArn });
  expect(updated.DatasetArns).toEqual([second]);
  expect(updated.LastModificationTime! >= updated.CreationTime!).toBe(true);
  await expect(
    forecast.updateDatasetGroup({ DatasetGroupArn, DatasetArns: [first, second] }),
  ).rejects.toMatchObject({ name: 'InvalidInputException' });
  await forecast.updateDatasetGroup({ DatasetGroupArn, DatasetArns: [] });
  expect((await forecast.describeDatasetGroup({ DatasetGroupArn })).DatasetArns).toEqual([]);
  const missing = `${PREFIX}:dataset-group/missing`;
  await expect(
    forecast.updateDatasetGroup({ DatasetGroupArn: missing, DatasetArns: [] }),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException', message: `No resource found ${missing}` });
});

test('what comes in a later version answers 501 with its name and reason', async () => {
  await expect(tests.forecast.listMonitors({})).rejects.toMatchObject({
    $metadata: { httpStatusCode: 501 },
    message: expect.stringContaining('forecast:ListMonitors is not served by this version of Slipway'),
  });
});
