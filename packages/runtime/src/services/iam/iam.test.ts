import { IAM } from '@aws-sdk/client-iam';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAwsCli, runPython } from '../../testing/python-clients.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';

let runtime: TestRuntime;
let iam: IAM;

const TRUST = document('sts:AssumeRole', { Principal: { Service: 'lambda.amazonaws.com' } });
const READ = document('s3:GetObject', { Resource: 'arn:aws:s3:::data/*' });

beforeAll(async () => {
  runtime = await startTestRuntime();
  iam = new IAM(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

function document(Action: string, rest: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, ...rest }] });
}

/** IAM of an account that no other test uses. */
function iamOf(account: string): IAM {
  return new IAM({
    ...runtime.clientConfig,
    credentials: { accessKeyId: account, secretAccessKey: 'x' },
  });
}

test('a role is the same in every region, with an id and a percent-encoded trust policy', async () => {
  const { Role } = await iam.createRole({
    RoleName: 'Worker',
    Path: '/service/',
    AssumeRolePolicyDocument: TRUST,
    Tags: [{ Key: 'team', Value: 'a' }],
  });
  expect(Role).toMatchObject({
    Arn: 'arn:aws:iam::000000000000:role/service/Worker',
    RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
    MaxSessionDuration: 3600,
    AssumeRolePolicyDocument: encodeURIComponent(TRUST),
  });
  const elsewhere = new IAM({ ...runtime.clientConfig, region: 'eu-west-1' });
  expect((await elsewhere.getRole({ RoleName: 'Worker' })).Role?.RoleId).toBe(Role?.RoleId);
  await expect(iam.createRole({ RoleName: 'worker', AssumeRolePolicyDocument: TRUST })).rejects.toMatchObject(
    {
      name: 'EntityAlreadyExistsException',
      message: 'Role with name worker already exists.',
      $metadata: { httpStatusCode: 409 },
    },
  );
  await expect(iam.getRole({ RoleName: 'nobody' })).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role with name nobody cannot be found.',
    $metadata: { httpStatusCode: 404 },
  });
});

test('a role is deleted only when nothing hangs on it, and says what does', async () => {
  const RoleName = 'bound';
  const deletion = () => iam.deleteRole({ RoleName });
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: TRUST });
  await iam.putRolePolicy({ RoleName, PolicyName: 'read', PolicyDocument: READ });
  await iam.attachRolePolicy({
    RoleName,
    PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
  });
  await iam.createInstanceProfile({ InstanceProfileName: 'bound' });
  await iam.addRoleToInstanceProfile({ InstanceProfileName: 'bound', RoleName });
  await expect(deletion()).rejects.toThrow(
    'Cannot delete entity, must remove roles from instance profile first.',
  );
  await iam.removeRoleFromInstanceProfile({ InstanceProfileName: 'bound', RoleName });
  await expect(deletion()).rejects.toThrow('Cannot delete entity, must detach all policies first.');
  expect((await iam.listAttachedRolePolicies({ RoleName })).AttachedPolicies).toEqual([
    {
      PolicyName: 'AWSLambdaBasicExecutionRole',
      PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
    },
  ]);
  await iam.detachRolePolicy({
    RoleName,
    PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
  });
  await expect(deletion()).rejects.toThrow('Cannot delete entity, must delete policies first.');
  const { PolicyDocument } = await iam.getRolePolicy({ RoleName, PolicyName: 'read' });
  expect(decodeURIComponent(PolicyDocument!)).toBe(READ);
  await iam.deleteRolePolicy({ RoleName, PolicyName: 'read' });
  await expect(iam.deleteRolePolicy({ RoleName, PolicyName: 'read' })).rejects.toThrow(
    'The role policy with name read cannot be found.',
  );
  await deletion();
});

