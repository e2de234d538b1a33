import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Lab, startLab, template, thing, variable } from './testing/lab.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab[Symbol.asyncDispose]());
beforeEach(() => {
  lab.things.log.length = 0;
  lab.things.failing.clear();
});

test('a stack is created in the order of its dependencies, updated and deleted', async () => {
  const { cfn, things, statusOf, eventsOf } = lab;
  const StackName = 'first';
  const text = (value: string) =>
    template(
      {
        B: thing({ Value: { 'Fn::Sub': `${variable('A.Arn')}/${variable('AWS::Region')}` } }),
        A: thing({ Value: value, Name: 'a' }),
      },
      { Outputs: { Out: { Value: { 'Fn::GetAtt': ['B', 'Value'] } } } },
    );
  const { StackId } = await cfn.createStack({ StackName, TemplateBody: text('1') });
  expect(StackId).toMatch(/^arn:aws:cloudformation:us-east-1:000000000000:stack\/first\/[0-9a-f-]{36}$/);
  expect(things.log).toEqual(['create A', 'create B']);
  expect((await cfn.describeStacks({ StackName })).Stacks?.[0]).toMatchObject({
    StackStatus: 'CREATE_COMPLETE',
    Outputs: [{ OutputKey: 'Out', OutputValue: 'arn:aws:test:::a/us-east-1' }],
    EnableTerminationProtection: false,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
    Tags: [],
    NotificationARNs: [],
  });
  expect(await eventsOf(StackName)).toEqual([
    'first | CREATE_IN_PROGRESS | User Initiated',
    'A | CREATE_IN_PROGRESS',
    'A | CREATE_IN_PROGRESS | Resource creation Initiated',
    'A | CREATE_COMPLETE',
    'B | CREATE_IN_PROGRESS',
    'B | CREATE_IN_PROGRESS | Resource creation Initiated',
    'B | CREATE_COMPLETE',
    'first | CREATE_COMPLETE',
  ]);
  await expect(cfn.updateStack({ StackName, TemplateBody: text('1') })).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'No updates are to be performed.',
  });
  await cfn.updateStack({ StackName, TemplateBody: text('2') });
  expect(await statusOf(StackName)).toBe('UPDATE_COMPLETE');
  expect(things.existing.get('a')).toEqual({ Value: '2', Name: 'a' });
  await cfn.deleteStack({ StackName });
  expect(things.existing.size).toBe(0);
  expect(things.log.slice(-2)).toEqual(['delete B', 'delete A']);
  await expect(cfn.describeStacks({ StackName })).rejects.toThrow('Stack with id first does not exist');
  expect(await statusOf(StackId!)).toBe('DELETE_COMPLETE');
});

test('a name is taken while its stack lives, and free again afterwards', async () => {
  const { cfn } = lab;
  const request = { StackName: 'again', TemplateBody: template({ A: thing() }) };
  const { StackId } = await cfn.createStack(request);
  await expect(cfn.createStack(request)).rejects.toMatchObject({
    name: 'AlreadyExistsException',
    message: 'Stack [again] already exists',
  });
  await cfn.deleteStack({ StackName: 'again' });
  await expect(cfn.describeStackEvents({ StackName: 'again' })).rejects.toThrow(
    'Stack [again] does not exist',
  );
  const second = await cfn.createStack(request);
  expect(second.StackId).not.toBe(StackId);
  const { StackSummaries = [] } = await cfn.listStacks({ StackStatusFilter: ['DELETE_COMPLETE'] });
  expect(StackSummaries.map((summary) => summary.StackId)).toContain(StackId);
  await cfn.deleteStack({ StackName: 'again' });
});

test('the same request token means the same request', async () => {
  const { cfn } = lab;
  const request = { StackName: 'token', TemplateBody: template({ A: thing() }), ClientRequestToken: 'abc' };
  const first = await cfn.createStack(request);
  expect((await cfn.createStack(request)).StackId).toBe(first.StackId);
  const [event] = (await cfn.describeStackEvents({ StackName: 'token' })).StackEvents ?? [];
  expect(event?.ClientRequestToken).toBe('abc');
  await cfn.deleteStack({ StackName: 'token' });
});

test('what changes in a thing decides between an update in place, a replacement and nothing', async () => {
  const { cfn, things, eventsOf } = lab;
  const StackName = 'changes';
  const text = (name: string, value: string) =>
    template({
      A: thing({ Name: name, Value: value }, { UpdateReplacePolicy: 'Delete' }),
      B: thing({ Value: { Ref: 'A' }, Name: 'b' }),
      C: thing({ Value: 'same', Name: 'c' }),
    });
  await cfn.createStack({ StackName, TemplateBody: text('one', '1') });
  things.log.length = 0;
  await cfn.updateStack({ StackName, TemplateBody: text('one', '2') });
  expect(things.log).toEqual(['update A']);
  things.log.length = 0;
  await cfn.updateStack({ StackName, TemplateBody: text('two', '2') });
  expect(things.log).toEqual(['create A', 'update B', 'delete A']);
  expect([...things.existing.keys()].sort()).toEqual(['b', 'c', 'two']);
  expect((await eventsOf(StackName)).slice(-9)).toEqual([
    'A | UPDATE_IN_PROGRESS | Requested update requires the creation of a new physical resource; hence creating one.',
    'A | UPDATE_IN_PROGRESS | Resource creation Initiated',
    'A | UPDATE_COMPLETE',
    'B | UPDATE_IN_PROGRESS',
    'B | UPDATE_COMPLETE',
    'changes | UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'A | DELETE_IN_PROGRESS',
    'A | DELETE_COMPLETE',
    'changes | UPDATE_COMPLETE',
  ]);
  things.log.length = 0;
  await cfn.updateStack({ StackName, TemplateBody: template({ C: thing({ Value: 'same', Name: 'c' }) }) });
  expect(things.log).toEqual(['delete B', 'delete A']);
  const { StackResources = [] } = await cfn.describeStackResources({ StackName });
  expect(StackResources.map(({ LogicalResourceId }) => LogicalResourceId)).toEqual(['C']);
  await cfn.deleteStack({ StackName });
});

