import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Lab, startLab, template, thing, variable } from './testing/lab.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab[Symbol.asyncDispose]());

const A = thing();
const refusals: readonly (readonly [name: string, body: string, message: string])[] = [
  ['no resources', '{}', 'Template format error: At least one Resources member must be defined.'],
  [
    'empty resources',
    '{"Resources":{}}',
    'Template format error: At least one Resources member must be defined.',
  ],
  [
    'resources that are no object',
    '{"Resources":""}',
    'Template format error: Any Resources member must be an object.',
  ],
  ['broken JSON', '{"Resources": ', 'Template format error: JSON not well-formed. (line 1, column 15)'],
  ['broken YAML', 'Resources:\n  A: [', 'Template format error: YAML not well-formed. (line 2, column 7)'],
  ['no template at all', '"text"', 'Template format error: unsupported structure.'],
  ['an unknown section', template({ A }, { Foo: 1 }), 'Invalid template property or properties [Foo]'],
  [
    'an unknown member of a resource',
    template({ A: { ...A, Invalid: 1 } }),
    "Invalid template resource property 'Invalid'",
  ],
  [
    'a resource without type',
    template({ A: {} }),
    'Template format error: [/Resources/A] Every Resources object must contain a Type member.',
  ],
  [
    'a logical id with other characters',
    template({ 'my-id': A }),
    'Template format error: Resource name my-id is non alphanumeric.',
  ],
  [
    'null',
    template({ A }, { Outputs: { O: { Value: null } } }),
    "[/Outputs/O/Value] 'null' values are not allowed in templates",
  ],
  [
    'an output without value',
    template({ A }, { Outputs: { O: {} } }),
    'Template format error: Every Outputs member must contain a Value object',
  ],
  [
    'a reference to nothing',
    template({ A: thing({ Value: { Ref: 'X' } }) }),
    'Template format error: Unresolved resource dependencies [X] in the Resources block of the template',
  ],
  [
    'a dependency on nothing',
    template({ A: thing({}, { DependsOn: ['X'] }) }),
    'Template format error: Unresolved resource dependencies [X] in the Resources block of the template',
  ],
  [
    'an output of nothing',
    template({ A }, { Outputs: { O: { Value: { Ref: 'X' } } } }),
    'Template format error: Unresolved resource dependencies [X] in the Outputs block of the template',
  ],
  [
    'an attribute of nothing',
    template({ A: thing({ Value: { 'Fn::GetAtt': ['X', 'Arn'] } }) }),
    'Template error: instance of Fn::GetAtt references undefined resource X',
  ],
  [
    'a circle',
    template({ A: thing({ Value: { Ref: 'B' } }), B: thing({ Value: { Ref: 'A' } }) }),
    'Circular dependency between resources: [A, B]',
  ],
  [
    'an unknown condition',
    template({ A: thing({}, { Condition: 'C' }) }),
    'Template format error: Unresolved condition dependency C in the Resources block of the template',
  ],
  [
    'a resource in a condition',
    template({ A }, { Conditions: { C: { 'Fn::Equals': [{ Ref: 'A' }, 'x'] } } }),
    'Template format error: Unresolved dependencies [A]. Cannot reference resources in the Conditions block of the template',
  ],
  [
    'an unknown function',
    template({ A: thing({ Value: { 'Fn::Sing': 'la' } }) }),
    'Encountered unsupported function: Fn::Sing Supported functions are:',
  ],
  [
    'a missing mapping',
    template(
      { A: thing({ Value: { 'Fn::FindInMap': ['M', 'k', 'Other'] } }) },
      { Mappings: { M: { k: { Attribute: '1' } } } },
    ),
    'Template error: Unable to get mapping for M::k::Other',
  ],
  [
    'a mapping that is too deep',
    template({ A }, { Mappings: { M: { k: { Attribute: { deep: 1 } } } } }),
    'Template format error: Every Mappings attribute must be a String or a List.',
  ],
  [
    'an index beyond the list',
    template({ A: thing({ Value: { 'Fn::Select': [3, ['a']] } }) }),
    'Template error: Fn::Select cannot select nonexistent value at index 3',
  ],
  [
    'an unknown type of parameter',
    template({ A }, { Parameters: { P: { Type: 'Text' } } }),
    'Template format error: Unrecognized parameter type: Text',
  ],
  [
    'another version',
    template({ A }, { AWSTemplateFormatVersion: '2020-01-01' }),
    'Template format error: 2020-01-01 is not a supported value for AWSTemplateFormatVersion.',
  ],
  [
    'a macro',
    template({ A }, { Transform: 'AWS::Serverless-2016-10-31' }),
    'The transform AWS::Serverless-2016-10-31 is not supported by this version of Slipway',
  ],
  [
    'a secret',
    template({ A: thing({ Value: '{{resolve:secretsmanager:x}}' }) }),
    'Dynamic references to secretsmanager',
  ],
  [
    'a policy that no resource has',
    template({ A: thing({}, { DeletionPolicy: 'Snapshot' }) }),
    'Template error: resource type Test::Thing does not support deletion policy Snapshot',
  ],
  [
    'a resource that its condition leaves out',
    template(
      { A: thing({}, { Condition: 'Never' }), B: thing({ Value: { Ref: 'A' } }) },
      { Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } } },
    ),
    'Template format error: Unresolved resource dependencies [A] in the Resources block of the template',
  ],
  [
    'a rule that does not hold',
    template(
      { A },
      {
        Parameters: { P: { Type: 'String', Default: '3' } },
        Rules: {
          R: {
            Assertions: [
              {
                Assert: { 'Fn::Not': [{ 'Fn::Contains': [['3'], { Ref: 'P' }] }] },
                AssertDescription: 'not 3',
              },
            ],
          },
        },
      },
    ),
    'Rule R: not 3',
  ],
];