test.each([
  ['no JSON', 'Syntax errors in policy.'],
  [JSON.stringify({ Version: '2008-10-17', Statement: [] }), 'Syntax errors in policy.'],
  [READ.replace('2012', '2008'), 'Policy document must be version 2012-10-17 or greater.'],
  [document('s3:GetObject', {}), 'Policy statement must contain resources.'],
  [
    document('GetObject', { Resource: '*' }),
    'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
  ],
  [document('s3:Get', { Resource: 'data' }), 'Resource data must be in ARN format or "*".'],
  [
    document('s3:Get', { Resource: 'arn:x:s3:::data' }),
    'Partition "x" is not valid for resource "arn:x:s3:::data".',
  ],
  [document('s3:Get', { Resource: '*', Principal: '*' }), 'Policy document should not specify a principal.'],
])('the malformed policy %s is refused in the words of IAM', async (PolicyDocument, message) => {
  await expect(iam.createPolicy({ PolicyName: 'malformed', PolicyDocument })).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
    message,
  });
});

test('trust policies need principals in their form and no resource', async () => {
  const create = (AssumeRolePolicyDocument: string) =>
    iam.createRole({ RoleName: 'untrusted', AssumeRolePolicyDocument });
  await expect(create(document('sts:AssumeRole', { Principal: { Service: 'lambda' } }))).rejects.toThrow(
    'Invalid principal in policy: "SERVICE":"lambda"',
  );
  await expect(create(document('sts:AssumeRole', { Principal: '*', Resource: '*' }))).rejects.toThrow(
    'Has prohibited field Resource.',
  );
  await expect(create(document('s3:GetObject', { Principal: '*' }))).rejects.toThrow(
    'Trust Policy statement actions can only be sts:AssumeRole',
  );
});

test('a managed policy has up to five versions, one of them the default', async () => {
  const { Policy } = await iam.createPolicy({ PolicyName: 'versioned', PolicyDocument: READ });
  const PolicyArn = Policy!.Arn!;
  for (let version = 2; version <= 5; version++) {
    await iam.createPolicyVersion({ PolicyArn, PolicyDocument: READ, SetAsDefault: version === 3 });
  }
  await expect(iam.createPolicyVersion({ PolicyArn, PolicyDocument: READ })).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: expect.stringContaining('can have up to 5 versions'),
  });
  await expect(iam.deletePolicyVersion({ PolicyArn, VersionId: 'v3' })).rejects.toThrow(
    'Cannot delete the default version of a policy.',
  );
  await iam.deletePolicyVersion({ PolicyArn, VersionId: 'v1' });
  const { PolicyVersion } = await iam.createPolicyVersion({ PolicyArn, PolicyDocument: READ });
  expect(PolicyVersion).toMatchObject({ VersionId: 'v6', IsDefaultVersion: false });
  const { Versions } = await iam.listPolicyVersions({ PolicyArn });
  expect(Versions?.map(({ VersionId }) => VersionId)).toEqual(['v6', 'v5', 'v4', 'v3', 'v2']);
  await iam.createGroup({ GroupName: 'readers' });
  await iam.attachGroupPolicy({ GroupName: 'readers', PolicyArn });
  expect((await iam.getPolicy({ PolicyArn })).Policy).toMatchObject({
    AttachmentCount: 1,
    DefaultVersionId: 'v3',
  });
  expect((await iam.listEntitiesForPolicy({ PolicyArn })).PolicyGroups).toMatchObject([
    { GroupName: 'readers' },
  ]);
  await expect(iam.deletePolicy({ PolicyArn })).rejects.toThrow(
    'Cannot delete a policy attached to entities.',
  );
});

