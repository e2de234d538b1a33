import { rmSync } from 'node:fs';
import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { Lambda } from '@aws-sdk/client-lambda';
import { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployAssembly, destroyAssembly } from '../../deploy/assembly/deploy-assembly.ts';
import type { DeploymentEvent } from '../../deploy/assembly/deploy-options.ts';
import { inProcess } from '../../deploy/assembly/in-process.ts';
import { overTheWire } from '../../deploy/assembly/over-the-wire.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { runCdk, synthesize } from './testing/cdk-cli.ts';

let assembly: string;
let changed: string;

beforeAll(async () => {
  [assembly, changed] = await Promise.all([synthesize(), synthesize({ greeting: 'good evening' })]);
});
afterAll(() => {
  for (const folder of [assembly, changed]) rmSync(folder, { recursive: true, force: true });
});

const deployment = (folder: string) => ['deploy', '--app', folder, '**', '--require-approval', 'never'];

/** What a deployment has made, without times and random identifiers. */
async function observe(runtime: TestRuntime): Promise<object> {
  const cfn = new CloudFormation(runtime.clientConfig);
  const lambda = new Lambda(runtime.clientConfig);
  const s3 = new S3({ ...runtime.clientConfig, forcePathStyle: true });
  const { Stacks = [] } = await cfn.describeStacks({});
  const { Functions = [] } = await lambda.listFunctions({});
  const { Buckets = [] } = await s3.listBuckets({});
  return {
    stacks: await Promise.all(
      Stacks.map(async ({ StackName, StackStatus, Outputs, Parameters, Tags, RoleARN }) => ({
        StackName,
        StackStatus,
        Outputs,
        Parameters,
        Tags,
        RoleARN,
        resources: ((await cfn.listStackResources({ StackName })).StackResourceSummaries ?? []).map(
          (resource) => [
            resource.LogicalResourceId,
            resource.ResourceType,
            resource.ResourceStatus,
            resource.PhysicalResourceId?.replace(/[0-9a-f-]{36}/, ''),
          ],
        ),
      })),
    ),
    functions: Functions.map(({ FunctionName, CodeSha256, Environment, Timeout }) => ({
      FunctionName,
      CodeSha256,
      Environment,
      Timeout,
    })).sort((a, b) => String(a.FunctionName).localeCompare(String(b.FunctionName))),
    buckets: await Promise.all(
      Buckets.map(async ({ Name: Bucket }) => [
        Bucket,
        ((await s3.listObjectsV2({ Bucket })).Contents ?? []).map(({ Key }) => Key),
      ]),
    ),
  };
}

test('an app that knows nothing of Slipway is deployed, changed, looked at and destroyed by the plain CDK', async () => {
  await using runtime = await startTestRuntime();
  const cfn = new CloudFormation(runtime.clientConfig);
  const lambda = new Lambda(runtime.clientConfig);
  const s3 = new S3({ ...runtime.clientConfig, forcePathStyle: true });
  const outputs = async () =>
    Object.fromEntries(
      ((await cfn.describeStacks({ StackName: 'Test-Base' })).Stacks?.[0]?.Outputs ?? []).map(
        ({ OutputKey, OutputValue }) => [OutputKey, OutputValue ?? ''],
      ),
    );
  const greeting = async () => {
    const { FunctionName } = await outputs();
    const { Payload } = await lambda.invoke({ FunctionName });
    return JSON.parse(Buffer.from(Payload!).toString('utf8')) as string;
  };
  const deployed = async (Key: string) =>
    await (await s3.getObject({ Bucket: (await outputs())['BucketName'], Key })).Body!.transformToString();

  const first = await runCdk(runtime, ...deployment(assembly));
  expect(first).toMatchObject({
    code: 0,
    output: expect.stringContaining('✅  Test/Triggered (Test-Triggered)'),
  });
  expect(await greeting()).toBe('hello');
  expect((await outputs())['Said']).toBe('hello');
  const bucket = (await outputs())['BucketName'];
  expect(JSON.parse(await deployed('config.json'))).toEqual({ greeting: 'hello', bucket });

  const same = await runCdk(runtime, ...deployment(assembly));
  expect(same).toMatchObject({
    code: 0,
    output: expect.stringContaining('Test/Base (Test-Base) (no changes)'),
  });

  const diff = await runCdk(runtime, 'diff', '--app', changed, 'Test/Base');
  expect(diff).toMatchObject({
    code: 0,
    output: expect.stringContaining('Number of stacks with differences: 1'),
  });
  expect(diff.output).toContain('[~] AWS::SSM::Parameter');
  const update = await runCdk(runtime, ...deployment(changed), '--method', 'direct');
  expect(update).toMatchObject({ code: 0 });
  expect(await greeting()).toBe('good evening');
  expect((await outputs())['Said']).toBe('good evening');
  expect(JSON.parse(await deployed('config.json'))).toEqual({ greeting: 'good evening', bucket });

  const destroy = await runCdk(runtime, 'destroy', '--app', changed, '**', '--force');
  expect(destroy).toMatchObject({ code: 0 });
  expect((await cfn.describeStacks({})).Stacks?.map(({ StackName }) => StackName)).toEqual(['CDKToolkit']);
  expect((await s3.listBuckets({})).Buckets?.map(({ Name }) => Name)).toEqual([
    'cdk-hnb659fds-assets-000000000000-us-east-1',
  ]);
}, 120_000);

