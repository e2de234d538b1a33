import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { archiveOf, FunctionTests } from './testing.ts';

let runtime: TestRuntime;
let functions: FunctionTests;

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:aliased';

beforeAll(async () => {
  runtime = await startTestRuntime();
  functions = new FunctionTests(runtime);
  const { lambda } = functions;
  await functions.python('aliased', 'def handler(e, c):\n    return [1, c.invoked_function_arn]\n');
  await lambda.publishVersion({ FunctionName: 'aliased' });
  await lambda.updateFunctionCode({
    FunctionName: 'aliased',
    ZipFile: await archiveOf({ 'index.py': 'def handler(e, c):\n    return [2, c.invoked_function_arn]\n' }),
    Publish: true,
  });
});
afterAll(() => runtime[Symbol.asyncDispose]());

test('an alias names a version, in every call', async () => {
  const { lambda } = functions;
  const created = await lambda.createAlias({ FunctionName: 'aliased', Name: 'live', FunctionVersion: '1' });
  expect(created).toMatchObject({
    AliasArn: `${ARN}:live`,
    Name: 'live',
    FunctionVersion: '1',
    Description: '',
  });
  expect(created).not.toHaveProperty('RoutingConfig');
  expect(await functions.invoke('aliased:live')).toMatchObject({ payload: [1, `${ARN}:live`], version: '1' });
  const { Configuration } = await lambda.getFunction({ FunctionName: 'aliased', Qualifier: 'live' });
  expect(Configuration).toMatchObject({ FunctionArn: `${ARN}:live`, Version: '1' });
  const updated = await lambda.updateAlias({ FunctionName: 'aliased', Name: 'live', FunctionVersion: '2' });
  expect(updated.RevisionId).not.toBe(created.RevisionId);
  expect(await functions.invoke('aliased', {}, { Qualifier: 'live' })).toMatchObject({ version: '2' });
  await expect(
    lambda.updateAlias({ FunctionName: 'aliased', Name: 'live', RevisionId: created.RevisionId }),
  ).rejects.toMatchObject({ name: 'PreconditionFailedException' });
  await expect(lambda.deleteFunction({ FunctionName: 'aliased', Qualifier: '2' })).rejects.toMatchObject({
    name: 'ResourceConflictException',
    message: expect.stringContaining('live') as string,
  });
  await lambda.deleteAlias({ FunctionName: 'aliased', Name: 'live' });
  await lambda.deleteAlias({ FunctionName: 'aliased', Name: 'live' });
  await expect(lambda.getAlias({ FunctionName: 'aliased', Name: 'live' })).rejects.toThrow(
    `Cannot find alias arn: ${ARN}:live`,
  );
});

test('an alias of two versions is drawn by weight', async () => {
  const { lambda } = functions;
  const route = (weight: number) =>
    lambda.updateAlias({
      FunctionName: 'aliased',
      Name: 'canary',
      RoutingConfig: { AdditionalVersionWeights: { 2: weight } },
    });
  await lambda.createAlias({ FunctionName: 'aliased', Name: 'canary', FunctionVersion: '1' });
  expect(await route(1)).toMatchObject({ RoutingConfig: { AdditionalVersionWeights: { 2: 1 } } });
  expect((await functions.invoke('aliased:canary')).version).toBe('2');
  await route(0);
  expect((await functions.invoke('aliased:canary')).version).toBe('1');
  await lambda.updateAlias({ FunctionName: 'aliased', Name: 'canary', RoutingConfig: {} });
  expect(await lambda.getAlias({ FunctionName: 'aliased', Name: 'canary' })).not.toHaveProperty(
    'RoutingConfig',
  );
});

test('faults of aliases are answered in the words of AWS', async () => {
  const { lambda } = functions;
  const refusal = async (change: object) => {
    const given = { FunctionName: 'aliased', Name: 'faulty', FunctionVersion: '1', ...change };
    const error = await lambda.createAlias(given).catch((reason: unknown) => reason);
    return `${(error as Error).name}: ${(error as Error).message}`;
  };
  const weights = (AdditionalVersionWeights: Record<string, number>) => ({
    RoutingConfig: { AdditionalVersionWeights },
  });
  expect(await refusal({ FunctionVersion: '10' })).toBe(
    `ResourceNotFoundException: Function not found: ${ARN}:10`,
  );
  expect(await refusal({ FunctionName: 'nobody' })).toBe(
    'ResourceNotFoundException: Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody:1',
  );
  expect(await refusal(weights({ 1: 0.5 }))).toBe(
    'InvalidParameterValueException: Invalid function version 1. Function version 1 is already included in routing configuration.',
  );
  expect(await refusal(weights({ 2: 0.2, 3: 0.2 }))).toBe(
    'InvalidParameterValueException: Number of items in AdditionalVersionWeights cannot be greater than 1',
  );
  expect(await refusal({ FunctionVersion: '$LATEST', ...weights({ 2: 0.2 }) })).toBe(
    'InvalidParameterValueException: $LATEST is not supported for an alias pointing to more than 1 version',
  );
  expect(await refusal(weights({ 2: 2 }))).toMatch(/^ValidationException: /);
  await lambda.createAlias({ FunctionName: 'aliased', Name: 'twice', FunctionVersion: '$LATEST' });
  expect(await refusal({ Name: 'twice' })).toBe(
    `ResourceConflictException: Alias already exists: ${ARN}:twice`,
  );
});

test('aliases are listed, all or those of a version', async () => {
  const { lambda } = functions;
  await lambda.createAlias({ FunctionName: 'aliased', Name: 'one', FunctionVersion: '1' });
  await lambda.createAlias({ FunctionName: 'aliased', Name: 'two', FunctionVersion: '2' });
  const names = async (FunctionVersion?: string) =>
    (await lambda.listAliases({ FunctionName: 'aliased', FunctionVersion })).Aliases?.map(({ Name }) => Name);
  expect(await names()).toEqual(expect.arrayContaining(['one', 'two']));
  expect(await names('2')).toEqual(['two']);
  await expect(lambda.listAliases({ FunctionName: 'nobody' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});