test('policies of AWS can be attached by name; what is not known about one is not made up', async () => {
  const account = iamOf('444444444444');
  await account.createRole({ RoleName: 'r', AssumeRolePolicyDocument: TRUST });
  const known = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
  const { PolicyVersion } = await account.getPolicyVersion({ PolicyArn: known, VersionId: 'v3' });
  expect(JSON.parse(decodeURIComponent(PolicyVersion!.Document!))).toMatchObject({
    Statement: [{ Effect: 'Allow', Resource: '*', Action: expect.arrayContaining(['s3:Get*', 's3:List*']) }],
  });
  const unknown = 'arn:aws:iam::aws:policy/SomeVeryLongPolicy';
  await account.attachRolePolicy({ RoleName: 'r', PolicyArn: unknown });
  expect((await account.getPolicy({ PolicyArn: unknown })).Policy).toMatchObject({ AttachmentCount: 1 });
  await expect(account.getPolicyVersion({ PolicyArn: unknown, VersionId: 'v1' })).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  });
  const attached = await account.listPolicies({ OnlyAttached: true });
  expect(attached.Policies?.map(({ PolicyName }) => PolicyName)).toEqual(['SomeVeryLongPolicy']);
  await expect(
    account.attachRolePolicy({ RoleName: 'r', PolicyArn: 'arn:aws:iam::444444444444:policy/none' }),
  ).rejects.toThrow('Policy arn:aws:iam::444444444444:policy/none does not exist or is not attachable.');
});

test('lists come in pages and only under a path', async () => {
  const account = iamOf('555555555555');
  for (const name of ['d', 'b', 'C', 'a']) {
    const Path = name === 'a' ? '/x/' : '/y/';
    await account.createRole({ RoleName: name, Path, AssumeRolePolicyDocument: TRUST });
  }
  const first = await account.listRoles({ MaxItems: 2, PathPrefix: '/y/' });
  expect(first).toMatchObject({ IsTruncated: true, Roles: [{ RoleName: 'b' }, { RoleName: 'C' }] });
  const second = await account.listRoles({ MaxItems: 2, PathPrefix: '/y/', Marker: first.Marker });
  expect(second).toMatchObject({ IsTruncated: false, Roles: [{ RoleName: 'd' }] });
  await expect(account.listUsers({ Marker: first.Marker })).rejects.toMatchObject({
    name: 'ValidationError',
  });
});

test("a user's key is the user; inactive or deleted it is refused", async () => {
  const { User } = await iam.createUser({ UserName: 'anna', Path: '/people/' });
  const { AccessKey } = await iam.createAccessKey({ UserName: 'anna' });
  const AccessKeyId = AccessKey!.AccessKeyId!;
  const sts = new STS({
    ...runtime.clientConfig,
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: AccessKey!.SecretAccessKey! },
  });
  expect(await sts.getCallerIdentity({})).toMatchObject({
    Account: '000000000000',
    UserId: User!.UserId,
    Arn: 'arn:aws:iam::000000000000:user/people/anna',
  });
  await iam.updateUser({ UserName: 'anna', NewUserName: 'anne' });
  expect((await sts.getCallerIdentity({})).Arn).toBe('arn:aws:iam::000000000000:user/people/anne');
  await expect(iam.deleteUser({ UserName: 'anne' })).rejects.toThrow('must delete access keys first');
  await iam.updateAccessKey({ UserName: 'anne', AccessKeyId, Status: 'Inactive' });
  await expect(sts.getCallerIdentity({})).rejects.toMatchObject({
    name: 'InvalidClientTokenId',
    $metadata: { httpStatusCode: 403 },
  });
  await iam.deleteAccessKey({ UserName: 'anne', AccessKeyId });
  await expect(sts.getCallerIdentity({})).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  await iam.deleteUser({ UserName: 'anne' });
});

test('tags: 50 at most, keys alike in any case, set and removed', async () => {
  await iam.createUser({ UserName: 'tagged', Tags: [{ Key: 'Team', Value: 'a' }] });
  await iam.tagUser({
    UserName: 'tagged',
    Tags: [
      { Key: 'team', Value: 'b' },
      { Key: 'x', Value: '' },
    ],
  });
  expect((await iam.listUserTags({ UserName: 'tagged' })).Tags).toEqual([
    { Key: 'team', Value: 'b' },
    { Key: 'x', Value: '' },
  ]);
  await iam.untagUser({ UserName: 'tagged', TagKeys: ['TEAM'] });
  expect((await iam.getUser({ UserName: 'tagged' })).User?.Tags).toEqual([{ Key: 'x', Value: '' }]);
  const Tags = [
    { Key: 'a', Value: '1' },
    { Key: 'A', Value: '2' },
  ];
  await expect(iam.tagUser({ UserName: 'tagged', Tags })).rejects.toThrow('Duplicate tag keys found');
});

