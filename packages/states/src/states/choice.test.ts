import { describe, expect, test } from 'vitest';
import { execute } from '../../test/support/engine-fixture.ts';
import type { Json, JsonObject } from '../index.ts';

/** Whether a rule leads to its state. */
async function holds(rule: JsonObject, input: Json): Promise<boolean | string> {
  const { output, error, cause } = await execute(
    {
      StartAt: 'C',
      States: {
        C: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
        Yes: { Type: 'Pass', Result: true, End: true },
        No: { Type: 'Pass', Result: false, End: true },
      },
    },
    input,
  );
  return error === undefined ? (output as boolean) : `${error}: ${cause}`;
}

const now = '2026-01-02T03:04:05Z';
const later = '2026-01-02T03:04:06Z';

describe('comparisons', () => {
  test.each<[string, Json, Json, boolean]>([
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', 1, '1', false],
    ['StringLessThan', 'A', 'AB', true],
    ['StringLessThan', 'a', 'B', false],
    ['StringGreaterThan', 'b', 'a', true],
    ['StringLessThanEquals', 'a', 'a', true],
    ['StringGreaterThanEquals', 'a', 'b', false],
    ['StringMatches', 'log-2026.txt', 'log-*.txt', true],
    ['StringMatches', 'log.txt', 'log-*.txt', false],
    ['StringMatches', 'a*b', 'a\\*b', true],
    ['StringMatches', 'axb', 'a\\*b', false],
    ['StringMatches', 'a\\b', 'a\\\\b', true],
    ['StringMatches', 'a.b', 'a.b', true],
    ['StringMatches', 'line\nbreak', 'l*k', true],
    ['StringMatches', '', '*', true],
    ['StringMatches', 'ab', '*a**b*', true],
    ['StringMatches', 'a', 'a*a', false],
    ['StringMatches', 'abcbc', 'a*bc', true],
    ['StringMatches', 'abcd', 'a*c*c', false],
    ['StringMatches', 'a'.repeat(500), `${'*a'.repeat(60)}b`, false],
    ['StringMatches', 'a\\b', 'a\\b', true],
    ['StringMatches', 7, '*', false],
    ['NumericEquals', 1, 1.0, true],
    ['NumericEquals', '1', 1, false],
    ['NumericLessThan', 1, 2, true],
    ['NumericGreaterThan', 1, 2, false],
    ['NumericLessThanEquals', 2, 2, true],
    ['NumericGreaterThanEquals', 2, 2, true],
    ['BooleanEquals', true, true, true],
    ['BooleanEquals', false, true, false],
    ['BooleanEquals', 'true', true, false],
    ['TimestampEquals', now, '2026-01-02T04:04:05+01:00', true],
    ['TimestampEquals', 'yesterday', now, false],
    ['TimestampLessThan', now, later, true],
    ['TimestampGreaterThan', now, later, false],
    ['TimestampLessThanEquals', later, now, false],
    ['TimestampGreaterThanEquals', later, now, true],
    ['IsNull', null, true, true],
    ['IsNull', 0, false, true],
    ['IsNumeric', 1.5, true, true],
    ['IsString', '', true, true],
    ['IsBoolean', false, true, true],
    ['IsTimestamp', now, true, true],
    ['IsTimestamp', '2026-01-02T03:04:05', true, false],
    ['IsTimestamp', 5, false, true],
    ['IsPresent', null, true, true],
  ])('%s of %j and %j is %s', async (operator, variable, operand, expected) => {
    const hasPathForm = !operator.startsWith('Is') && operator !== 'StringMatches';
    const forms = [
      { Variable: '$.v', [operator]: operand },
      ...(hasPathForm ? [{ Variable: '$.v', [`${operator}Path`]: '$.w' }] : []),
    ];
    for (const form of forms) expect(await holds(form, { v: variable, w: operand })).toBe(expected);
  });

  test('And, Or and Not', async () => {
    const above = (n: number): JsonObject => ({ Variable: '$', NumericGreaterThan: n });
    expect(await holds({ And: [above(1), { Not: above(5) }] }, 3)).toBe(true);
    expect(await holds({ And: [above(1), { Not: above(5) }] }, 7)).toBe(false);
    expect(await holds({ Or: [above(5), { And: [above(1), above(2)] }] }, 3)).toBe(true);
  });

  test('variables and the context object', async () => {
    expect(await holds({ Variable: '$$.Execution.Name', StringEquals: 'run' }, {})).toBe(true);
  });
});

