import { describe, expect, test } from 'vitest';
import { EvaluationFailure } from '../failures.ts';
import type { Json, JsonObject } from '../json.ts';
import { evaluateJsonata, evaluateTyped } from './evaluate.ts';
import { isJsonata, parseJsonata } from './expression.ts';
import { readsStates, topLevelReferences } from './references.ts';

function evaluate(source: string, input: Json = {}, variables: JsonObject = {}): Promise<Json> {
  return evaluateJsonata(field(source), scope(input, variables));
}

function field(source: string) {
  return { kind: 'jsonata', expression: parseJsonata(`{% ${source} %}`), field: 'Output/v' } as const;
}

function scope(data: Json, variables: JsonObject = {}) {
  return {
    data,
    context: () => ({ Execution: { Name: 'run' } }),
    variables,
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
    random: () => 0.25,
    uuid: () => '5b7c0b53-7a2b-4f3e-9d0a-1f1f1f1f1f1f',
  };
}

const prefix = (source: string): string =>
  `States.QueryEvaluationError: The JSONata expression '${source}' specified for the field 'Output/v'`;

test.each<[string, boolean]>([
  ['{% 1 %}', true],
  ['{%%}', true],
  [' {% 1 %}', false],
  ['{% 1 %} ', false],
  ['{%}', false],
])('isJsonata(%j) is %s', (text, expected) => {
  expect(isJsonata(text)).toBe(expected);
});

describe('what expressions see', () => {
  test.each<[string, Json]>([
    ['$states.input.a', 1],
    ['$states.context.Execution.Name', 'run'],
    ['$v + 1', 8],
    ['$exists($nothing)', false],
    ['$states.input', { a: 1, list: [0] }],
    ['$states.input.list', [0]],
    ['1/0', 'Infinity'],
    ['[1/0]', ['Infinity']],
    ['$now()', '2026-01-02T03:04:05.000Z'],
    ["$now('[Y]-[M]')", '2026-1'],
    ['$millis()', Date.UTC(2026, 0, 2, 3, 4, 5)],
  ])('%s', async (source, expected) => {
    expect(await evaluate(source, { a: 1, list: [0] }, { v: 7 })).toEqual(expected);
  });

  test('result and errorOutput where they exist', async () => {
    expect(await evaluateJsonata(field('$states.result'), scope({}), { result: [1] })).toEqual([1]);
    expect(
      await evaluateJsonata(field('$states.errorOutput.Error'), scope({}), { errorOutput: { Error: 'E' } }),
    ).toBe('E');
    await expect(evaluate('$states.result')).rejects.toThrow('returned nothing (undefined).');
  });
});

describe('the functions of the dialect', () => {
  test.each<[string, Json]>([
    ['$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
    ['$range(0, 6, 2)', [0, 2, 4, 6]],
    ['$range(-1.7, 2, 1)', [-1, 0, 1, 2]],
    ['$range(4, 4, 1)', 4],
    ["$hash('input', 'SHA-1')", '140f86aae51ab9e1cda9b4254fe98a74eb54c1a1'],
    ['$random(42)', 0.7275636800328681],
    ['$random()', 0.25],
    ['$uuid()', '5b7c0b53-7a2b-4f3e-9d0a-1f1f1f1f1f1f'],
    ['$parse(\'{"a":[1]}\').a', [1]],
    ["$parse('null')", null],
  ])('%s', async (source, expected) => {
    expect(await evaluate(source)).toEqual(expected);
  });

  test.each<[string, string]>([
    ['$partition([1], -1)', ': $partition needs a positive chunk size'],
    ['$range(1, 2, 0)', ': $range needs a step other than zero'],
    ['$range(1, 1000000, 1)', ': Expression evaluation memory limit exceeded'],
    ["$hash('x', 'sha-1')", ': the algorithm must be one of'],
    ["$parse('{')", ': $parse was given text that is not valid JSON: {'],
    ['$random("a")', ': $random needs a number'],
  ])('%s fails', async (source, ending) => {
    await expect(evaluate(source)).rejects.toThrow(
      `${prefix(source)} threw an error during evaluation${ending}`,
    );
  });
});

describe('failures', () => {
  test.each<[string, string]>([
    ['$states.input.missing', ' returned nothing (undefined).'],
    ['$undefined', ' returned nothing (undefined).'],
    ['function($x){$x}', ' returned an unsupported result type.'],
    ['{"f": $sum}', ' returned an unsupported result type.'],
    [
      '"a" + 1',
      ' threw an error during evaluation. T2001: The left side of the "+" operator must evaluate to a number',
    ],
    [
      "$sum(['a'])",
      ' threw an error during evaluation. T0412: Argument 1 of function "sum" must be an array of "numbers"',
    ],
    ['$eval("1+1")', ' threw an error during evaluation. T1006: Attempted to invoke a non-function'],
    [
      '($f := function($x){ 1 + $f($x) }; $f(1))',
      ' threw an error during evaluation: Expression evaluation stack limit exceeded',
    ],
    [
      '[1..900000] ~> $count()',
      ' threw an error during evaluation: Expression evaluation memory limit exceeded',
    ],
  ])('%s', async (source, ending) => {
    await expect(evaluate(source)).rejects.toThrow(`${prefix(source)}${ending}`);
  });

  test('an unexpected kind of value', async () => {
    const failure = evaluateTyped(field("'x'"), 'boolean', scope({}));
    await expect(failure).rejects.toBeInstanceOf(EvaluationFailure);
    await expect(failure).rejects.toThrow(
      `${prefix("'x'")} returned an unexpected result type. Expected 'boolean', but was 'string' for value: "x"`,
    );
  });

  test('a text that is no expression', () => {
    expect(() => parseJsonata('{% 1 + %}')).toThrow('Unexpected end of expression');
  });
});

test.each<[string, string[]]>([
  ['foo.bar', ['foo']],
  ['$sum(foo) + bar', ['foo', 'bar']],
  ['[a, {"k": b}, (c; d), -e, f ? g : h]', ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']],
  ['$.a', ['$']],
  ['$$', ['$$']],
  ['$states.input[a = 1].(b)', []],
  ['$map($states.input, function($x){ $x.a & b })', []],
  ['$v.a.b', []],
  ['"foo"', []],
])('top level references of %s', (source, expected) => {
  expect(topLevelReferences(parseJsonata(`{% ${source} %}`))).toEqual(expected);
});

test.each<[string, boolean]>([
  ['$states.errorOutput.Cause', true],
  ['[1, {"e": $states.errorOutput}]', true],
  ['$states.input.errorOutput', false],
])('%s reads $states.errorOutput: %s', (source, expected) => {
  expect(readsStates(parseJsonata(`{% ${source} %}`), 'errorOutput')).toBe(expected);
});