test('service-linked roles belong to their service', async () => {
  const { Role } = await iam.createServiceLinkedRole({ AWSServiceName: 'lambda.amazonaws.com' });
  expect(Role?.Arn).toBe(
    'arn:aws:iam::000000000000:role/aws-service-role/lambda.amazonaws.com/AWSServiceRoleForLambda',
  );
  const RoleName = Role!.RoleName!;
  await expect(iam.deleteRole({ RoleName })).rejects.toMatchObject({ name: 'UnmodifiableEntityException' });
  const { DeletionTaskId } = await iam.deleteServiceLinkedRole({ RoleName });
  expect(await iam.getServiceLinkedRoleDeletionStatus({ DeletionTaskId })).toMatchObject({
    Status: 'SUCCEEDED',
  });
});

test('the summary counts what is there; the account has an alias', async () => {
  const account = iamOf('666666666666');
  await account.createUser({ UserName: 'u' });
  await account.createPolicy({ PolicyName: 'p', PolicyDocument: READ });
  expect((await account.getAccountSummary({})).SummaryMap).toMatchObject({ Users: 1, Roles: 0, Policies: 1 });
  await account.createAccountAlias({ AccountAlias: 'my-company' });
  expect((await account.listAccountAliases({})).AccountAliases).toEqual(['my-company']);
  await expect(iam.createAccountAlias({ AccountAlias: 'my-company' })).rejects.toThrow(
    'The account alias my-company already exists.',
  );
  const details = await account.getAccountAuthorizationDetails({ Filter: ['LocalManagedPolicy'] });
  expect(details).toMatchObject({ UserDetailList: [], Policies: [{ PolicyName: 'p', AttachmentCount: 0 }] });
});

test('an assumed role has the id of the role that exists', async () => {
  const { Role } = await iam.createRole({ RoleName: 'assumable', AssumeRolePolicyDocument: TRUST });
  const sts = new STS(runtime.clientConfig);
  const { AssumedRoleUser } = await sts.assumeRole({ RoleArn: Role!.Arn, RoleSessionName: 'session' });
  expect(AssumedRoleUser?.AssumedRoleId).toBe(`${Role!.RoleId}:session`);
});

test('boto3 decodes documents, the CLI creates a user with a key', async () => {
  const program = `
import boto3, json
iam = boto3.client('iam')
trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "glue.amazonaws.com"}}]}
iam.create_role(RoleName='py', AssumeRolePolicyDocument=json.dumps(trust))
iam.put_role_policy(RoleName='py', PolicyName='p', PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}))
print(iam.get_role(RoleName='py')['Role']['AssumeRolePolicyDocument'] == trust, iam.get_role_policy(RoleName='py', PolicyName='p')['PolicyDocument']['Statement'][0]['Action'])
iam.get_waiter('role_exists').wait(RoleName='py')
try:
    iam.create_role(RoleName='py', AssumeRolePolicyDocument=json.dumps(trust))
except iam.exceptions.EntityAlreadyExistsException as error:
    print(error.response['Error']['Code'])
`;
  expect(await runPython(runtime, program)).toMatchObject({
    code: 0,
    stdout: 'True s3:*\nEntityAlreadyExists\n',
  });
  const created = await runAwsCli(runtime, 'iam', 'create-user', '--user-name', 'cli', '--output', 'json');
  expect(JSON.parse(created.stdout)).toMatchObject({ User: { UserName: 'cli' } });
  const key = await runAwsCli(runtime, 'iam', 'create-access-key', '--user-name', 'cli', '--output', 'json');
  expect(JSON.parse(key.stdout)).toMatchObject({ AccessKey: { UserName: 'cli', Status: 'Active' } });
});