test.each(refusals)('a template with %s is refused in the words of AWS', async (_, TemplateBody, message) => {
  const error = await lab.cfn
    .createStack({ StackName: 'wrong', TemplateBody })
    .catch((failure: Error) => failure);
  expect(error).toMatchObject({ name: 'ValidationError', message: expect.stringContaining(message) });
  expect(lab.things.log).toEqual([]);
});

test('YAML with the short forms of functions means the same as JSON', async () => {
  const { cfn, things } = lab;
  const TemplateBody = `
AWSTemplateFormatVersion: 2010-09-09
Description: |
  Two lines
  of text
Parameters:
  Account: { Type: String, Default: 012345678901 }
  Names: { Type: CommaDelimitedList, Default: 'x, y' }
Conditions:
  IsEast: !Equals [!Ref AWS::Region, us-east-1]
  Both: !And [!Condition IsEast, !Not [!Equals [a, b]]]
Mappings:
  Sizes:
    us-east-1: { Size: large }
Resources:
  First:
    Type: Test::Thing
    Properties:
      Name: yaml
      Value: !Sub
        - '${variable('Account')} ${variable('Extra')} ${variable('!Kept')} ${variable('AWS::Partition')}'
        - Extra: !Select [1, !Ref Names]
      List:
        - !FindInMap [Sizes, !Ref AWS::Region, Size]
        - !If [Both, both, !Ref AWS::NoValue]
        - !If [IsEast, !Ref AWS::NoValue, west]
        - !Join ['-', !Split ['/', a/b]]
        - Fn::Base64: !Sub 'plain'
        - !GetAZs ''
        - !Cidr [10.0.0.0/24, 2, 4]
  Second:
    Type: Test::Thing
    Properties:
      Name: yaml2
      Value: !GetAtt First.Nested.Deep
`;
  await cfn.createStack({ StackName: 'yaml', TemplateBody });
  expect(things.existing.get('yaml')).toEqual({
    Name: 'yaml',
    Value: `012345678901 y ${variable('Kept')} aws`,
    List: [
      'large',
      'both',
      'a-b',
      'cGxhaW4=',
      ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      ['10.0.0.0/28', '10.0.0.16/28'],
    ],
  });
  expect(things.existing.get('yaml2')?.['Value']).toBe('deep-yaml');
  expect((await cfn.getTemplate({ StackName: 'yaml' })).TemplateBody).toBe(TemplateBody);
  expect((await cfn.describeStacks({ StackName: 'yaml' })).Stacks?.[0]?.Description).toBe(
    'Two lines\nof text\n',
  );
  await cfn.deleteStack({ StackName: 'yaml' });
});

