import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Lab, startLab, template, thing } from './testing/lab.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab[Symbol.asyncDispose]());

const ChangeSetName = 'changes';

test('a stack is reviewed before it is created by a change set', async () => {
  const { cfn, things, statusOf, eventsOf } = lab;
  const StackName = 'reviewed';
  const { Id, StackId } = await cfn.createChangeSet({
    StackName,
    ChangeSetName,
    ChangeSetType: 'CREATE',
    TemplateBody: template({ A: thing({ Name: 'a' }) }),
  });
  expect(Id).toMatch(/^arn:aws:cloudformation:us-east-1:000000000000:changeSet\/changes\//);
  expect(await statusOf(StackName)).toBe('REVIEW_IN_PROGRESS');
  expect(things.existing.size).toBe(0);
  expect(await cfn.describeChangeSet({ StackName, ChangeSetName })).toMatchObject({
    StackId,
    Status: 'CREATE_COMPLETE',
    ExecutionStatus: 'AVAILABLE',
    IncludeNestedStacks: false,
    Changes: [
      {
        Type: 'Resource',
        ResourceChange: {
          Action: 'Add',
          LogicalResourceId: 'A',
          ResourceType: 'Test::Thing',
          Scope: [],
          Details: [],
        },
      },
    ],
  });
  await cfn.executeChangeSet({ ChangeSetName: Id });
  expect(await statusOf(StackName)).toBe('CREATE_COMPLETE');
  expect((await eventsOf(StackName)).slice(0, 2)).toEqual([
    'reviewed | REVIEW_IN_PROGRESS | User Initiated',
    'reviewed | CREATE_IN_PROGRESS | User Initiated',
  ]);
  expect(await cfn.describeChangeSet({ ChangeSetName: Id })).toMatchObject({
    ExecutionStatus: 'EXECUTE_COMPLETE',
  });
  expect((await cfn.describeStacks({ StackName })).Stacks?.[0]).toMatchObject({
    ChangeSetId: Id,
    LastUpdatedTime: expect.any(Date),
  });
  await expect(
    cfn.createChangeSet({
      StackName,
      ChangeSetName: 'other',
      ChangeSetType: 'CREATE',
      TemplateBody: template({ A: thing() }),
    }),
  ).rejects.toThrow(
    'Stack [reviewed] already exists and cannot be created again with the changeSet [other].',
  );
  // The CDK's command line waits until the one of its last deployment is gone.
  await cfn.deleteChangeSet({ StackName, ChangeSetName: Id });
  await expect(cfn.describeChangeSet({ StackName, ChangeSetName: Id })).rejects.toThrow('does not exist');
  await cfn.deleteStack({ StackName });
});

test('changes tell what is replaced, and why each property differs', async () => {
  const { cfn } = lab;
  const StackName = 'told';
  const text = (name: string, extra: object = {}) =>
    template(
      {
        A: thing({ Name: name, Value: { Ref: 'P' } }),
        B: thing({ Value: { 'Fn::GetAtt': ['A', 'Arn'] }, Name: 'b' }),
        ...extra,
      },
      { Parameters: { P: { Type: 'String' } } },
    );
  const parameters = (ParameterValue: string) => [{ ParameterKey: 'P', ParameterValue }];
  await cfn.createStack({
    StackName,
    TemplateBody: text('one', { Gone: thing() }),
    Parameters: parameters('1'),
  });
  await cfn.createChangeSet({
    StackName,
    ChangeSetName,
    TemplateBody: text('two'),
    Parameters: parameters('2'),
  });
  const { Changes = [], Parameters } = await cfn.describeChangeSet({ StackName, ChangeSetName });
  expect(Parameters).toEqual([{ ParameterKey: 'P', ParameterValue: '2' }]);
  expect(Changes.map(({ ResourceChange }) => ResourceChange)).toMatchObject([
    {
      Action: 'Modify',
      LogicalResourceId: 'A',
      PhysicalResourceId: 'one',
      Replacement: 'True',
      PolicyAction: 'ReplaceAndDelete',
      Scope: ['Properties'],
      Details: [
        {
          Target: { Attribute: 'Properties', Name: 'Name', RequiresRecreation: 'Always' },
          Evaluation: 'Static',
          ChangeSource: 'DirectModification',
        },
        {
          Target: { Attribute: 'Properties', Name: 'Value', RequiresRecreation: 'Never' },
          Evaluation: 'Static',
          ChangeSource: 'ParameterReference',
          CausingEntity: 'P',
        },
        {
          Target: { Attribute: 'Properties', Name: 'Value', RequiresRecreation: 'Never' },
          Evaluation: 'Dynamic',
          ChangeSource: 'DirectModification',
        },
      ],
    },
    {
      Action: 'Modify',
      LogicalResourceId: 'B',
      Replacement: 'False',
      Details: [
        {
          Target: { Name: 'Value' },
          Evaluation: 'Dynamic',
          ChangeSource: 'ResourceAttribute',
          CausingEntity: 'A.Arn',
        },
      ],
    },
    { Action: 'Remove', LogicalResourceId: 'Gone', PolicyAction: 'Delete' },
  ]);
  expect(Changes[0]?.ResourceChange).not.toHaveProperty('BeforeContext');
  const withValues = await cfn.describeChangeSet({ StackName, ChangeSetName, IncludePropertyValues: true });
  expect(withValues.Changes?.[1]?.ResourceChange).toMatchObject({
    BeforeContext: '{"Properties":{"Value":"arn:aws:test:::one","Name":"b"}}',
    AfterContext: '{"Properties":{"Value":"{{changeSet:KNOWN_AFTER_APPLY}}","Name":"b"}}',
  });
  await cfn.deleteStack({ StackName });
});

test('a change set without changes fails and cannot be executed', async () => {
  const { cfn } = lab;
  const StackName = 'same';
  const TemplateBody = template({ A: thing() });
  await cfn.createStack({ StackName, TemplateBody });
  const { Id } = await cfn.createChangeSet({ StackName, ChangeSetName, TemplateBody });
  expect(await cfn.describeChangeSet({ ChangeSetName: Id })).toMatchObject({
    Status: 'FAILED',
    StatusReason:
      "The submitted information didn't contain changes. Submit different information to create a change set.",
    ExecutionStatus: 'UNAVAILABLE',
  });
  await expect(cfn.executeChangeSet({ ChangeSetName: Id })).rejects.toMatchObject({
    name: 'InvalidChangeSetStatusException',
    message: `ChangeSet [${Id}] cannot be executed in its current status of [FAILED]`,
  });
  await cfn.deleteChangeSet({ StackName, ChangeSetName });
  await expect(cfn.describeChangeSet({ StackName, ChangeSetName })).rejects.toMatchObject({
    name: 'ChangeSetNotFoundException',
    message: 'ChangeSet [changes] does not exist',
  });
  await cfn.deleteStack({ StackName });
});

test('other changes of the same stack are obsolete once it is created', async () => {
  const { cfn } = lab;
  const StackName = 'obsolete';
  const TemplateBody = template({ A: thing() });
  await cfn.createChangeSet({ StackName, ChangeSetName, ChangeSetType: 'CREATE', TemplateBody });
  const { StackId } = await cfn.createStack({ StackName, TemplateBody });
  expect(await cfn.describeChangeSet({ StackName, ChangeSetName })).toMatchObject({
    StackId,
    ExecutionStatus: 'OBSOLETE',
  });
  const { Summaries } = await cfn.listChangeSets({ StackName });
  expect(Summaries).toMatchObject([{ ChangeSetName, ExecutionStatus: 'OBSOLETE' }]);
  await cfn.deleteStack({ StackName });
});

test('change sets are looked for in a stack that exists', async () => {
  const { cfn } = lab;
  await expect(cfn.describeChangeSet({ StackName: 'none', ChangeSetName })).rejects.toThrow(
    'Stack [none] does not exist',
  );
  await expect(cfn.deleteChangeSet({ ChangeSetName })).rejects.toThrow(
    'StackName must be specified if ChangeSetName is not specified as an ARN.',
  );
  await expect(
    cfn.createChangeSet({ StackName: 'none', ChangeSetName, TemplateBody: template({ A: thing() }) }),
  ).rejects.toThrow('Stack [none] does not exist');
});

test('long lists of changes come in pages', async () => {
  const { cfn } = lab;
  const resources = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`R${index}`, thing()]));
  const StackName = 'long';
  await cfn.createChangeSet({
    StackName,
    ChangeSetName,
    ChangeSetType: 'CREATE',
    TemplateBody: template(resources),
  });
  const first = await cfn.describeChangeSet({ StackName, ChangeSetName });
  const second = await cfn.describeChangeSet({ StackName, ChangeSetName, NextToken: first.NextToken });
  expect([first.Changes?.length, second.Changes?.length, second.NextToken]).toEqual([100, 50, undefined]);
  await cfn.deleteStack({ StackName });
});

