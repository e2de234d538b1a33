import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../json.ts';
import { DefinitionError } from './diagnostics.ts';
import { parseDefinition, validateDefinition } from './parse.ts';

const pass: JsonObject = { Type: 'Pass', End: true };
const lambda = 'arn:aws:lambda:us-east-1:111111111111:function:f';

function machine(states: JsonObject, extra: JsonObject = {}): JsonObject {
  return { StartAt: Object.keys(states)[0] ?? '', States: states, ...extra };
}

/** Diagnostics as `CODE location: message`. */
function problems(definition: Json): string[] {
  return validateDefinition(JSON.stringify(definition)).map(
    ({ code, location, message }) => `${code} ${location ?? '-'}: ${message}`,
  );
}

function inState(state: JsonObject, extra: JsonObject = {}): string[] {
  return problems(machine({ S: state }, extra));
}

describe('a valid definition', () => {
  test('becomes frozen data', () => {
    const parsed = parseDefinition(
      JSON.stringify(machine({ A: { ...pass, Result: { x: [1] } } }, { TimeoutSeconds: 5, Comment: 'c' })),
    );
    expect(parsed).toMatchObject({
      startAt: 'A',
      queryLanguage: 'JSONPath',
      timeoutSeconds: 5,
      comment: 'c',
    });
    const state = parsed.states.get('A');
    expect(state).toMatchObject({ type: 'Pass', name: 'A', result: { x: [1] }, next: undefined });
    expect(Object.isFrozen(state)).toBe(true);
    expect(Object.isFrozen(state?.type === 'Pass' && state.result)).toBe(true);
  });

  test.each<[string, JsonObject]>([
    ['Fail without fields', { Type: 'Fail' }],
    ['a Wait of nothing', { Type: 'Wait', Seconds: 0, End: true }],
    ['empty Retry and Catch', { Type: 'Task', Resource: lambda, Retry: [], Catch: [], End: true }],
    ['null fields as generators write them', { ...pass, Comment: null, Next: null }],
    ['an intrinsic in CausePath', { Type: 'Fail', CausePath: "States.Format('{}', $.x)" }],
    ['a literal Output in JSONata', { ...pass, QueryLanguage: 'JSONata', Output: null }],
    ['a Unicode variable', { ...pass, Assign: { größe: 1, 'x.$': '$' } }],
    [
      'a task with a token',
      { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', End: true },
    ],
    ['an SDK call', { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:s3:listBuckets', End: true }],
    [
      'an activity',
      { Type: 'Task', Resource: 'arn:aws:states:us-east-1:111111111111:activity:a', End: true },
    ],
  ])('%s', (_, state) => {
    expect(inState(state)).toEqual([]);
  });
});

test('the error is the text of CreateStateMachine', () => {
  const parse = (): unknown => parseDefinition(JSON.stringify(machine({ A: { Type: 'Pass', Next: 'B' } })));
  expect(parse).toThrow(DefinitionError);
  expect(parse).toThrow(
    "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next, MISSING_END_STATE: Workflow has no terminal state at null'",
  );
});

test('text that is not JSON', () => {
  expect(validateDefinition('{')[0]?.code).toBe('INVALID_JSON_DESCRIPTION');
  expect(problems([])).toEqual(['SCHEMA_VALIDATION_FAILED /: Expected an object']);
});

describe('structure', () => {
  test.each<[string, Json, string[]]>([
    ['nothing', {}, ['SCHEMA_VALIDATION_FAILED /: These fields are required: [StartAt, States]']],
    ['no states', { StartAt: 'A', States: {} }, ['SCHEMA_VALIDATION_FAILED /States: Field cannot be empty']],
    [
      'an unknown field',
      machine({ A: pass }, { Startat: 'A' }),
      ["SCHEMA_VALIDATION_FAILED /: Field 'Startat' is not supported"],
    ],
    [
      'a missing start',
      { StartAt: 'X', States: { A: pass } },
      ["MISSING_TRANSITION_TARGET /StartAt: Missing 'StartAt' target: X"],
    ],
    [
      'a loop without an end',
      machine({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } }),
      ['MISSING_END_STATE -: Workflow has no terminal state'],
    ],
    [
      'a state nothing leads to',
      machine({ A: pass, C: pass }),
      ['MISSING_TRANSITION_TARGET /States/C: State "C" is not reachable.'],
    ],
    [
      'dangling targets of all kinds',
      machine({
        C: { Type: 'Choice', Choices: [{ Variable: '$', IsNull: true, Next: 'X' }], Default: 'T' },
        T: { Type: 'Task', Resource: lambda, Catch: [{ ErrorEquals: ['E'], Next: 'Y' }], End: true },
      }),
      [
        "MISSING_TRANSITION_TARGET /States/C/Choices[0]/Next: Missing 'Next' target: X",
        "MISSING_TRANSITION_TARGET /States/T/Catch[0]/Next: Missing 'Next' target: Y",
      ],
    ],
    [
      'a name used twice',
      machine({ P: { Type: 'Parallel', Branches: [machine({ A: pass }), machine({ A: pass })], End: true } }),
      ['DUPLICATE_STATE_NAME /States/P/Branches[1]/States/A: Duplicate state name: A'],
    ],
  ])('%s', (_, definition, expected) => {
    expect(problems(definition)).toEqual(expected);
  });
});

describe('fields of states', () => {
  test.each<[string, JsonObject, string]>([
    ['no type', { End: true }, '/States/S: These fields are required: [Type]'],
    ['an unknown type', { Type: 'Pas', End: true }, '/States/S/Type: Value is not valid. Expected one of'],
    ['neither Next nor End', { Type: 'Pass' }, '/States/S: You must set one of these fields: [Next, End]'],
    [
      'both Next and End',
      { ...pass, Next: 'S' },
      '/States/S: You must set only one of these fields: [Next, End]',
    ],
    [
      'TimeoutSeconds of Map',
      { Type: 'Map', ItemProcessor: machine({ A: pass }), TimeoutSeconds: 1, End: true },
      "/States/S: Field 'TimeoutSeconds' is not supported",
    ],
    ['Retry of Pass', { ...pass, Retry: [] }, "/States/S: Field 'Retry' is not supported"],
    [
      'a wrong path',
      { ...pass, InputPath: 'x' },
      "/States/S/InputPath: Value is not a Reference Path: Reference path didn't start with '$'",
    ],
    [
      'a ResultPath of many places',
      { ...pass, ResultPath: '$..a' },
      '/States/S/ResultPath: Value is not a Reference Path',
    ],
    [
      'a template that is no path',
      { ...pass, Parameters: { 'x.$': 'y' } },
      "/States/S/Parameters: The value for the field 'x.$' must be a valid JSONPath",
    ],
    [
      'an unknown intrinsic',
      { ...pass, Parameters: { 'x.$': 'States.Nope()' } },
      "The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call",
    ],
    [
      'a variable name',
      { ...pass, Assign: { '1x': 1 } },
      "/States/S/Assign: '1x' is not a valid variable name",
    ],
    [
      'the reserved variable',
      { ...pass, Assign: { states: 1 } },
      "/States/S/Assign: 'states' is a reserved variable name",
    ],
    ['no resource', { Type: 'Task', End: true }, '/States/S: These fields are required: [Resource]'],
    [
      'an unknown resource',
      { Type: 'Task', Resource: 'arn:aws:s3:::bucket', End: true },
      '/States/S/Resource: The resource provided arn:aws:s3:::bucket is not recognized.',
    ],
    [
      'an unknown pattern',
      { Type: 'Task', Resource: 'arn:aws:states:::glue:startJobRun.sync:3', End: true },
      'is not recognized',
    ],
    [
      'a heartbeat beyond the timeout',
      { Type: 'Task', Resource: lambda, TimeoutSeconds: 5, HeartbeatSeconds: 5, End: true },
      '/States/S/HeartbeatSeconds: HeartbeatSeconds must be smaller',
    ],
    [
      'no duration',
      { Type: 'Wait', End: true },
      '/States/S: You must set one, and only one, of these fields',
    ],
    [
      'two durations',
      { Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true },
      'You must set one, and only one',
    ],
    [
      'a fraction of a second',
      { Type: 'Wait', Seconds: 1.5, End: true },
      '/States/S/Seconds: Expected an integer',
    ],
    [
      'a time without a zone',
      { Type: 'Wait', Timestamp: '2026-01-01T00:00:00', End: true },
      '/States/S/Timestamp: Value is not a valid RFC 3339 timestamp',
    ],
    [
      'no retried error',
      { Type: 'Task', Resource: lambda, Retry: [{ ErrorEquals: [] }], End: true },
      '/States/S/Retry[0]/ErrorEquals: Field cannot be empty',
    ],
    [
      'a backoff below one',
      { Type: 'Task', Resource: lambda, Retry: [{ ErrorEquals: ['E'], BackoffRate: 0.5 }], End: true },
      '/States/S/Retry[0]/BackoffRate: Value must be between',
    ],
    [
      'States.ALL not last',
      {
        Type: 'Task',
        Resource: lambda,
        Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }],
        End: true,
      },
      '/States/S/Retry[0]/ErrorEquals: States.ALL must appear alone',
    ],
    [
      'a catcher without a target',
      { Type: 'Task', Resource: lambda, Catch: [{ ErrorEquals: ['E'] }], End: true },
      '/States/S/Catch[0]: These fields are required: [Next]',
    ],
    ['no choice', { Type: 'Choice', Choices: [] }, '/States/S/Choices: Field cannot be empty'],
    [
      'two comparisons',
      { Type: 'Choice', Choices: [{ Variable: '$', IsNull: true, IsString: true, Next: 'S' }] },
      '/States/S/Choices[0]: A choice rule must contain exactly one comparison operator',
    ],
    [
      'an operand of the wrong kind',
      { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: '1', Next: 'S' }] },
      '/States/S/Choices[0]/NumericEquals: Value of type string is not valid',
    ],
    [
      'a nested transition',
      { Type: 'Choice', Choices: [{ Not: { Variable: '$', IsNull: true, Next: 'S' }, Next: 'S' }] },
      "/States/S/Choices[0]/Not: Field 'Next' is not supported",
    ],
    ['no processor', { Type: 'Map', End: true }, '/States/S: These fields are required: [ItemProcessor]'],
    ['a long name', { ...pass, Type: 'Nope' }, '/States/S/Type'],
  ])('%s', (_, state, expected) => {
    expect(inState(state).join('\n')).toContain(expected);
  });

  test('a name of more than 80 characters', () => {
    expect(problems(machine({ ['x'.repeat(81)]: pass }))[0]).toContain('State name exceeds 80 characters');
  });
});