test('names that the template leaves open are made of stack, logical id and a suffix that repeats itself', async () => {
  const { cfn, things } = lab;
  const request = { StackName: 'a-stack-of-a-long-name', TemplateBody: template({ SomeLogicalId: thing() }) };
  const nameOf = async () => {
    const { StackResourceDetail } = await cfn.describeStackResource({
      StackName: request.StackName,
      LogicalResourceId: 'SomeLogicalId',
    });
    return StackResourceDetail?.PhysicalResourceId ?? '';
  };
  await cfn.createStack(request);
  const first = await nameOf();
  expect(first).toMatch(/^a-stack-of-a-\w*-SomeLogicalId-[A-Z0-9]{12}$/);
  expect(first.length).toBeLessThanOrEqual(40);
  await cfn.deleteStack({ StackName: request.StackName });
  await cfn.createStack(request);
  expect(await nameOf()).toBe(first);
  await cfn.deleteStack({ StackName: request.StackName });
  expect(things.existing.size).toBe(0);
});

test('what is retained stays, and the next stack of the name uses other names', async () => {
  const { cfn, things, eventsOf } = lab;
  const request = {
    StackName: 'keeper',
    TemplateBody: template({ Kept: thing({}, { DeletionPolicy: 'Retain' }), Gone: thing() }),
  };
  const { StackId } = await cfn.createStack(request);
  await cfn.deleteStack({ StackName: 'keeper' });
  expect(things.existing.size).toBe(1);
  expect(await eventsOf(StackId!)).toContain('Kept | DELETE_SKIPPED');
  await cfn.createStack(request);
  expect(await lab.statusOf('keeper')).toBe('CREATE_COMPLETE');
  expect(things.existing.size).toBe(3);
  await cfn.deleteStack({ StackName: 'keeper' });
  things.existing.clear();
});

test('a protected stack is not deleted', async () => {
  const { cfn } = lab;
  const StackName = 'protected';
  await cfn.createStack({
    StackName,
    TemplateBody: template({ A: thing() }),
    EnableTerminationProtection: true,
  });
  await expect(cfn.deleteStack({ StackName })).rejects.toThrow(
    'Stack [protected] cannot be deleted while TerminationProtection is enabled',
  );
  await cfn.updateTerminationProtection({ StackName, EnableTerminationProtection: false });
  await cfn.deleteStack({ StackName });
});

test('tags of the stack reach the resources that have tags, below their own', async () => {
  const { cfn, things } = lab;
  await cfn.createStack({
    StackName: 'tags',
    TemplateBody: template({ A: thing({ Name: 'tagged', Tags: [{ Key: 'own', Value: 'x' }] }) }),
    Tags: [
      { Key: 'own', Value: 'stack' },
      { Key: 'team', Value: 'ml' },
    ],
  });
  expect(things.existing.get('tagged')?.['Tags']).toEqual([
    { Key: 'own', Value: 'x' },
    { Key: 'team', Value: 'ml' },
  ]);
  await cfn.deleteStack({ StackName: 'tags' });
});

test('an update may keep the template and the values of parameters', async () => {
  const { cfn, things } = lab;
  const StackName = 'previous';
  const TemplateBody = template(
    { A: thing({ Name: 'p', Value: { 'Fn::Sub': `${variable('X')}-${variable('Y')}` } }) },
    { Parameters: { X: { Type: 'String' }, Y: { Type: 'Number', Default: 1, MaxValue: 5 } } },
  );
  await cfn.createStack({
    StackName,
    TemplateBody,
    Parameters: [{ ParameterKey: 'X', ParameterValue: 'a' }],
  });
  expect(things.existing.get('p')?.['Value']).toBe('a-1');
  await cfn.updateStack({
    StackName,
    UsePreviousTemplate: true,
    Parameters: [
      { ParameterKey: 'X', UsePreviousValue: true },
      { ParameterKey: 'Y', ParameterValue: '5' },
    ],
  });
  expect(things.existing.get('p')?.['Value']).toBe('a-5');
  await expect(cfn.updateStack({ StackName, UsePreviousTemplate: true })).rejects.toThrow(
    'Parameters: [X] must have values',
  );
  await expect(
    cfn.updateStack({
      StackName,
      UsePreviousTemplate: true,
      Parameters: [
        { ParameterKey: 'X', UsePreviousValue: true },
        { ParameterKey: 'Y', ParameterValue: '6' },
      ],
    }),
  ).rejects.toThrow("Parameter 'Y' must be a number not greater than 5");
  await cfn.deleteStack({ StackName });
});

test('stacks of another region and account are not seen', async () => {
  const { cfn, runtime } = lab;
  await cfn.createStack({ StackName: 'here', TemplateBody: template({ A: thing() }) });
  const { CloudFormation } = await import('@aws-sdk/client-cloudformation');
  const elsewhere = new CloudFormation({ ...runtime.clientConfig, region: 'eu-west-1' });
  expect((await elsewhere.describeStacks({})).Stacks).toEqual([]);
  await expect(elsewhere.describeStacks({ StackName: 'here' })).rejects.toThrow('does not exist');
  await cfn.deleteStack({ StackName: 'here' });
});
