import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { attributes, ForecastTests, TARGET } from '../testing/forecast-tests.ts';

let runtime: TestRuntime;
let tests: ForecastTests;
let cloudformation: CloudFormation;

beforeAll(async () => {
  runtime = await startTestRuntime();
  tests = new ForecastTests(runtime);
  cloudformation = new CloudFormation(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

const PREFIX = 'arn:aws:forecast:us-east-1:000000000000';
const DatasetArn = `${PREFIX}:dataset/stack_sales`;
const DatasetGroupArn = `${PREFIX}:dataset-group/stack_group`;
const BASE = {
  Sales: {
    Type: 'AWS::Forecast::Dataset',
    Properties: {
      DatasetName: 'stack_sales',
      DatasetType: 'TARGET_TIME_SERIES',
      Domain: 'CUSTOM',
      DataFrequency: 'M',
      Schema: { Attributes: attributes(TARGET) },
      Tags: [{ Key: 'team', Value: 'one' }],
    },
  },
  Group: {
    Type: 'AWS::Forecast::DatasetGroup',
    Properties: {
      DatasetGroupName: 'stack_group',
      Domain: 'CUSTOM',
      DatasetArns: [{ 'Fn::GetAtt': ['Sales', 'Arn'] }],
      Tags: [{ Key: 'team', Value: 'one' }],
    },
  },
};

function template(resources: object): string {
  const Outputs = {
    Dataset: { Value: { Ref: 'Sales' } },
    Group: { Value: { 'Fn::GetAtt': ['Group', 'DatasetGroupArn'] } },
  };
  return JSON.stringify({ Resources: resources, Outputs });
}

/** Waits until a stack is at rest. @returns its status and outputs */
async function settled(StackName: string) {
  const { Stacks: [stack] = [] } = await tests.until(
    () => cloudformation.describeStacks({ StackName }),
    ({ Stacks }) => !Stacks?.[0]?.StackStatus?.endsWith('_IN_PROGRESS'),
  );
  return stack;
}

async function tagsOf(ResourceArn: string) {
  const { Tags = [] } = await tests.forecast.listTagsForResource({ ResourceArn });
  return Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
}

test('a stack creates a dataset and its group, updates them, and takes them away with their names', async () => {
  const { forecast } = tests;
  const StackName = 'forecast-resources';
  const { StackId = '' } = await cloudformation.createStack({ StackName, TemplateBody: template(BASE) });
  const created = await settled(StackName);
  expect(created).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
  expect(
    Object.fromEntries(created!.Outputs!.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])),
  ).toEqual({
    Dataset: DatasetArn,
    Group: DatasetGroupArn,
  });
  expect((await forecast.describeDatasetGroup({ DatasetGroupArn })).DatasetArns).toEqual([DatasetArn]);

  const changed = {
    Sales: {
      ...BASE.Sales,
      Properties: { ...BASE.Sales.Properties, Tags: [{ Key: 'stage', Value: 'two' }] },
    },
    Group: { ...BASE.Group, Properties: { ...BASE.Group.Properties, DatasetArns: [], Tags: [] } },
  };
  await cloudformation.updateStack({ StackName, TemplateBody: template(changed) });
  expect(await settled(StackName)).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
  expect(await tagsOf(DatasetArn)).toMatchObject({ stage: 'two' });
  expect(await tagsOf(DatasetArn)).not.toHaveProperty('team');
  expect(await tagsOf(DatasetGroupArn)).not.toHaveProperty('team');
  expect((await forecast.describeDatasetGroup({ DatasetGroupArn })).DatasetArns).toEqual([]);

  await cloudformation.deleteStack({ StackName });
  expect(await settled(StackId)).toMatchObject({ StackStatus: 'DELETE_COMPLETE' });
  await expect(forecast.describeDataset({ DatasetArn })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  await cloudformation.createStack({ StackName, TemplateBody: template(BASE) });
  expect(await settled(StackName)).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
});

test("a stack with a schema that the service refuses fails in the service's words", async () => {
  const { Sales } = BASE;
  const Schema = { Attributes: attributes('item_id:string') };
  const broken = { Sales: { ...Sales, Properties: { ...Sales.Properties, DatasetName: 'broken', Schema } } };
  const StackName = 'forecast-broken';
  await cloudformation.createStack({ StackName, TemplateBody: JSON.stringify({ Resources: broken }) });
  expect((await settled(StackName))?.StackStatus).toBe('ROLLBACK_COMPLETE');
  const { StackEvents = [] } = await cloudformation.describeStackEvents({ StackName });
  const reasons = StackEvents.map(({ ResourceStatusReason = '' }) => ResourceStatusReason).join('\n');
  expect(reasons).toContain('The Schema lacks the attribute timestamp of type timestamp');
});