test('both doors, the wire and the assembly read directly, lead to the same state', async () => {
  await using byWire = await startTestRuntime();
  await using direct = await startTestRuntime();
  const events: DeploymentEvent[] = [];
  expect(await runCdk(byWire, ...deployment(assembly))).toMatchObject({ code: 0 });
  const stacks = await deployAssembly(assembly, {
    ...inProcess(direct),
    listener: (event) => events.push(event),
  });
  expect(stacks.map(({ stackName, changed: was }) => [stackName, was])).toEqual([
    ['Test-Base', true],
    ['Test-Triggered', true],
  ]);
  expect(await observe(direct)).toEqual(await observe(byWire));
  expect(events.filter(({ type }) => type === 'asset.published').length).toBeGreaterThan(4);

  const again = await deployAssembly(assembly, inProcess(direct));
  expect(again.map(({ changed: was }) => was)).toEqual([false, false]);
  const { defaultAccount: account, defaultRegion: region } = direct.config;
  const wire = overTheWire(direct.endpoint, { account, region });
  await deployAssembly(changed, { ...wire, stacks: ['Test/Base'] });
  expect(await runCdk(byWire, ...deployment(changed))).toMatchObject({ code: 0 });
  expect(await observe(direct)).toEqual(await observe(byWire));
  expect(await destroyAssembly(changed, inProcess(direct))).toEqual(['Test-Triggered', 'Test-Base']);
}, 120_000);

test('an environment is bootstrapped when somebody asks for it, and by the CDK itself', async () => {
  await using runtime = await startTestRuntime();
  const cfn = new CloudFormation(runtime.clientConfig);
  const s3 = new S3({ ...runtime.clientConfig, forcePathStyle: true });
  // Nobody who does not use the CDK sees anything of it.
  expect((await s3.listBuckets({})).Buckets ?? []).toEqual([]);
  expect((await cfn.describeStacks({})).Stacks).toEqual([]);
  await s3.headBucket({ Bucket: 'cdk-hnb659fds-assets-000000000000-us-east-1' });
  expect((await cfn.describeStacks({})).Stacks).toMatchObject([
    { StackName: 'CDKToolkit', StackStatus: 'CREATE_COMPLETE' },
  ]);
  const first = await runCdk(runtime, 'bootstrap', 'aws://000000000000/us-east-1');
  expect(first).toMatchObject({ code: 0, output: expect.stringContaining('bootstrapped') });
  const second = await runCdk(runtime, 'bootstrap', 'aws://000000000000/us-east-1');
  expect(second).toMatchObject({ code: 0, output: expect.stringContaining('bootstrapped (no changes)') });
  const elsewhere = await runCdk(
    runtime,
    'bootstrap',
    'aws://000000000000/eu-west-1',
    '--qualifier',
    'other',
  );
  expect(elsewhere).toMatchObject({ code: 0 });
}, 120_000);

test('a stack that this version cannot deploy is told before anything of it is made', async () => {
  await using runtime = await startTestRuntime();
  const cfn = new CloudFormation(runtime.clientConfig);
  const TemplateBody = JSON.stringify({ Resources: { Q: { Type: 'AWS::Neptune::DBCluster' } } });
  await expect(cfn.createStack({ StackName: 'unknown', TemplateBody })).rejects.toThrow(
    'Unrecognized resource types: [AWS::Neptune::DBCluster] (/Resources/Q/Type)',
  );
});
