import { Glue } from '@aws-sdk/client-glue';
import { Lambda } from '@aws-sdk/client-lambda';
import { S3 } from '@aws-sdk/client-s3';
import { SFN } from '@aws-sdk/client-sfn';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { archiveOf } from '../services/lambda/testing.ts';
import { startTestRuntime, type TestRuntime } from '../testing/test-runtime.ts';
import { until } from '../testing/until.ts';
import { AccessTests, allow, policy, roleArn, trust } from './testing.ts';

let runtime: TestRuntime;
let access: AccessTests;

beforeAll(async () => {
  runtime = await startTestRuntime({ access: 'enforce' });
  access = new AccessTests(runtime);
});
afterAll(() => runtime[Symbol.asyncDispose]());

async function functionInput(FunctionName: string, role: string) {
  const ZipFile = await archiveOf({ 'index.js': 'exports.handler = async () => 1;' });
  return {
    FunctionName,
    Role: roleArn(role),
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Code: { ZipFile },
  } as const;
}

test('who hands a role to a service needs iam:PassRole for it and for that service', async () => {
  await access.role('worker', [], { trusts: trust('lambda.amazonaws.com', 'glue.amazonaws.com') });
  await access.role('developer', [allow(['lambda:CreateFunction', 'glue:CreateJob'])]);
  const settings = await access.session('developer');
  const create = async () => new Lambda(settings).createFunction(await functionInput('passed', 'worker'));
  const job = {
    Name: 'j',
    Role: roleArn('worker'),
    Command: { Name: 'pythonshell', ScriptLocation: 's3://b/s.py' },
  };
  await expect(create()).rejects.toThrow(
    `is not authorized to perform: iam:PassRole on resource: ${roleArn('worker')} because no identity-based policy allows the iam:PassRole action`,
  );
  await access.allow('developer', [
    allow(['lambda:CreateFunction', 'glue:CreateJob']),
    {
      ...allow('iam:PassRole', roleArn('worker')),
      Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
    },
  ]);
  await create();
  await expect(new Glue(settings).createJob(job)).rejects.toThrow('iam:PassRole');
});

test('a service takes a role only if the role trusts it', async () => {
  await access.role('glue-only', [], { trusts: trust('glue.amazonaws.com') });
  const lambda = new Lambda(runtime.clientConfig);
  await expect(lambda.createFunction(await functionInput('untrusted', 'glue-only'))).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: 'The role defined for the function cannot be assumed by Lambda.',
  });
  await expect(lambda.createFunction(await functionInput('absent', 'no-such-role'))).rejects.toMatchObject({
    message: 'The role defined for the function cannot be assumed by Lambda.',
  });
  await expect(
    new SFN(runtime.clientConfig).createStateMachine({
      name: 'untrusted',
      roleArn: roleArn('glue-only'),
      definition: JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Succeed' } } }),
    }),
  ).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('is authorized to assume the provided role'),
  });
});

test('a role is assumed by whom it trusts: another role by name, or one that may assume anything', async () => {
  await access.role('chief', [allow('sts:AssumeRole')]);
  await access.role('clerk', []);
  const byName = policy({ Action: 'sts:AssumeRole', Principal: { AWS: roleArn('clerk') } });
  await access.role('by-name', [], { trusts: byName });
  await access.role('by-account', []);
  await access.role('closed', [], {
    trusts: policy({ Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }),
  });
  await access.role('with-id', [], {
    trusts: policy({
      Action: 'sts:AssumeRole',
      Principal: { AWS: '000000000000' },
      Condition: { StringEquals: { 'sts:ExternalId': 'secret' } },
    }),
  });
  const chief = new STS(await access.session('chief'));
  const clerk = new STS(await access.session('clerk'));
  const input = (role: string) => ({ RoleArn: roleArn(role), RoleSessionName: 'next' });
  await clerk.assumeRole(input('by-name'));
  await expect(clerk.assumeRole(input('by-account'))).rejects.toThrow('no identity-based policy');
  await chief.assumeRole(input('by-account'));
  await expect(chief.assumeRole(input('closed'))).rejects.toMatchObject({
    name: 'AccessDenied',
    message: `User: arn:aws:sts::000000000000:assumed-role/chief/test is not authorized to perform: sts:AssumeRole on resource: ${roleArn('closed')} because no role trust policy allows the sts:AssumeRole action`,
  });
  await expect(chief.assumeRole(input('with-id'))).rejects.toThrow('role trust policy');
  await chief.assumeRole({ ...input('with-id'), ExternalId: 'secret' });
});

test('a session policy limits a session', async () => {
  const s3 = new S3(runtime.clientConfig);
  await s3.createBucket({ Bucket: 'session' });
  await access.role('broad', [allow('s3:*')]);
  const limited = new S3(await access.session('broad', { Policy: policy(allow('s3:ListBucket')) }));
  await limited.listObjectsV2({ Bucket: 'session' });
  await expect(limited.putObject({ Bucket: 'session', Key: 'k', Body: 'k' })).rejects.toThrow(
    'because no session policy allows the s3:PutObject action',
  );
  await expect(access.session('broad', { Policy: 'none' })).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
  });
});

test('a state machine acts as its role, in process too', async () => {
  await access.role('machine', [], { trusts: trust('states.amazonaws.com') });
  const sfn = new SFN(runtime.clientConfig);
  const states = {
    A: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:s3:listBuckets',
      End: true,
    },
  };
  const { stateMachineArn } = await sfn.createStateMachine({
    name: 'machine',
    roleArn: roleArn('machine'),
    definition: JSON.stringify({ StartAt: 'A', States: states }),
  });
  const ended = async () => {
    const { executionArn } = await sfn.startExecution({ stateMachineArn });
    return await until(async () => {
      const execution = await sfn.describeExecution({ executionArn });
      return execution.status === 'RUNNING' ? undefined : execution;
    });
  };
  expect(await ended()).toMatchObject({
    status: 'FAILED',
    cause: expect.stringContaining('is not authorized to perform: s3:ListAllMyBuckets'),
  });
  await access.allow('machine', [allow('s3:ListAllMyBuckets')]);
  expect(await ended()).toMatchObject({ status: 'SUCCEEDED' });
});
