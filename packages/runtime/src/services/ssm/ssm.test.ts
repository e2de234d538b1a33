import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { SSM } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../testing/manual-clock.ts';
import { runAwsCli, runPython } from '../../testing/python-clients.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { until } from '../../testing/until.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const ROOT = 'arn:aws:ssm:us-east-1:000000000000:parameter';

let clock: ManualClock;
let runtime: TestRuntime;
let ssm: SSM;

beforeAll(async () => {
  clock = new ManualClock(NOW);
  runtime = await startTestRuntime({}, { clock });
  ssm = new SSM(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

function put(Name: string, Value: string, more: object = {}) {
  return ssm.putParameter({ Name, Value, Type: 'String', ...more });
}

function overwrite(Name: string, Value: string, more: object = {}) {
  return ssm.putParameter({ Name, Value, Overwrite: true, ...more });
}

function names(parameters: readonly { Name?: string | undefined }[] | undefined) {
  return parameters?.map(({ Name }) => Name);
}

test('a parameter has versions, and its name may be followed by one', async () => {
  expect(await put('/app/url', 'one', { Description: 'where' })).toMatchObject({
    Version: 1,
    Tier: 'Standard',
  });
  await expect(put('/app/url', 'two')).rejects.toMatchObject({
    name: 'ParameterAlreadyExists',
    message:
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
  });
  expect(await overwrite('/app/url', 'two')).toMatchObject({ Version: 2 });
  const { Parameter } = await ssm.getParameter({ Name: '/app/url' });
  expect(Parameter).toEqual({
    Name: '/app/url',
    Type: 'String',
    Value: 'two',
    Version: 2,
    LastModifiedDate: new Date(NOW),
    ARN: `${ROOT}/app/url`,
    DataType: 'text',
  });
  expect((await ssm.getParameter({ Name: '/app/url:1' })).Parameter).toMatchObject({
    Name: '/app/url',
    Value: 'one',
    Selector: ':1',
  });
  expect((await ssm.getParameter({ Name: `${ROOT}/app/url:1` })).Parameter).toMatchObject({ Value: 'one' });
  await expect(ssm.getParameter({ Name: '/app/url:3' })).rejects.toMatchObject({
    name: 'ParameterVersionNotFound',
    message: 'Systems Manager could not find version 3 of /app/url. Verify the version and try again.',
  });
  await expect(ssm.getParameter({ Name: '/app/url:1:2' })).rejects.toMatchObject({
    name: 'ParameterNotFound',
  });
  const history = await ssm.getParameterHistory({ Name: '/app/url', MaxResults: 1 });
  expect(history.Parameters).toMatchObject([
    {
      Value: 'one',
      Version: 1,
      Description: 'where',
      LastModifiedUser: 'arn:aws:iam::000000000000:root',
      Labels: [],
    },
  ]);
  const { NextToken } = history;
  expect((await ssm.getParameterHistory({ Name: '/app/url', NextToken })).Parameters).toMatchObject([
    { Value: 'two', Version: 2, Description: 'where' },
  ]);
});

test('a name is the same parameter with and without a slash in front, and an ARN only its own', async () => {
  await put('plain', 'value');
  expect((await ssm.getParameter({ Name: '/plain' })).Parameter).toMatchObject({
    Name: '/plain',
    ARN: `${ROOT}/plain`,
  });
  expect((await ssm.getParameter({ Name: `${ROOT}/plain` })).Parameter).toMatchObject({ Name: 'plain' });
  await expect(put('/plain', 'other')).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
  for (const other of ['us-east-1:111111111111', 'eu-west-1:000000000000']) {
    await expect(ssm.getParameter({ Name: `arn:aws:ssm:${other}:parameter/plain` })).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
  }
  await ssm.deleteParameter({ Name: '/plain' });
  await expect(ssm.getParameter({ Name: 'plain' })).rejects.toMatchObject({
    name: 'ParameterNotFound',
    message: 'Parameter plain not found.',
  });
});

test('names have a form, and some are reserved', async () => {
  const form = expect.stringContaining('sub-paths divided by slash symbol');
  for (const [name, error] of [
    ['aws-x', { name: 'ValidationException', message: expect.stringContaining('"aws" or "ssm"') }],
    ['/SSM/x', { name: 'ValidationException', message: form }],
    ['/aws/x', { name: 'AccessDeniedException', message: 'No access to reserved parameter name: /aws/x.' }],
    ['a/b', { name: 'ValidationException', message: 'Parameter name must be a fully qualified name.' }],
    ['/a//b', { name: 'ValidationException', message: form }],
    ['/a/', { name: 'ValidationException', message: form }],
    ['a b', { name: 'ValidationException', message: form }],
    ['/a'.repeat(16), { name: 'HierarchyLevelLimitExceededException' }],
  ] as const) {
    await expect(put(name, 'x')).rejects.toMatchObject(error);
  }
  await expect(ssm.getParameter({ Name: 'a/b' })).rejects.toMatchObject({ message: form });
  await expect(
    ssm.getParameter({ Name: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64' }),
  ).rejects.toMatchObject({ name: 'ParameterNotFound' });
});

test('several parameters are read in the order of the alphabet, what is not there is told', async () => {
  await put('many-b', 'b');
  await put('many-a', 'a');
  const answer = await ssm.getParameters({ Names: ['many-b', 'many-c', 'many-a', 'many-b', 'x/y'] });
  expect(names(answer.Parameters)).toEqual(['many-a', 'many-b']);
  expect(answer.InvalidParameters).toEqual(['many-c', 'x/y']);
  expect(await ssm.deleteParameters({ Names: ['many-a', 'many-c'] })).toMatchObject({
    DeletedParameters: ['many-a'],
    InvalidParameters: ['many-c'],
  });
});

test('labels are on one version at a time and name it', async () => {
  await put('/label/p', '1');
  await overwrite('/label/p', '2');
  expect(
    await ssm.labelParameterVersion({
      Name: '/label/p',
      ParameterVersion: 1,
      Labels: ['stable', 'aws-no', '1st'],
    }),
  ).toMatchObject({ InvalidLabels: ['aws-no', '1st'], ParameterVersion: 1 });
  expect((await ssm.getParameter({ Name: '/label/p:stable' })).Parameter).toMatchObject({
    Value: '1',
    Selector: ':stable',
  });
  const labelled = { Path: '/label', ParameterFilters: [{ Key: 'Label', Values: ['stable'] }] };
  expect((await ssm.getParametersByPath(labelled)).Parameters).toMatchObject([{ Value: '1' }]);
  await ssm.labelParameterVersion({ Name: '/label/p', Labels: ['stable'] });
  expect((await ssm.getParameter({ Name: '/label/p:stable' })).Parameter).toMatchObject({ Value: '2' });
  const more = Array.from({ length: 10 }, (_, index) => `more${index}`);
  await expect(ssm.labelParameterVersion({ Name: '/label/p', Labels: more })).rejects.toMatchObject({
    name: 'ParameterVersionLabelLimitExceeded',
  });
  expect(
    await ssm.unlabelParameterVersion({
      Name: '/label/p',
      ParameterVersion: 2,
      Labels: ['stable', 'unknown'],
    }),
  ).toMatchObject({ RemovedLabels: ['stable'], InvalidLabels: ['unknown'] });
  await expect(ssm.getParameter({ Name: '/label/p:stable' })).rejects.toMatchObject({
    name: 'ParameterVersionNotFound',
  });
});

test('a hundred versions are kept, and a label holds the oldest', async () => {
  await put('/versions', '1');
  for (let version = 2; version <= 101; version++) await overwrite('/versions', String(version));
  await expect(ssm.getParameter({ Name: '/versions:1' })).rejects.toMatchObject({
    name: 'ParameterVersionNotFound',
  });
  expect((await ssm.getParameterHistory({ Name: '/versions' })).Parameters).toHaveLength(50);
  await ssm.labelParameterVersion({ Name: '/versions', ParameterVersion: 2, Labels: ['first'] });
  await expect(overwrite('/versions', '102')).rejects.toMatchObject({
    name: 'ParameterMaxVersionLimitExceeded',
  });
  expect((await ssm.getParameter({ Name: '/versions' })).Parameter?.Version).toBe(101);
});

test('a path is read one level deep or through, in pages', async () => {
  for (const name of ['/path/a', '/path/b', '/path/deep/c', '/pathology']) await put(name, name);
  expect(names((await ssm.getParametersByPath({ Path: '/path' })).Parameters)).toEqual([
    '/path/a',
    '/path/b',
  ]);
  const all = { Path: '/path/', Recursive: true, MaxResults: 2 };
  const first = await ssm.getParametersByPath(all);
  expect(names(first.Parameters)).toEqual(['/path/a', '/path/b']);
  const second = await ssm.getParametersByPath({ ...all, NextToken: first.NextToken });
  expect(names(second.Parameters)).toEqual(['/path/deep/c']);
  expect(second).not.toHaveProperty('NextToken');
  await expect(ssm.getParametersByPath({ Path: '/other', NextToken: first.NextToken })).rejects.toMatchObject(
    { name: 'InvalidNextToken' },
  );
  await expect(ssm.getParametersByPath({ Path: 'path' })).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining('must begin with a forward slash'),
  });
});

test('parameters are found by name, path, type, tier and tag', async () => {
  await put('/find/one', '1', { Tags: [{ Key: 'team', Value: 'red' }] });
  await put('/find/two', '2', { Tier: 'Advanced' });
  await put('/find/in/list', 'a,b', { Type: 'StringList' });
  const under = { Key: 'Path', Option: 'Recursive', Values: ['/find'] };
  const find = async (...filters: { Key: string; Option?: string; Values?: string[] }[]) =>
    names((await ssm.describeParameters({ ParameterFilters: filters })).Parameters);
  expect(await find(under)).toEqual(['/find/in/list', '/find/one', '/find/two']);
  expect(await find({ Key: 'Path', Values: ['/find'] })).toEqual(['/find/one', '/find/two']);
  expect(await find({ Key: 'Name', Option: 'BeginsWith', Values: ['find/t', '/find/o'] })).toEqual([
    '/find/one',
    '/find/two',
  ]);
  expect(await find({ Key: 'Name', Option: 'Contains', Values: ['d/in'] })).toEqual(['/find/in/list']);
  expect(await find(under, { Key: 'Type', Values: ['StringList'] })).toEqual(['/find/in/list']);
  expect(await find(under, { Key: 'Tier', Values: ['Advanced'] })).toEqual(['/find/two']);
  expect(await find(under, { Key: 'tag:team', Values: ['red'] })).toEqual(['/find/one']);
  expect(await find({ Key: 'tag:team' })).toEqual(['/find/one']);
  const { Parameters } = await ssm.describeParameters({
    Filters: [{ Key: 'Name', Values: ['/find/on'] }],
  });
  expect(Parameters).toEqual([
    {
      Name: '/find/one',
      ARN: `${ROOT}/find/one`,
      Type: 'String',
      LastModifiedDate: new Date(NOW),
      LastModifiedUser: 'arn:aws:iam::000000000000:root',
      Version: 1,
      Tier: 'Standard',
      Policies: [],
      DataType: 'text',
    },
  ]);
  for (const [filter, error] of [
    [{ Key: 'Label', Values: ['x'] }, { name: 'InvalidFilterKey' }],
    [{ Key: 'Name' }, { name: 'InvalidFilterValue' }],
    [{ Key: 'Type', Option: 'Contains', Values: ['x'] }, { name: 'InvalidFilterOption' }],
    [{ Key: 'Type', Values: ['Number'] }, { message: expect.stringContaining('not valid: Number') }],
    [{ Key: 'Path', Values: ['/aws/x'] }, { name: 'ValidationException' }],
  ] as const) {
    await expect(find(filter as { Key: string })).rejects.toMatchObject(error);
  }
});

test('values fit their tier and their pattern', async () => {
  await expect(put('big', 'x'.repeat(4097))).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining('Standard tier parameters support a maximum parameter value of 4096'),
  });
  expect(await put('big', 'x'.repeat(4097), { Tier: 'Intelligent-Tiering' })).toMatchObject({
    Tier: 'Advanced',
  });
  await expect(overwrite('big', 'small', { Tier: 'Standard' })).rejects.toMatchObject({
    message: expect.stringContaining("You can't downgrade a parameter"),
  });
  await put('number', '12', { AllowedPattern: '^\\d+$' });
  await expect(overwrite('number', 'twelve')).rejects.toMatchObject({
    name: 'ParameterPatternMismatchException',
    message: 'Parameter value, cannot be validated against allowedPattern: ^\\d+$',
  });
  await expect(put('new', 'x', { AllowedPattern: '[' })).rejects.toMatchObject({
    name: 'InvalidAllowedPatternException',
  });
  await expect(put('new', 'x', { Policies: '[{"Type":"Expiration"}]' })).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'A parameter with policies (new) is not supported by this version of Slipway',
  });
});

