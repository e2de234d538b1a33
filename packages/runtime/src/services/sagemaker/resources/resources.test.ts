import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { BUCKET, LEGACY_XGBOOST, ROLE, rows, SageMakerTests, XGBOOST } from '../testing.ts';

const ROW = '0.9,0.8,0.5,0.5';

let runtime: TestRuntime;
let tests: SageMakerTests;
let cloudformation: CloudFormation;

beforeAll(async () => {
  runtime = await startTestRuntime();
  await runtime.environments.ensure('xgboost');
  tests = new SageMakerTests(runtime);
  cloudformation = new CloudFormation(runtime.clientConfig);
  await tests.upload({ 'data/train/a.csv': rows(100).join('\n') });
  await tests.train('model');
}, 300_000);
afterAll(() => runtime[Symbol.asyncDispose]());

/** As aws-cdk-lib's CfnModel, CfnEndpointConfig and CfnEndpoint render them. */
function template(image: string): string {
  return JSON.stringify({
    Resources: {
      Model: {
        Type: 'AWS::SageMaker::Model',
        Properties: {
          ExecutionRoleArn: ROLE,
          PrimaryContainer: {
            Image: image,
            ModelDataUrl: `s3://${BUCKET}/models/model/output/model.tar.gz`,
            Environment: { LEVEL: 3 },
          },
        },
      },
      Config: {
        Type: 'AWS::SageMaker::EndpointConfig',
        Properties: {
          ProductionVariants: [
            {
              VariantName: 'variant1',
              ModelName: { 'Fn::GetAtt': ['Model', 'ModelName'] },
              InitialInstanceCount: '1',
              InitialVariantWeight: 1,
              InstanceType: 'ml.m5.large',
            },
          ],
        },
      },
      Endpoint: {
        Type: 'AWS::SageMaker::Endpoint',
        Properties: {
          EndpointName: 'deployed',
          EndpointConfigName: { 'Fn::GetAtt': ['Config', 'EndpointConfigName'] },
          Tags: [{ Key: 'image', Value: image.split('/')[1] }],
        },
      },
    },
    Outputs: { Arn: { Value: { Ref: 'Endpoint' } } },
  });
}

async function settled() {
  return await tests.until(
    async () => (await cloudformation.describeStacks({ StackName: 'serving' })).Stacks?.[0],
    (stack) => !/IN_PROGRESS$/.test(stack?.StackStatus ?? ''),
  );
}

test('a stack makes model, configuration and endpoint, updates and deletes them', {
  timeout: 180_000,
}, async () => {
  const StackName = 'serving';
  await cloudformation.createStack({ StackName, TemplateBody: template(XGBOOST) });
  const created = await settled();
  expect([created?.StackStatus, created?.StackStatusReason]).toEqual(['CREATE_COMPLETE', undefined]);
  const ResourceArn = 'arn:aws:sagemaker:us-east-1:000000000000:endpoint/deployed';
  expect(created?.Outputs).toMatchObject([{ OutputValue: ResourceArn }]);
  const answer = await tests.invoke('deployed', ROW);
  await cloudformation.updateStack({ StackName, TemplateBody: template(LEGACY_XGBOOST) });
  expect(await settled()).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
  expect(await tests.invoke('deployed', ROW)).toBe(answer.trim());
  const { Tags } = await tests.sagemaker.listTags({ ResourceArn });
  expect(Tags).toContainEqual({ Key: 'image', Value: 'xgboost:1' });
  const { Models } = await tests.sagemaker.listModels({});
  expect(Models).toHaveLength(1);
  await cloudformation.deleteStack({ StackName });
  await tests.until(
    async () => (await tests.sagemaker.listModels({})).Models,
    (models) => models?.length === 0,
  );
  const { Endpoints } = await tests.sagemaker.listEndpoints({});
  expect(Endpoints).toEqual([]);
});
