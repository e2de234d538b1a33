import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { FunctionTests } from './testing.ts';

let runtime: TestRuntime;
let functions: FunctionTests;

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function';
const S3 = { StatementId: 's3', Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com' };

beforeAll(async () => {
  runtime = await startTestRuntime();
  functions = new FunctionTests(runtime);
});
afterAll(() => runtime[Symbol.asyncDispose]());

test('statements are written as Lambda writes them', async () => {
  const { lambda } = functions;
  await functions.python('stated', 'x = 1\n');
  const statement = async (StatementId: string, given: object) => {
    const added = await lambda.addPermission({ ...S3, FunctionName: 'stated', StatementId, ...given });
    return JSON.parse(added.Statement ?? '') as object;
  };
  expect(await statement('bucket', { SourceArn: 'arn:aws:s3:::b', SourceAccount: '000000000000' })).toEqual({
    Sid: 'bucket',
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'lambda:InvokeFunction',
    Resource: `${ARN}:stated`,
    Condition: {
      StringEquals: { 'AWS:SourceAccount': '000000000000' },
      ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::b' },
    },
  });
  expect(await statement('account', { Principal: '111111111111' })).toMatchObject({
    Principal: { AWS: 'arn:aws:iam::111111111111:root' },
  });
  expect(await statement('all', { Principal: '*' })).toMatchObject({ Principal: '*' });
  await expect(statement('nonsense', { Principal: 'nonsense' })).rejects.toThrow(
    'The provided principal was invalid. Please check the principal and try again.',
  );
  await expect(statement('all', {})).rejects.toMatchObject({
    name: 'ResourceConflictException',
    message:
      'The statement id (all) provided already exists. Please provide a new statement id, or remove the existing statement.',
  });
  const { Policy = '' } = await lambda.getPolicy({ FunctionName: 'stated' });
  expect(JSON.parse(Policy)).toMatchObject({
    Version: '2012-10-17',
    Id: 'default',
    Statement: [{ Sid: 'bucket' }, { Sid: 'account' }, { Sid: 'all' }],
  });
});

test('function, versions and aliases have a policy each, whose revision is theirs', async () => {
  const { lambda } = functions;
  await functions.python('guarded', 'x = 1\n');
  await lambda.publishVersion({ FunctionName: 'guarded' });
  await lambda.createAlias({ FunctionName: 'guarded', Name: 'live', FunctionVersion: '1' });
  await expect(lambda.addPermission({ ...S3, FunctionName: 'guarded:$LATEST' })).rejects.toThrow(
    'We currently do not support adding policies for $LATEST.',
  );
  await lambda.addPermission({ ...S3, FunctionName: 'guarded' });
  const policy = await lambda.getPolicy({ FunctionName: 'guarded' });
  const { RevisionId } = await lambda.getFunctionConfiguration({ FunctionName: 'guarded' });
  expect(policy.RevisionId).toBe(RevisionId);
  await expect(lambda.getPolicy({ FunctionName: 'guarded', Qualifier: '1' })).rejects.toThrow(
    'The resource you requested does not exist.',
  );
  for (const Qualifier of ['1', 'live'])
    await lambda.addPermission({ ...S3, FunctionName: 'guarded', Qualifier });
  const alias = await lambda.getAlias({ FunctionName: 'guarded', Name: 'live' });
  expect((await lambda.getPolicy({ FunctionName: 'guarded:live' })).RevisionId).toBe(alias.RevisionId);
  await expect(
    lambda.addPermission({ ...S3, FunctionName: 'guarded', StatementId: 'late', RevisionId: 'wrong' }),
  ).rejects.toMatchObject({ name: 'PreconditionFailedException' });
});

test('statements are removed one by one', async () => {
  const { lambda } = functions;
  await functions.python('opened', 'x = 1\n');
  await lambda.addPermission({ ...S3, FunctionName: 'opened' });
  await expect(
    lambda.removePermission({ FunctionName: 'opened', StatementId: 'other' }),
  ).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'Statement other is not found in resource policy.',
  });
  const { $metadata } = await lambda.removePermission({ FunctionName: 'opened', StatementId: 's3' });
  expect($metadata.httpStatusCode).toBe(204);
  await expect(lambda.getPolicy({ FunctionName: 'opened' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('tags belong to functions', async () => {
  const { lambda } = functions;
  await functions.python('tagged', 'x = 1\n', { Tags: { a: '1' } });
  const Resource = `${ARN}:tagged`;
  await lambda.tagResource({ Resource, Tags: { b: '2', a: 'new' } });
  expect((await lambda.listTags({ Resource })).Tags).toEqual({ a: 'new', b: '2' });
  await lambda.untagResource({ Resource, TagKeys: ['a', 'unknown'] });
  expect((await lambda.listTags({ Resource })).Tags).toEqual({ b: '2' });
  await expect(lambda.listTags({ Resource: `${ARN}:nobody` })).rejects.toThrow(
    `Function not found: ${ARN}:nobody`,
  );
  await expect(lambda.tagResource({ Resource: `${Resource}:live`, Tags: { a: 'b' } })).rejects.toThrow(
    'Tags on function aliases and versions are not supported.',
  );
});

test('the account shows what it uses', async () => {
  const { AccountLimit, AccountUsage } = await functions.lambda.getAccountSettings({});
  expect(AccountLimit).toMatchObject({ ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 1000 });
  expect(AccountUsage?.FunctionCount).toBeGreaterThanOrEqual(4);
  expect(AccountUsage?.TotalCodeSize).toBeGreaterThan(100);
});

test('what is not served says so by name', async () => {
  await expect(
    functions.lambda.createFunctionUrlConfig({ FunctionName: 'tagged', AuthType: 'NONE' }),
  ).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('lambda:CreateFunctionUrlConfig is not served') as string,
    $metadata: { httpStatusCode: 501 },
  });
});
