import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { archiveOf, FunctionTests } from './testing.ts';

let runtime: TestRuntime;
let functions: FunctionTests;

const ARN = 'arn:aws:lambda:us-east-1:000000000000:layer';

beforeAll(async () => {
  runtime = await startTestRuntime();
  functions = new FunctionTests(runtime);
});
afterAll(() => runtime[Symbol.asyncDispose]());

async function publish(LayerName: string, files: Record<string, string>, settings: object = {}) {
  return await functions.lambda.publishLayerVersion({
    LayerName,
    Content: { ZipFile: await archiveOf(files) },
    ...settings,
  });
}

test('functions find what their layers hold, the later layer first, their own code before all', async () => {
  const lower = await publish('lower', {
    'python/shared.py': "value = 'lower'\n",
    'python/only_lower.py': 'value = 1\n',
    'python/lib/python3.12/site-packages/deep.py': "value = 'deep'\n",
    'bin/tool': '#!/bin/sh\necho tool\n',
  });
  const upper = await publish('upper', {
    'python/shared.py': "value = 'upper'\n",
    'python/own.py': "value = 'layer'\n",
  });
  await functions.create(
    'layered',
    'python3.12',
    {
      'own.py': "value = 'own'\n",
      'index.py': `import deep, only_lower, own, shared
def handler(event, context):
    return [shared.value, only_lower.value, deep.value, own.value]
`,
    },
    { Layers: [lower.LayerVersionArn, upper.LayerVersionArn] },
  );
  expect((await functions.invoke('layered')).payload).toEqual(['upper', 1, 'deep', 'own']);
  const { Layers } = await functions.lambda.getFunctionConfiguration({ FunctionName: 'layered' });
  expect(Layers).toEqual([
    { Arn: `${ARN}:lower:1`, CodeSize: lower.Content?.CodeSize },
    { Arn: `${ARN}:upper:1`, CodeSize: upper.Content?.CodeSize },
  ]);
});

test('Node functions find modules of layers by require and by import', async () => {
  const layer = await publish('modules', {
    'nodejs/node_modules/greeter/index.js': "exports.greet = () => 'hello';",
    'nodejs/node_modules/greeter/package.json': '{"name":"greeter","main":"index.js"}',
  });
  const settings = { Layers: [layer.LayerVersionArn] };
  await functions.node(
    'requires',
    "const { greet } = require('greeter'); exports.handler = async () => greet();",
    settings,
  );
  await functions.create(
    'imports',
    'nodejs22.x',
    { 'index.mjs': "import { greet } from 'greeter'; export const handler = async () => greet();" },
    settings,
  );
  expect((await functions.invoke('requires')).payload).toBe('hello');
  expect((await functions.invoke('imports')).payload).toBe('hello');
});

test('versions count up, are listed newest first, and are never given twice', async () => {
  const { lambda } = functions;
  const first = await publish(
    'counted',
    { a: '1' },
    { CompatibleRuntimes: ['python3.12'], Description: 'one' },
  );
  expect(first).toMatchObject({
    LayerArn: `${ARN}:counted`,
    LayerVersionArn: `${ARN}:counted:1`,
    Version: 1,
    Description: 'one',
    CompatibleRuntimes: ['python3.12'],
  });
  const download = await fetch(first.Content?.Location ?? '');
  expect(Number((await download.arrayBuffer()).byteLength)).toBe(first.Content?.CodeSize);
  await publish('counted', { a: '2' });
  const { LayerVersions = [] } = await lambda.listLayerVersions({ LayerName: 'counted' });
  expect(LayerVersions.map(({ Version }) => Version)).toEqual([2, 1]);
  const { Layers = [] } = await lambda.listLayers({ CompatibleRuntime: 'python3.12' });
  expect(Layers.find(({ LayerName }) => LayerName === 'counted')?.LatestMatchingVersion?.Version).toBe(1);
  await lambda.deleteLayerVersion({ LayerName: 'counted', VersionNumber: 2 });
  await lambda.deleteLayerVersion({ LayerName: 'counted', VersionNumber: 2 });
  expect((await publish('counted', { a: '3' })).Version).toBe(3);
  await expect(lambda.getLayerVersion({ LayerName: 'counted', VersionNumber: 2 })).rejects.toThrow(
    'The resource you requested does not exist.',
  );
  await expect(lambda.getLayerVersion({ LayerName: 'counted', VersionNumber: 0 })).rejects.toThrow(
    'Layer Version Cannot be less than 1',
  );
  expect(await lambda.getLayerVersionByArn({ Arn: `${ARN}:counted:1` })).toMatchObject({ Version: 1 });
});