test('what this version does not carry out is told before anything is touched', async () => {
  const { cfn, things } = lab;
  things.log.length = 0;
  const text = template({
    A: thing({ Name: 'a', Colour: 'red' }),
    Q: { Type: 'AWS::Nowhere::Thing' },
  });
  await cfn.createChangeSet({
    StackName: 'unknown',
    ChangeSetName,
    ChangeSetType: 'CREATE',
    TemplateBody: text,
  });
  const { Status, StatusReason } = await cfn.describeChangeSet({ StackName: 'unknown', ChangeSetName });
  expect(Status).toBe('FAILED');
  expect(StatusReason).toContain('Unrecognized resource types: [AWS::Nowhere::Thing] (/Resources/Q/Type)');
  await cfn.deleteStack({ StackName: 'unknown' });
  await expect(
    cfn.createStack({
      StackName: 'property',
      TemplateBody: template({ A: thing({ Colour: 'red', Ignored: 1 }) }),
    }),
  ).rejects.toThrow(
    'Properties validation failed for resource A with message: #: extraneous key [Colour] is not permitted ' +
      '(/Resources/A/Properties/Colour is not supported by this version of Slipway).',
  );
  expect(things.log).toEqual([]);
});

test('types that nobody provides can be accepted as inert by the configuration', async () => {
  await using own = await startLab([], { acceptInert: ['AWS::Nowhere::Thing'] });
  const text = template({
    Q: { Type: 'AWS::Nowhere::Thing', Properties: { Anything: 1 } },
    M: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'v2' } },
    A: thing({ Name: { Ref: 'Q' } }),
  });
  await own.cfn.createStack({ StackName: 'inert', TemplateBody: text });
  expect(await own.statusOf('inert')).toBe('CREATE_COMPLETE');
});