test('tags are given at creation and later', async () => {
  await put('/tags', 'x', { Tags: [{ Key: 'a', Value: '1' }] });
  const resource = { ResourceType: 'Parameter', ResourceId: '/tags' } as const;
  await ssm.addTagsToResource({ ...resource, Tags: [{ Key: 'b', Value: '2' }] });
  await ssm.removeTagsFromResource({ ...resource, TagKeys: ['a'] });
  await overwrite('/tags', 'y');
  expect((await ssm.listTagsForResource({ ...resource, ResourceId: 'tags' })).TagList).toEqual([
    { Key: 'b', Value: '2' },
  ]);
  await expect(overwrite('/tags', 'z', { Tags: [{ Key: 'a', Value: '1' }] })).rejects.toMatchObject({
    message: expect.stringContaining("tags and overwrite can't be used together"),
  });
  await expect(ssm.listTagsForResource({ ResourceType: 'Document', ResourceId: 'x' })).rejects.toMatchObject({
    name: 'InvalidResourceId',
  });
});

test('rules see the changes of parameters', async () => {
  const logs = new CloudWatchLogs(runtime.clientConfig);
  const events = new EventBridge(runtime.clientConfig);
  await logs.createLogGroup({ logGroupName: 'changes' });
  const pattern = { source: ['aws.ssm'], detail: { name: [{ prefix: '/told/' }] } };
  await events.putRule({ Name: 'changes', EventPattern: JSON.stringify(pattern) });
  const Arn = 'arn:aws:logs:us-east-1:000000000000:log-group:changes';
  await events.putTargets({ Rule: 'changes', Targets: [{ Id: 'log', Arn }] });
  await put('/told/p', '1', { Description: 'about it' });
  await overwrite('/told/p', '2');
  await ssm.deleteParameter({ Name: '/told/p' });
  const lines = await until(async () => {
    const { events: found = [] } = await logs.filterLogEvents({ logGroupName: 'changes' });
    return found.length >= 3 ? found.map(({ message }) => JSON.parse(message!)) : undefined;
  });
  const detail = { name: '/told/p', type: 'String', description: 'about it' };
  expect(lines).toHaveLength(3);
  for (const operation of ['Create', 'Update', 'Delete']) {
    expect(lines).toContainEqual(
      expect.objectContaining({
        'detail-type': 'Parameter Store Change',
        resources: [`${ROOT}/told/p`],
        detail: { operation, ...detail },
      }),
    );
  }
});

test('boto3 and the AWS CLI read and write parameters', { timeout: 120_000 }, async () => {
  const python = await runPython(
    runtime,
    `
import boto3
ssm = boto3.client('ssm')
ssm.put_parameter(Name='/boto/a', Value='1', Type='String')
ssm.put_parameter(Name='/boto/b', Value='hidden', Type='SecureString')
pages = ssm.get_paginator('get_parameters_by_path').paginate(Path='/boto', WithDecryption=True, MaxResults=1)
print([(p['Name'], p['Value']) for page in pages for p in page['Parameters']])
try:
    ssm.get_parameter(Name='/boto/none')
except ssm.exceptions.ParameterNotFound as error:
    print(error)
`,
  );
  expect(python.stderr).toBe('');
  expect(python.stdout).toContain("[('/boto/a', '1'), ('/boto/b', 'hidden')]");
  expect(python.stdout).toContain('Parameter /boto/none not found.');
  const cli = await runAwsCli(
    runtime,
    ...['ssm', 'get-parameter', '--name', '/boto/b', '--with-decryption'],
    ...['--query', 'Parameter.Value', '--output', 'text'],
  );
  expect(cli).toMatchObject({ code: 0, stdout: 'hidden\n' });
});