describe('query languages', () => {
  test.each<[string, JsonObject, JsonObject, string]>([
    [
      'a JSONata field in JSONPath',
      { ...pass, Output: 1 },
      {},
      "/States/S: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage",
    ],
    [
      'a JSONPath field in JSONata',
      { ...pass, InputPath: '$' },
      { QueryLanguage: 'JSONata' },
      "/States/S: The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage",
    ],
    [
      'JSONPath in a JSONata machine',
      { ...pass, QueryLanguage: 'JSONPath' },
      { QueryLanguage: 'JSONata' },
      "/States/S: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
    ],
    [
      'a syntax error',
      { ...pass, Output: '{% 1 + %}' },
      { QueryLanguage: 'JSONata' },
      'INVALID_JSONATA_EXPRESSION /States/S/Output: Unexpected end of expression',
    ],
    [
      'a reference at the top',
      { ...pass, Output: { v: '{% phone %}' } },
      { QueryLanguage: 'JSONata' },
      "UNSUPPORTED_JSONATA_EXPRESSION /States/S/Output/v: Reference to 'phone' at the top level is not supported.",
    ],
    [
      'errorOutput outside a catcher',
      { ...pass, Output: '{% $states.errorOutput %}' },
      { QueryLanguage: 'JSONata' },
      "'$states.errorOutput' is only available",
    ],
    [
      'a condition that is text',
      { Type: 'Choice', Choices: [{ Condition: 'x', Next: 'S' }] },
      { QueryLanguage: 'JSONata' },
      '/States/S/Choices[0]/Condition: Value must be a boolean',
    ],
  ])('%s', (_, state, extra, expected) => {
    expect(inState(state, extra).join('\n')).toContain(expected);
  });

  test('states inside a Map have the language of the machine, not of the Map', () => {
    const inner = { ItemProcessor: machine({ P: { ...pass, Output: 1 } }) };
    expect(inState({ Type: 'Map', QueryLanguage: 'JSONata', ...inner, End: true })).toEqual([
      "SCHEMA_VALIDATION_FAILED /States/S/ItemProcessor/States/P: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage",
    ]);
    expect(
      inState({
        Type: 'Map',
        ItemProcessor: { ...machine({ P: pass }), QueryLanguage: 'JSONata' },
        End: true,
      }),
    ).toEqual(["SCHEMA_VALIDATION_FAILED /States/S/ItemProcessor: Field 'QueryLanguage' is not supported"]);
  });
});

