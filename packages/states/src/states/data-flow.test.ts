import { describe, expect, test } from 'vitest';
import { answering, execute, single } from '../../test/support/engine-fixture.ts';
import type { Json, JsonObject } from '../index.ts';

const lambda = 'arn:aws:lambda:us-east-1:111111111111:function:f';
const input: JsonObject = { a: { b: [1, 2, 3] }, name: 'x' };

async function pass(fields: JsonObject, data: Json = input): Promise<Json | undefined | string> {
  const { output, error, cause } = await execute(single({ Type: 'Pass', ...fields }), data);
  return error === undefined ? output : `${error}: ${cause}`;
}

async function task(fields: JsonObject, data: Json = input): Promise<Json | undefined> {
  const tasks = () => answering((parameters) => ({ got: parameters, list: [1] }));
  const { output } = await execute(single({ Type: 'Task', Resource: lambda, ...fields }), data, { tasks });
  return output;
}

describe('JSONPath', () => {
  test.each<[string, JsonObject, Json]>([
    ['nothing', {}, input],
    ['InputPath', { InputPath: '$.a' }, { b: [1, 2, 3] }],
    ['InputPath null', { InputPath: null }, {}],
    ['OutputPath', { OutputPath: '$.a.b' }, [1, 2, 3]],
    ['OutputPath null', { OutputPath: null }, {}],
    ['OutputPath of the context', { OutputPath: '$$.Execution.Name' }, 'run'],
    ['Result', { Result: { r: null } }, { r: null }],
    ['Result and ResultPath', { Result: 1, ResultPath: '$.r' }, { ...input, r: 1 }],
    ['ResultPath null', { Result: 1, ResultPath: null }, input],
    [
      'Parameters',
      { Parameters: { 'x.$': '$.name', y: 'z', 'n.$': 'States.ArrayLength($.a.b)' } },
      { x: 'x', y: 'z', n: 3 },
    ],
    [
      'nested Parameters',
      { Parameters: { o: { 'x.$': '$.name' }, l: [{ 'x.$': '$$.State.Name' }] } },
      { o: { x: 'x' }, l: [{ x: 'S' }] },
    ],
    [
      'Parameters of a part',
      { InputPath: '$.a', Parameters: { 'first.$': '$.b[0]' }, ResultPath: '$.r' },
      { ...input, r: { first: 1 } },
    ],
    ['a literal that looks like an expression', { Result: { 'x.$': '$.nope' } }, { 'x.$': '$.nope' }],
  ])('%s', async (_, fields, expected) => {
    expect(await pass(fields)).toEqual(expected);
  });

  test.each<[string, JsonObject, string]>([
    [
      'InputPath',
      { InputPath: '$.no' },
      "States.Runtime: An error occurred while executing the state 'S' (entered at the event id #2). Invalid path '$.no' : No results for path: $['no']",
    ],
    [
      'Parameters',
      { Parameters: { 'x.$': '$.no' } },
      "The JSONPath '$.no' specified for the field 'x.$' could not be found in the input '{\"a\":",
    ],
    [
      'an undefined variable',
      { Parameters: { 'x.$': '$no' } },
      "The JSONPath '$no' specified for the field 'x.$' could not be found",
    ],
    ['ResultPath', { InputPath: '$', Result: 1, ResultPath: '$.name.x' }, 'States.ResultPathMatchFailure'],
  ])('%s that leads nowhere', async (_, fields, expected) => {
    expect(await pass(fields)).toContain(expected);
  });

  test('a task’s result goes through ResultSelector, ResultPath and OutputPath', async () => {
    expect(await task({ InputPath: '$.name' })).toEqual({ got: 'x', list: [1] });
    expect(await task({ ResultSelector: { 'g.$': '$.got.name', 'who.$': '$$.StateMachine.Name' } })).toEqual({
      g: 'x',
      who: 'machine',
    });
    expect(
      await task({ ResultSelector: { 'l.$': '$.list' }, ResultPath: '$.r', OutputPath: '$.r.l' }),
    ).toEqual([1]);
  });

  test('Assign reads the result, and Output does not see what is assigned', async () => {
    const { output } = await execute(
      {
        StartAt: 'A',
        States: {
          A: { Type: 'Pass', Parameters: { in: 1 }, Assign: { 'x.$': '$.in' }, Next: 'B' },
          B: {
            Type: 'Pass',
            Assign: { x: 2, 'old.$': '$x' },
            Parameters: { 'seen.$': '$x' },
            ResultPath: '$.b',
            Next: 'C',
          },
          C: { Type: 'Pass', Parameters: { 'x.$': '$x', 'old.$': '$old', 'b.$': '$.b' }, End: true },
        },
      },
      {},
    );
    expect(output).toEqual({ x: 2, old: 1, b: { seen: 1 } });
  });
});

describe('JSONata', () => {
  const jsonata = (fields: JsonObject): Promise<Json | undefined | string> =>
    pass({ QueryLanguage: 'JSONata', ...fields });

  test.each<[string, JsonObject, Json]>([
    ['nothing', {}, input],
    [
      'Output',
      { Output: { n: '{% $count($states.input.a.b) %}', l: ['{% $states.input.name %}', 1] } },
      { n: 3, l: ['x', 1] },
    ],
    ['an expression as Output', { Output: '{% $states.input.a %}' }, { b: [1, 2, 3] }],
    ['null', { Output: null }, null],
    ['text that is no expression', { Output: ' {% 1 %}' }, ' {% 1 %}'],
  ])('%s', async (_, fields, expected) => {
    expect(await jsonata(fields)).toEqual(expected);
  });

  test('names the field of what fails', async () => {
    expect(await jsonata({ Output: { a: [1, '{% $states.input.no %}'] } })).toBe(
      "States.QueryEvaluationError: An error occurred while executing the state 'S' (entered at the event id #2). The JSONata expression '$states.input.no' specified for the field 'Output/a[1]' returned nothing (undefined).",
    );
  });

  test('a task has Arguments, and its result in Output and Assign', async () => {
    const output = await task({
      QueryLanguage: 'JSONata',
      Arguments: { who: '{% $states.input.name %}' },
      Output: { arguments: '{% $states.result.got %}', input: '{% $states.input.name %}' },
    });
    expect(output).toEqual({ arguments: { who: 'x' }, input: 'x' });
  });

  test('variables pass between the languages', async () => {
    const { output } = await execute({
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { n: 20 }, Next: 'B' },
        B: {
          Type: 'Pass',
          QueryLanguage: 'JSONata',
          Assign: { n: '{% $n + 1 %}' },
          Output: '{% $n %}',
          Next: 'C',
        },
        C: { Type: 'Pass', Parameters: { 'before.$': '$', 'after.$': '$n' }, End: true },
      },
    });
    expect(output).toEqual({ before: 20, after: 21 });
  });
});

test('data beyond the quota fails the state', async () => {
  const { error, cause } = await execute(
    single({ Type: 'Pass', Result: 'x'.repeat(300) }),
    {},
    { limits: { payloadBytes: 300 } },
  );
  expect(error).toBe('States.DataLimitExceeded');
  expect(cause).toBe(
    "The state/task 'S' returned a result with a size exceeding the maximum number of bytes service limit.",
  );
});