test('the language extensions: loops, lengths, JSON', async () => {
  const { cfn, things } = lab;
  const TemplateBody = template(
    {
      'Fn::ForEach::Things': [
        'Id',
        { Ref: 'Ids' },
        {
          [`Thing${variable('Id')}`]: thing({
            Name: { 'Fn::Sub': `n-${variable('Id')}` },
            Value: { Ref: 'Id' },
          }),
        },
      ],
      Last: thing({
        Name: 'last',
        Value: { 'Fn::ToJsonString': { Count: { 'Fn::Length': { Ref: 'Ids' } }, First: { Ref: 'ThingA' } } },
        List: [{ 'Fn::FindInMap': ['M', 'none', 'x', { DefaultValue: 'default' }] }],
      }),
    },
    {
      Transform: 'AWS::LanguageExtensions',
      Parameters: { Ids: { Type: 'CommaDelimitedList', Default: 'A,B' } },
      Mappings: { M: { k: { x: '1' } } },
    },
  );
  await cfn.createStack({ StackName: 'loops', TemplateBody });
  expect([...things.existing.keys()].sort()).toEqual(['last', 'n-A', 'n-B']);
  expect(things.existing.get('last')).toMatchObject({
    Value: '{"Count":2,"First":"n-A"}',
    List: ['default'],
  });
  const { TemplateBody: processed } = await cfn.getTemplate({
    StackName: 'loops',
    TemplateStage: 'Processed',
  });
  expect(Object.keys(JSON.parse(processed!).Resources)).toEqual(['ThingA', 'ThingB', 'Last']);
  await cfn.deleteStack({ StackName: 'loops' });
});

test('parameters: constraints, hidden values, summaries', async () => {
  const { cfn } = lab;
  const TemplateBody = template(
    { A: thing({ Value: { Ref: 'Secret' } }) },
    {
      AWSTemplateFormatVersion: '2010-09-09',
      Description: 'about',
      Metadata: { a: 1 },
      Parameters: {
        Secret: { Type: 'String', NoEcho: true, MinLength: 3, Description: 'a secret' },
        Env: { Type: 'String', Default: 'dev', AllowedValues: ['dev', 'prod'] },
        Code: {
          Type: 'String',
          Default: 'ab1',
          AllowedPattern: '[a-z]+\\d',
          ConstraintDescription: 'letters and a digit',
        },
      },
    },
  );
  const create = (Parameters: { ParameterKey: string; ParameterValue: string }[]) =>
    cfn.createStack({ StackName: 'parameters', TemplateBody, Parameters });
  const p = (ParameterKey: string, ParameterValue: string) => ({ ParameterKey, ParameterValue });
  await expect(create([])).rejects.toThrow('Parameters: [Secret] must have values');
  await expect(create([p('Other', 'x'), p('Secret', 'abc')])).rejects.toThrow(
    'Parameters: [Other] do not exist in the template',
  );
  await expect(create([p('Secret', 'ab')])).rejects.toThrow(
    "Parameter 'Secret' must contain at least 3 characters",
  );
  await expect(create([p('Secret', 'abc'), p('Env', 'test')])).rejects.toThrow(
    "Parameter 'Env' must be one of AllowedValues",
  );
  await expect(create([p('Secret', 'abc'), p('Code', 'xyz')])).rejects.toThrow(
    "Parameter 'Code' failed to satisfy constraint: letters and a digit",
  );
  await create([p('Secret', 'abc')]);
  expect((await cfn.describeStacks({ StackName: 'parameters' })).Stacks?.[0]?.Parameters).toEqual([
    { ParameterKey: 'Secret', ParameterValue: '****' },
    { ParameterKey: 'Env', ParameterValue: 'dev' },
    { ParameterKey: 'Code', ParameterValue: 'ab1' },
  ]);
  expect(await cfn.getTemplateSummary({ StackName: 'parameters' })).toMatchObject({
    Description: 'about',
    Version: '2010-09-09',
    Metadata: '{"a":1}',
    ResourceTypes: ['Test::Thing'],
    ResourceIdentifierSummaries: [{ ResourceType: 'Test::Thing', LogicalResourceIds: ['A'] }],
    Parameters: [
      { ParameterKey: 'Secret', NoEcho: true, ParameterType: 'String', Description: 'a secret' },
      { ParameterKey: 'Env', DefaultValue: 'dev', ParameterConstraints: { AllowedValues: ['dev', 'prod'] } },
      { ParameterKey: 'Code' },
    ],
  });
  expect(await cfn.validateTemplate({ TemplateBody })).toMatchObject({
    Description: 'about',
    Parameters: [{ ParameterKey: 'Secret', NoEcho: true }, { DefaultValue: 'dev' }, { DefaultValue: 'ab1' }],
  });
  await cfn.deleteStack({ StackName: 'parameters' });
});