describe('distributed maps', () => {
  const processor = {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    ...machine({ P: pass }),
  };
  const map = (fields: JsonObject): string[] =>
    inState({ Type: 'Map', ItemProcessor: processor, End: true, ...fields });
  const s3 = 'arn:aws:states:::s3:';

  test('readers, batches, writers and tolerances', () => {
    expect(
      map({
        Label: 'Shards-1',
        ItemReader: {
          Resource: `${s3}getObject`,
          ReaderConfig: {
            InputType: 'CSV',
            CSVHeaderLocation: 'GIVEN',
            CSVHeaders: ['a'],
            CSVDelimiter: 'PIPE',
            MaxItems: 0,
          },
          Parameters: { 'Bucket.$': '$.b', Key: 'k' },
        },
        ItemBatcher: { MaxItemsPerBatch: 5, BatchInput: { 'x.$': '$.x' } },
        ResultWriter: {
          Resource: `${s3}putObject`,
          Parameters: { Bucket: 'b', Prefix: 'p' },
          WriterConfig: { OutputType: 'JSONL' },
        },
        ToleratedFailurePercentage: 12.5,
      }),
    ).toEqual([]);
  });

  test.each<[string, JsonObject, string]>([
    [
      'a reader of something else',
      { ItemReader: { Resource: `${s3}deleteObject` } },
      'Expected s3:getObject or s3:listObjectsV2',
    ],
    [
      'a reader without a type',
      { ItemReader: { Resource: `${s3}getObject`, ReaderConfig: {} } },
      'These fields are required: [InputType]',
    ],
    [
      'Parquet',
      { ItemReader: { Resource: `${s3}getObject`, ReaderConfig: { InputType: 'PARQUET' } } },
      'PARQUET is not supported by this version',
    ],
    [
      'given headers that are not',
      {
        ItemReader: {
          Resource: `${s3}getObject`,
          ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'GIVEN' },
        },
      },
      'These fields are required: [CSVHeaders]',
    ],
    [
      'batches without a size',
      { ItemBatcher: {} },
      'You must set at least one of these fields: [MaxItemsPerBatch',
    ],
    ['an empty writer', { ResultWriter: {} }, 'These fields are required: [Resource]'],
    ['too much tolerance', { ToleratedFailurePercentage: 101 }, 'Value must be between 0 and 100'],
    ['a long label', { Label: 'x'.repeat(41) }, 'Label cannot exceed 40 characters'],
    ...[...'\t\n ?*<>{}[]:;,\\|^~$#%&`"\u0000\u007f\u009f'].map((character): [string, JsonObject, string] => [
      `a label with U+${character.charCodeAt(0).toString(16)}`,
      { Label: `a${character}b` },
      'Label contains invalid characters',
    ]),
  ])('%s', (_, fields, expected) => {
    expect(map(fields).join('\n')).toContain(expected);
  });
});
