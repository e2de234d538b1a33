import { Lambda } from '@aws-sdk/client-lambda';
import { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployContext } from '../../../testing/deploy-context.ts';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { archiveOf, FunctionTests, ROLE } from '../testing.ts';
import { lambdaResources } from './index.ts';

let runtime: TestRuntime;
let lambda: Lambda;
let s3: S3;
let functions: FunctionTests;

const BUCKET = 'cdk-assets';

beforeAll(async () => {
  runtime = await startTestRuntime();
  lambda = new Lambda(runtime.clientConfig);
  s3 = new S3(runtime.clientConfig);
  functions = new FunctionTests(runtime);
  await s3.createBucket({ Bucket: BUCKET });
});
afterAll(() => runtime[Symbol.asyncDispose]());

function provider(type: string) {
  const client = runtime.client.bind(runtime);
  return lambdaResources({ client, signals: runtime.signals })[`AWS::Lambda::${type}`]!;
}

async function asset(key: string, source: string): Promise<{ S3Bucket: string; S3Key: string }> {
  await s3.putObject({ Bucket: BUCKET, Key: key, Body: await archiveOf({ 'index.py': source }) });
  return { S3Bucket: BUCKET, S3Key: key };
}

test('a function is created from an asset, updated in place, and deleted', async () => {
  const properties = {
    Code: await asset('one.zip', 'import os\ndef handler(e, c):\n    return [1, os.environ.get("MODE")]\n'),
    Handler: 'index.handler',
    Role: ROLE,
    Runtime: 'python3.12',
    Timeout: '20',
    MemorySize: 256,
    Environment: { Variables: { MODE: 'fast', COUNT: 3 } },
    Tags: [{ Key: 'a', Value: '1' }],
    ReservedConcurrentExecutions: 5,
    Architectures: ['arm64'],
  };
  const created = await provider('Function').create(properties, deployContext(runtime, 'Worker'));
  expect(created).toEqual({
    physicalId: 'test-Worker-1',
    attributes: { Arn: 'arn:aws:lambda:us-east-1:000000000000:function:test-Worker-1' },
  });
  // Repeated after a crash, it creates nothing twice.
  expect(await provider('Function').create(properties, deployContext(runtime, 'Worker'))).toEqual(created);
  const FunctionName = created.physicalId;
  const { Configuration, Tags, Concurrency } = await lambda.getFunction({ FunctionName });
  expect(Configuration).toMatchObject({
    State: 'Active',
    Timeout: 20,
    MemorySize: 256,
    Architectures: ['arm64'],
  });
  expect(Configuration?.Environment?.Variables).toEqual({ MODE: 'fast', COUNT: '3' });
  expect(Tags).toEqual({ a: '1' });
  expect(Concurrency?.ReservedConcurrentExecutions).toBe(5);

  const { Environment: _, ReservedConcurrentExecutions: __, ...rest } = properties;
  const changed = {
    ...rest,
    Code: await asset('two.zip', 'import os\ndef handler(e, c):\n    return [2, os.environ.get("MODE")]\n'),
    Tags: [{ Key: 'b', Value: '2' }],
  };
  const context = deployContext(runtime, 'Worker', 'update');
  expect(await provider('Function').update(FunctionName, changed, properties, context)).toEqual(created);
  expect((await functions.invoke(FunctionName)).payload).toEqual([2, null]);
  const after = await lambda.getFunction({ FunctionName });
  expect(after.Tags).toEqual({ b: '2' });
  expect(after).not.toHaveProperty('Concurrency');

  for (const step of ['delete', 'delete again']) {
    await provider('Function').delete(FunctionName, changed, deployContext(runtime, 'Worker', step));
  }
  await expect(lambda.getFunction({ FunctionName })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('inline code lies beside the module that answers CloudFormation', async () => {
  const python = {
    Code: {
      ZipFile:
        'import cfnresponse\ndef handler(event, context):\n    cfnresponse.send(event, context, cfnresponse.SUCCESS, {"Answer": 42}, "id")\n',
    },
    Handler: 'index.handler',
    Role: ROLE,
    Runtime: 'python3.13',
  };
  const node = {
    ...python,
    Runtime: 'nodejs22.x',
    Code: {
      ZipFile:
        "const response = require('cfn-response');\nexports.handler = (event, context) => response.send(event, context, response.SUCCESS, { Answer: 42 }, 'id');",
    },
  };
  for (const [logicalId, properties] of Object.entries({ InlinePython: python, InlineNode: node })) {
    await using answers = await answerServer();
    const { physicalId } = await provider('Function').create(properties, deployContext(runtime, logicalId));
    const request = { StackId: 's', RequestId: 'r', LogicalResourceId: logicalId };
    const result = await functions.invoke(physicalId, { ...request, ResponseURL: answers.url });
    expect({ error: result.error, payload: result.payload }).toEqual({ payload: null });
    expect(answers.bodies).toEqual([
      {
        ...request,
        Status: 'SUCCESS',
        Reason: expect.stringContaining('CloudWatch Log Stream: ') as string,
        PhysicalResourceId: 'id',
        NoEcho: false,
        Data: { Answer: 42 },
      },
    ]);
  }
});

test('permission, version, alias, layer and invoke configuration come and go', async () => {
  await functions.python('held', "def handler(e, c):\n    return 'held'\n");
  const make = (type: string, properties: object) =>
    provider(type).create(properties as Record<string, unknown>, deployContext(runtime, type));
  const drop = (type: string, id: string, properties: object) =>
    provider(type).delete(id, properties as Record<string, unknown>, deployContext(runtime, type, 'delete'));
  const FunctionName = 'arn:aws:lambda:us-east-1:000000000000:function:held';

  const permission = {
    Action: 'lambda:InvokeFunction',
    FunctionName,
    Principal: 's3.amazonaws.com',
    SourceAccount: '000000000000',
  };
  const permitted = await make('Permission', permission);
  const { Policy = '' } = await lambda.getPolicy({ FunctionName: 'held' });
  expect(JSON.parse(Policy)).toMatchObject({
    Statement: [{ Sid: permitted.physicalId, Principal: { Service: 's3.amazonaws.com' } }],
  });
  await drop('Permission', permitted.physicalId, permission);
  await drop('Permission', permitted.physicalId, permission);

  const version = await make('Version', { FunctionName, Description: 'frozen' });
  expect(version).toEqual({
    physicalId: `${FunctionName}:1`,
    attributes: { FunctionArn: `${FunctionName}:1`, Version: '1' },
  });
  const aliasProperties = { FunctionName, FunctionVersion: '1', Name: 'live' };
  const alias = await make('Alias', aliasProperties);
  expect(alias.physicalId).toBe(`${FunctionName}:live`);
  await provider('Alias').update(
    alias.physicalId,
    { ...aliasProperties, FunctionVersion: '$LATEST', Description: 'moved' },
    aliasProperties,
    deployContext(runtime, 'Alias', 'update'),
  );
  expect(await lambda.getAlias({ FunctionName, Name: 'live' })).toMatchObject({
    FunctionVersion: '$LATEST',
    Description: 'moved',
  });

  const invokeConfig = { FunctionName: 'held', Qualifier: '$LATEST', MaximumRetryAttempts: 1 };
  const configured = await make('EventInvokeConfig', invokeConfig);
  expect(await lambda.getFunctionEventInvokeConfig({ FunctionName: 'held' })).toMatchObject({
    MaximumRetryAttempts: 1,
  });

  const layerProperties = {
    Content: await asset('layer.zip', 'x = 1\n'),
    LayerName: 'made',
    CompatibleRuntimes: ['python3.12'],
  };
  const layer = await make('LayerVersion', layerProperties);
  expect(layer.physicalId).toBe('arn:aws:lambda:us-east-1:000000000000:layer:made:1');

  await drop('EventInvokeConfig', configured.physicalId, invokeConfig);
  await drop('Alias', alias.physicalId, aliasProperties);
  await drop('Version', version.physicalId, {});
  await drop('LayerVersion', layer.physicalId, layerProperties);
  await drop('LayerVersion', layer.physicalId, layerProperties);
  expect((await lambda.listVersionsByFunction({ FunctionName })).Versions).toHaveLength(1);
  expect((await lambda.listLayerVersions({ LayerName: 'made' })).LayerVersions).toEqual([]);
});

/** Takes what custom resources answer. */
async function answerServer() {
  const { createServer } = await import('node:http');
  const bodies: unknown[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (data) => {
      text += String(data);
    });
    request.on('end', () => {
      bodies.push(JSON.parse(text));
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}/answer?x=1`,
    bodies,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
