import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../json.ts';
import { evaluateIntrinsic } from './evaluate.ts';
import { parseIntrinsic } from './parse.ts';

function call(text: string, data: Json = {}): Json {
  return evaluateIntrinsic(parseIntrinsic(text), {
    data,
    context: () => ({ State: { Name: 'S' } }),
    variables: { v: 7 },
    now: () => 0,
    random: () => 0.5,
    uuid: () => '5b7c0b53-7a2b-4f3e-9d0a-1f1f1f1f1f1f',
  });
}

describe('values', () => {
  test.each<[string, Json]>([
    ['States.Array()', []],
    ["States.Array(1, 'a', true, null, $.o, -1.5)", [1, 'a', true, null, { k: [1] }, -1.5]],
    [
      'States.ArrayPartition($.list, 2)',
      [
        [1, 2],
        [3, 2],
      ],
    ],
    ['States.ArrayPartition($.list, 3)', [[1, 2, 3], [2]]],
    ['States.ArrayPartition($.empty, 1)', []],
    ['States.ArrayContains($.list, 3)', true],
    ['States.ArrayContains($.objects, $.o)', true],
    ["States.ArrayContains($.list, '3')", false],
    ['States.ArrayRange(1, 9, 2)', [1, 3, 5, 7, 9]],
    ['States.ArrayRange(9, 1, -4)', [9, 5, 1]],
    ['States.ArrayRange(1, 1, 1)', [1]],
    ['States.ArrayRange(3, 1, 1)', []],
    ['States.ArrayGetItem($.list, 3)', 2],
    ['States.ArrayLength($.list)', 4],
    ['States.ArrayUnique($.list)', [1, 2, 3]],
    ["States.Base64Encode('Data to encode')", 'RGF0YSB0byBlbmNvZGU='],
    ["States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", 'Data to encode'],
    ["States.Base64Decode('')", ''],
    ["States.Hash('input', 'SHA-1')", '140f86aae51ab9e1cda9b4254fe98a74eb54c1a1'],
    ["States.Hash('input', 'MD5')", 'a43c1b0aa53a0c908810c06ab1ff3967'],
    ['States.JsonMerge($.o, $.p, false)', { k: 2, l: 3 }],
    ['States.StringToJson(\'{"a": [1]}\')', { a: [1] }],
    ["States.StringToJson('  ')", null],
    ['States.JsonToString($.o)', '{"k":[1]}'],
    ['States.MathAdd(1, -2)', -1],
    ['States.MathAdd(1.5, 1.4)', 3],
    ['States.MathAdd(-1.5, 0)', -1],
    ["States.StringSplit('a.b+c,,d', '.+,')", ['a', 'b', 'c', 'd']],
    ["States.StringSplit('abc', '')", ['abc']],
    ['States.MathRandom(10, 20)', 15],
    ['States.UUID()', '5b7c0b53-7a2b-4f3e-9d0a-1f1f1f1f1f1f'],
    ["States.Format('plain')", 'plain'],
    ["States.Format('{} and {}', 'a', $$.State.Name)", 'a and S'],
    ["States.Format('it\\'s \\{{}\\} \\\\', $v)", "it's {7} \\"],
    ["States.Format('{}{}{}{}', null, true, 1.5, $.o)", 'nulltrue1.5{k=[1]}'],
    ['States.Format($.template, 1)', 'n=1'],
    ["States.ArrayGetItem(States.StringSplit('a-b', '-'), States.MathAdd(0, 1))", 'b'],
  ])('%s', (text, expected) => {
    const data: JsonObject = {
      list: [1, 2, 3, 2],
      empty: [],
      o: { k: [1] },
      p: { k: 2, l: 3 },
      objects: [{ k: [1] }],
      template: 'n={}',
    };
    expect(call(text, data)).toEqual(expected);
  });

  test('a seed fixes MathRandom', () => {
    const draw = (seed: number): Json => call(`States.MathRandom(1, 1000, ${seed})`);
    expect(draw(42)).toBe(draw(42));
    expect(new Set([1, 2, 3, 4, 5].map(draw)).size).toBeGreaterThan(1);
  });
});