test('identities have to be acknowledged', async () => {
  const { cfn } = lab;
  const role = (more: object = {}) => template({ R: { Type: 'AWS::IAM::Role', Properties: { ...more } } });
  const create = (TemplateBody: string, Capabilities: 'CAPABILITY_IAM'[] = []) =>
    cfn.createStack({ StackName: 'identities', TemplateBody, Capabilities });
  await expect(create(role())).rejects.toMatchObject({
    name: 'InsufficientCapabilitiesException',
    message: 'Requires capabilities : [CAPABILITY_IAM]',
  });
  await expect(create(role({ RoleName: 'x' }), ['CAPABILITY_IAM'])).rejects.toThrow(
    'Requires capabilities : [CAPABILITY_NAMED_IAM]',
  );
  expect(await cfn.validateTemplate({ TemplateBody: role() })).toMatchObject({
    Capabilities: ['CAPABILITY_IAM'],
    CapabilitiesReason: 'The following resource(s) require capabilities: [AWS::IAM::Role]',
  });
});

test('a request needs a template and a name that fit', async () => {
  const { cfn } = lab;
  await expect(cfn.createStack({ StackName: 'empty' })).rejects.toThrow(
    'Either Template URL or Template Body must be specified.',
  );
  await expect(cfn.createStack({ StackName: '*@x', TemplateBody: template({ A }) })).rejects.toThrow(
    "1 validation error detected: Value '*@x' at 'stackName' failed to satisfy constraint: Member must satisfy " +
      'regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*',
  );
  const long = template({ A: thing({ Value: 'x'.repeat(52_000) }) });
  await expect(cfn.createStack({ StackName: 'long', TemplateBody: long })).rejects.toThrow(
    'Member must have length less than or equal to 51200',
  );
  await expect(cfn.createStack({ StackName: 'url', TemplateURL: 'http://somewhere' })).rejects.toThrow(
    'TemplateURL must be a supported URL.',
  );
  await expect(cfn.updateStack({ StackName: 'nobody', TemplateBody: template({ A }) })).rejects.toThrow(
    'Stack [nobody] does not exist',
  );
  await expect(cfn.getTemplate({ StackName: 'nobody' })).rejects.toThrow(
    'Stack with id nobody does not exist',
  );
  await expect(cfn.describeStackResource({ StackName: 'nobody', LogicalResourceId: 'A' })).rejects.toThrow(
    "Stack 'nobody' does not exist",
  );
  await expect(
    cfn.createStack({ StackName: 'types', TemplateBody: template({ A }), ResourceTypes: ['AWS::EC2::*'] }),
  ).rejects.toThrow('Resource type Test::Thing is not allowed by parameter ResourceTypes [AWS::EC2::*]');
});