describe('missing values', () => {
  test('are absent', async () => {
    expect(await holds({ Variable: '$.v', IsPresent: false }, {})).toBe(true);
    expect(await holds({ Variable: '$.v.w', IsPresent: true }, { v: 1 })).toBe(false);
    expect(await holds({ Variable: '$.v[*]', IsPresent: true }, { v: [] })).toBe(false);
  });

  test.each<[string, JsonObject]>([
    ['of a variable', { Variable: '$.v', StringEquals: 'x' }],
    ['of an operand', { Variable: '$', StringEqualsPath: '$.v' }],
    ['of a type test', { Variable: '$.v', IsNull: true }],
  ])('%s are an error', async (_, rule) => {
    expect(await holds(rule, {})).toBe(
      "States.Runtime: An error occurred while executing the state 'C' (entered at the event id #2). Invalid path '$.v': The choice state's condition path references an invalid value.",
    );
  });

  test('a short circuit does not look at them', async () => {
    const guarded: JsonObject = {
      And: [
        { Variable: '$.v', IsPresent: true },
        { Variable: '$.v', NumericEquals: 1 },
      ],
    };
    expect(await holds(guarded, {})).toBe(false);
  });
});

describe('the state', () => {
  test('without a match and without Default fails', async () => {
    const ending = await execute({
      StartAt: 'C',
      States: {
        C: { Type: 'Choice', Choices: [{ Variable: '$', IsNull: true, Next: 'Y' }] },
        Y: { Type: 'Pass', End: true },
      },
    });
    expect(ending).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(ending.cause).toContain('Failed to transition out of the state.');
  });

  test('takes the first rule that holds, with that rule’s Assign', async () => {
    const { output } = await execute(
      {
        StartAt: 'C',
        States: {
          C: {
            Type: 'Choice',
            InputPath: '$.in',
            Choices: [
              { Variable: '$.n', NumericEquals: 1, Assign: { 'taken.$': '$.n' }, Next: 'P' },
              { Variable: '$.n', NumericLessThan: 5, Assign: { taken: 'second' }, Next: 'P' },
            ],
            Assign: { taken: 'default' },
            Default: 'P',
          },
          P: { Type: 'Pass', Parameters: { 'taken.$': '$taken', 'input.$': '$' }, End: true },
        },
      },
      { in: { n: 1 } },
    );
    expect(output).toEqual({ taken: 1, input: { n: 1 } });
  });

  test('with Default has the Assign of the state', async () => {
    const { output } = await execute({
      StartAt: 'C',
      States: {
        C: {
          Type: 'Choice',
          Choices: [{ Variable: '$', IsNull: true, Next: 'P' }],
          Assign: { d: 1 },
          Default: 'P',
        },
        P: { Type: 'Pass', Parameters: { 'd.$': '$d' }, End: true },
      },
    });
    expect(output).toEqual({ d: 1 });
  });

  test('in JSONata decides by Condition and may change its output', async () => {
    const choice = (condition: Json): Promise<{ output?: Json; error?: string; cause?: string }> =>
      execute(
        {
          QueryLanguage: 'JSONata',
          StartAt: 'C',
          States: {
            C: {
              Type: 'Choice',
              Choices: [{ Condition: condition, Output: { rule: '{% $states.input.n %}' }, Next: 'P' }],
              Output: { rule: 'none' },
              Default: 'P',
            },
            P: { Type: 'Pass', End: true },
          },
        },
        { n: 2 },
      );
    expect((await choice('{% $states.input.n = 2 %}')).output).toEqual({ rule: 2 });
    expect((await choice('{% $states.input.n = 3 %}')).output).toEqual({ rule: 'none' });
    expect((await choice(true)).output).toEqual({ rule: 2 });
    expect(await choice('{% $states.input.n %}')).toMatchObject({
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining(
        "field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'number' for value: 2",
      ),
    });
  });
});