describe('arguments that do not fit', () => {
  test.each<[string, string]>([
    ["States.ArrayLength('x')", 'argument 1 must be an array, but was "x"'],
    ["States.ArrayPartition($.list, 'x')", 'argument 2 must be a number'],
    ['States.ArrayPartition($.list, 0)', 'the chunk size must be positive'],
    ['States.ArrayRange(1, 9, 0)', 'the step must not be zero'],
    ['States.ArrayRange(1, 1002, 1)', 'would hold 1002 elements, but at most 1000'],
    ['States.ArrayGetItem($.list, 2)', 'index 2 is out of bounds for an array of 2 elements'],
    ['States.ArrayGetItem($.list, -1)', 'index -1 is out of bounds'],
    ['States.ArrayGetItem($.list)', 'expected 2 arguments, but got 1'],
    ['States.UUID(1)', 'expected 0 arguments, but got 1'],
    ['States.MathRandom(1)', 'expected 2 to 3 arguments, but got 1'],
    ['States.MathRandom(5, 5)', 'must be greater than the start'],
    ["States.MathAdd('1', 1)", 'argument 1 must be a number'],
    ['States.MathAdd(3000000000, 1)', '3000000000 is not a 32-bit integer'],
    ["States.Base64Decode('***')", 'not valid Base64'],
    ["States.Hash('x', 'SHA-3')", 'the algorithm must be one of MD5, SHA-1'],
    ["States.Hash('x', 'sha-1')", 'the algorithm must be one of'],
    ['States.JsonMerge($, $, true)', 'deep merging is not supported'],
    ['States.JsonMerge($.list, $, false)', 'argument 1 must be a JSON object'],
    ["States.StringToJson('{')", 'not valid JSON'],
    ['States.StringToJson(1)', 'argument 1 must be a string'],
    ["States.Format('{}')", 'more occurrences of {} than there are arguments'],
    ["States.Format('', 1)", 'more arguments than occurrences of {}'],
  ])('%s', (text, problem) => {
    expect(() => call(text, { list: [1, 2] })).toThrow(
      `States.IntrinsicFailure: The function '${text}' had the following error:`,
    );
    expect(() => call(text, { list: [1, 2] })).toThrow(problem);
  });

  test('a text that is too long', () => {
    expect(() => call('States.Base64Encode($.t)', { t: 'x'.repeat(10_001) })).toThrow('at most 10000');
  });

  test('a path that leads nowhere is a runtime failure', () => {
    expect(() => call("States.Format('{}', $.no)")).toThrow('States.Runtime');
  });
});

test.each([
  'States.Nope()',
  'States.Array(',
  'States.Array(1',
  'States.Array(1,)',
  "States.Array('x)",
  'States.Array(x)',
  'States.Array() more',
  `${'States.Array('.repeat(11)}${')'.repeat(11)}`,
])('refuses %s', (text) => {
  expect(() => parseIntrinsic(text)).toThrow();
});

describe('laws', () => {
  const list = fc.array(fc.jsonValue()) as fc.Arbitrary<Json[]>;

  test('partitions put together are the list', () => {
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 9 }), (items, size) => {
        expect((call(`States.ArrayPartition($, ${size})`, items) as Json[][]).flat(1)).toEqual(items);
      }),
    );
  });

  test('a list contains each of its items, once in its unique form', () => {
    fc.assert(
      fc.property(list, (items) => {
        const unique = call('States.ArrayUnique($)', items) as Json[];
        for (const item of items) {
          expect(call('States.ArrayContains($.list, $.item)', { list: items, item })).toBe(true);
        }
        expect(call('States.ArrayUnique($)', unique)).toEqual(unique);
      }),
    );
  });

  test('decoding undoes encoding, parsing undoes printing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 50 }), fc.jsonValue(), (text, value) => {
        expect(call('States.Base64Decode(States.Base64Encode($))', text)).toBe(text);
        const printed = JSON.parse(JSON.stringify(value)) as Json;
        expect(call('States.StringToJson(States.JsonToString($))', printed)).toEqual(printed);
      }),
    );
  });
});
