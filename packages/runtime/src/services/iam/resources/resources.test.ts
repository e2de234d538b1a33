import { IAM } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployContext } from '../../../testing/deploy-context.ts';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { iamResources } from './index.ts';

let runtime: TestRuntime;
let iam: IAM;

const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
};
const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';

function allow(Action: string) {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] };
}

function provider(type: string) {
  return iamResources[`AWS::IAM::${type}`]!;
}

beforeAll(async () => {
  runtime = await startTestRuntime();
  iam = new IAM(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

test('a role is created with its policies, updated to others, and deleted; a repeated step does nothing twice', async () => {
  const properties = {
    AssumeRolePolicyDocument: TRUST,
    ManagedPolicyArns: [BASIC],
    MaxSessionDuration: '7200',
    Policies: [{ PolicyName: 'inline', PolicyDocument: allow('s3:GetObject') }],
    Tags: [{ Key: 'a', Value: '1' }],
  };
  const created = await provider('Role').create(properties, deployContext(runtime, 'Role'));
  expect(created).toMatchObject({
    physicalId: 'test-Role-1',
    attributes: {
      Arn: 'arn:aws:iam::000000000000:role/test-Role-1',
      RoleId: expect.stringMatching(/^AROA/),
    },
  });
  expect(await provider('Role').create(properties, deployContext(runtime, 'Role'))).toEqual(created);

  const wanted = {
    ...properties,
    ManagedPolicyArns: [],
    Policies: [{ PolicyName: 'other', PolicyDocument: allow('s3:PutObject') }],
    Tags: [],
  };
  const RoleName = created.physicalId;
  await provider('Role').update(RoleName, wanted, properties, deployContext(runtime, 'Role', 'update'));
  expect((await iam.listRolePolicies({ RoleName })).PolicyNames).toEqual(['other']);
  expect((await iam.listAttachedRolePolicies({ RoleName })).AttachedPolicies).toEqual([]);
  expect((await iam.getRole({ RoleName })).Role).toMatchObject({ MaxSessionDuration: 7200 });
  for (const step of ['delete', 'delete again']) {
    await provider('Role').delete(RoleName, wanted, deployContext(runtime, 'Role', step));
  }
  await expect(iam.getRole({ RoleName })).rejects.toMatchObject({ name: 'NoSuchEntityException' });
});

test('an inline policy goes into all its roles, and leaves those it no longer names', async () => {
  for (const RoleName of ['one', 'two']) {
    await iam.createRole({ RoleName, AssumeRolePolicyDocument: JSON.stringify(TRUST) });
  }
  const properties = { PolicyName: 'Default', PolicyDocument: allow('s3:*'), Roles: ['one', 'two'] };
  const { physicalId } = await provider('Policy').create(properties, deployContext(runtime, 'Policy'));
  const fewer = { ...properties, Roles: ['two'] };
  await provider('Policy').update(physicalId, fewer, properties, deployContext(runtime, 'Policy', 'update'));
  expect((await iam.listRolePolicies({ RoleName: 'one' })).PolicyNames).toEqual([]);
  expect((await iam.listRolePolicies({ RoleName: 'two' })).PolicyNames).toEqual(['Default']);
  await provider('Policy').delete(physicalId, fewer, deployContext(runtime, 'Policy', 'delete'));
  expect((await iam.listRolePolicies({ RoleName: 'two' })).PolicyNames).toEqual([]);
  await expect(
    provider('Policy').create({ ...properties, Roles: [] }, deployContext(runtime, 'Policy2')),
  ).rejects.toThrow('At least one of [Groups,Roles,Users] must be non-empty.');
});

test('a managed policy gets a new default version when its document changes', async () => {
  await iam.createRole({ RoleName: 'managed', AssumeRolePolicyDocument: JSON.stringify(TRUST) });
  const properties = { PolicyDocument: allow('s3:*'), Roles: ['managed'], Description: 'd' };
  const context = deployContext(runtime, 'Managed');
  const { physicalId: arn, attributes } = await provider('ManagedPolicy').create(properties, context);
  expect(arn).toBe('arn:aws:iam::000000000000:policy/test-Managed-1');
  expect(attributes).toMatchObject({ PolicyArn: arn, AttachmentCount: 1, DefaultVersionId: 'v1' });
  const wanted = { ...properties, PolicyDocument: allow('sqs:*') };
  const updating = deployContext(runtime, 'Managed', 'update');
  const updated = await provider('ManagedPolicy').update(arn, wanted, properties, updating);
  expect(updated.attributes).toMatchObject({ DefaultVersionId: 'v2' });
  expect((await iam.listPolicyVersions({ PolicyArn: arn })).Versions).toHaveLength(1);
  await provider('ManagedPolicy').delete(arn, wanted, deployContext(runtime, 'Managed', 'delete'));
  await expect(iam.getPolicy({ PolicyArn: arn })).rejects.toMatchObject({ name: 'NoSuchEntityException' });
});

test('users, groups, keys, instance profiles and service-linked roles come and go', async () => {
  const group = await provider('Group').create({ Policies: [] }, deployContext(runtime, 'Group'));
  const properties = { Groups: [group.physicalId], ManagedPolicyArns: [BASIC] };
  const user = await provider('User').create(properties, deployContext(runtime, 'User'));
  const keyProperties = { UserName: user.physicalId };
  const key = await provider('AccessKey').create(keyProperties, deployContext(runtime, 'Key'));
  expect(key.physicalId).toMatch(/^AKIA/);
  expect(key.attributes['SecretAccessKey']).toBeTypeOf('string');
  expect((await iam.getGroup({ GroupName: group.physicalId })).Users).toHaveLength(1);
  await provider('AccessKey').delete(key.physicalId, keyProperties, deployContext(runtime, 'Key', 'delete'));
  await provider('User').delete(user.physicalId, properties, deployContext(runtime, 'User', 'delete'));
  await provider('Group').delete(group.physicalId, {}, deployContext(runtime, 'Group', 'delete'));
  expect((await iam.listUsers({})).Users).toEqual([]);

  await iam.createRole({ RoleName: 'profiled', AssumeRolePolicyDocument: JSON.stringify(TRUST) });
  const profile = { Roles: ['profiled'] };
  const created = await provider('InstanceProfile').create(profile, deployContext(runtime, 'Profile'));
  expect(created.attributes['Arn']).toBe('arn:aws:iam::000000000000:instance-profile/test-Profile-1');
  await provider('InstanceProfile').delete(
    created.physicalId,
    profile,
    deployContext(runtime, 'Profile', 'delete'),
  );
  const linked = await provider('ServiceLinkedRole').create(
    { AWSServiceName: 'events.amazonaws.com' },
    deployContext(runtime, 'Linked'),
  );
  expect(linked.physicalId).toBe('AWSServiceRoleForCloudWatchEvents');
  await provider('ServiceLinkedRole').delete(
    linked.physicalId,
    {},
    deployContext(runtime, 'Linked', 'delete'),
  );
});