test('a function keeps a layer that is deleted', async () => {
  const layer = await publish('kept', { 'python/kept.py': "value = 'kept'\n" });
  await functions.python('keeps', 'import kept\ndef handler(e, c):\n    return kept.value\n', {
    Layers: [layer.LayerVersionArn],
  });
  await functions.lambda.deleteLayerVersion({ LayerName: 'kept', VersionNumber: 1 });
  expect((await functions.invoke('keeps')).payload).toBe('kept');
  await expect(functions.python('too-late', 'x = 1\n', { Layers: [layer.LayerVersionArn] })).rejects.toThrow(
    `Layer version ${ARN}:kept:1 does not exist.`,
  );
});

test('faults of layers are answered in the words of AWS', async () => {
  await publish('one', { a: '1' });
  await publish('one', { a: '2' });
  const refusal = async (Layers: string[]) => {
    const error = await functions.python('faulty', 'x = 1\n', { Layers }).catch((reason: unknown) => reason);
    return (error as Error).message;
  };
  expect(await refusal([`${ARN}:one:1`, `${ARN}:one:2`])).toBe(
    `Two different versions of the same layer are not allowed to be referenced in the same function. ${ARN}:one:1 and ${ARN}:one:2 are versions of the same layer.`,
  );
  expect(await refusal(['arn:aws:lambda:eu-west-1:000000000000:layer:one:1'])).toBe(
    'Layers are not in the same region as the function. Layers are expected to be in region us-east-1.',
  );
  expect(await refusal(Array.from({ length: 6 }, (_, n) => `${ARN}:l${n}:1`))).toBe(
    'Cannot reference more than 5 layers.',
  );
  await expect(publish('bad', { a: '1' }, { CompatibleRuntimes: ['cobol'] })).rejects.toMatchObject({
    name: 'ValidationException',
  });
});

test('layer versions have policies of their own', async () => {
  const { lambda } = functions;
  await publish('shared', { a: '1' });
  const layer = { LayerName: 'shared', VersionNumber: 1 };
  await expect(lambda.getLayerVersionPolicy(layer)).rejects.toThrow(
    'No policy is associated with the given resource.',
  );
  const statement = { ...layer, StatementId: 's1', Action: 'lambda:GetLayerVersion', Principal: '*' };
  const added = await lambda.addLayerVersionPermission(statement);
  expect(JSON.parse(added.Statement ?? '')).toEqual({
    Sid: 's1',
    Effect: 'Allow',
    Principal: '*',
    Action: 'lambda:GetLayerVersion',
    Resource: `${ARN}:shared:1`,
  });
  await expect(lambda.addLayerVersionPermission(statement)).rejects.toMatchObject({
    name: 'ResourceConflictException',
  });
  await expect(
    lambda.addLayerVersionPermission({ ...statement, StatementId: 's2', RevisionId: 'wrong' }),
  ).rejects.toThrow('Call the GetLayerPolicy API to retrieve the latest Revision Id');
  expect((await lambda.getLayerVersionPolicy(layer)).RevisionId).toBe(added.RevisionId);
  await lambda.removeLayerVersionPermission({ ...layer, StatementId: 's1' });
  await expect(lambda.removeLayerVersionPermission({ ...layer, StatementId: 's1' })).rejects.toThrow(
    'Statement s1 is not found in resource policy.',
  );
  await expect(lambda.getLayerVersionPolicy({ ...layer, VersionNumber: 2 })).rejects.toThrow(
    `Layer version ${ARN}:shared:2 does not exist.`,
  );
});
