import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../json.ts';
import type { Scope } from '../scope.ts';
import { parsePath } from './parse.ts';
import { isReferencePath, withValueAt } from './reference-path.ts';
import { resolveField, resolveNamed, resolvePath } from './resolve.ts';

const store: JsonObject = {
  book: [
    { title: 'A', price: 8, tags: ['x', 'y'], isbn: '1' },
    { title: 'B', price: 12, tags: [] },
    { title: 'C', price: 20, tags: ['y'], isbn: '3' },
  ],
  limit: 10,
  'odd name': { "it's": 1, 'a.b': 2 },
  nothing: null,
  numbers: [4, 1, 3],
};

function scope(data: Json): Scope {
  return {
    data,
    context: () => ({ Execution: { Name: 'run' } }),
    variables: { v: { list: [1, 2] } },
    now: () => 0,
    random: () => 0,
    uuid: () => '',
  };
}

const find = (path: string, data: Json = store): Json => resolvePath(parsePath(path), scope(data));

describe('definite paths give the value', () => {
  test.each<[string, Json]>([
    ['$', store],
    ['$.limit', 10],
    ['$.nothing', null],
    ["$['limit']", 10],
    ['$["limit"]', 10],
    ["$['odd name']['a.b']", 2],
    ["$['odd name']['it\\'s']", 1],
    ['$.book[0].title', 'A'],
    ['$.book[-1].title', 'C'],
    ["$.book[0]['title','price']", { title: 'A', price: 8 }],
    ['$.book.length()', 3],
    ['$.numbers.min()', 1],
    ['$.numbers.max()', 4],
    ['$.numbers.sum()', 8],
    ['$.numbers.avg()', 8 / 3],
    ['$.numbers.first()', 4],
    ['$.numbers.last()', 3],
    ['$.numbers.index(1)', 1],
    ['$.numbers.append(5)', [4, 1, 3, 5]],
    ['$.book[1].keys()', ['title', 'price', 'tags']],
    ["$.book[0].title.concat('-', $.limit)", 'A-10'],
    ['$$.Execution.Name', 'run'],
    ['$v.list[1]', 2],
    ['$v', { list: [1, 2] }],
  ])('%s', (path, expected) => {
    expect(find(path)).toEqual(expected);
  });
});

describe('indefinite paths give an array', () => {
  test.each<[string, Json]>([
    ['$.book[*].title', ['A', 'B', 'C']],
    ['$.book[0,2].title', ['A', 'C']],
    ['$.book[0:2].title', ['A', 'B']],
    ['$.book[-2:].title', ['B', 'C']],
    ['$.book[:1].title', ['A']],
    ['$..title', ['A', 'B', 'C']],
    ['$.book..tags[0]', ['x', 'y']],
    ['$.book[*].isbn', ['1', '3']],
    ['$.book[*].missing', []],
    ['$.numbers[*]', [4, 1, 3]],
    ['$.numbers[5:]', []],
    ['$.*.length()', 5],
  ])('%s', (path, expected) => {
    expect(find(path)).toEqual(expected);
  });

  test.each<[string, string[]]>([
    ['@.price < 10', ['A']],
    ['@.price <= 12', ['A', 'B']],
    ['@.price > $.limit', ['B', 'C']],
    ['@.price >= 20', ['C']],
    ['@.isbn', ['A', 'C']],
    ['!@.isbn', ['B']],
    ["@.title == 'B'", ['B']],
    ["@.title != 'B'", ['A', 'C']],
    ["@.title in ['A', 'C']", ['A', 'C']],
    ["@.title nin ['A', 'C']", ['B']],
    ["@.tags contains 'x'", ['A']],
    ["@.tags subsetof ['y', 'z']", ['B', 'C']],
    ["@.tags anyof ['x']", ['A']],
    ["@.tags noneof ['x']", ['B', 'C']],
    ['@.tags size 2', ['A']],
    ['@.tags empty true', ['B']],
    ['@.title =~ /[ab]/i', ['A', 'B']],
    ["@.isbn == '1' && @.price == 8", ['A']],
    ["@.isbn == '1' || @.price == 20", ['A', 'C']],
    ["(@.isbn == '1' || @.price == 20) && @.title === 'C'", ['C']],
    ['@.isbn == 1', ['A']],
    ['@.isbn === 1', []],
  ])('filter %s', (filter, titles) => {
    expect(find(`$.book[?(${filter})].title`)).toEqual(titles);
  });
});

describe('a path that leads nowhere', () => {
  test.each<[string, string]>([
    ['$.no', "No results for path: $['no']"],
    ['$.no.such.path', "Missing property in path $['no']"],
    ["$['odd name'].no", "No results for path: $['odd name']['no']"],
    ['$.numbers[7]', "No results for path: $['numbers'][7]"],
    ['$.limit.x', "Expected to find an object with property ['x'] in path $['limit'] but found 'number'."],
    ['$.limit[0]', 'Filter: [0] can only be applied to arrays. Current context is: 10'],
    ['$.no[*]', "Missing property in path $['no']"],
    ['$.limit.length()', 'Function length() cannot be applied to 10'],
    ['$undefined', "The variable 'undefined' is not defined"],
  ])('%s', (path, message) => {
    expect(() => find(path)).toThrow(message);
  });

  test('is a runtime failure of its field', () => {
    const path = parsePath('$.no');
    expect(() => resolveField(path, scope({}))).toThrow(
      "States.Runtime: Invalid path '$.no' : No results for path: $['no']",
    );
    expect(() => resolveNamed(path, 'x.$', scope({ a: 1 }))).toThrow(
      `The JSONPath '$.no' specified for the field 'x.$' could not be found in the input '{"a":1}'`,
    );
  });

  test('does not find inherited properties', () => {
    expect(() => find('$.constructor')).toThrow('No results');
    expect(find('$..__proto__', JSON.parse('{"__proto__": 1}') as Json)).toEqual([1]);
  });
});

test.each([
  '',
  'a',
  '$.',
  '$.a.',
  '$[',
  '$[a]',
  '$.a[?(@.b',
  '$.a[1',
  "$['a",
  '$.a b',
  '$.f()',
  '$.a.length().b',
])('refuses %j', (text) => {
  expect(() => parsePath(text)).toThrow();
});

describe('reference paths', () => {
  test.each<[string, boolean]>([
    ['$', true],
    ['$.a.b[0]', true],
    ["$['a']", true],
    ['$.a[*]', false],
    ['$..a', false],
    ['$$.a', false],
    ['$v', false],
    ['$.a.length()', false],
  ])('%s: %s', (text, expected) => {
    expect(isReferencePath(parsePath(text))).toBe(expected);
  });

  test.each<[string, Json, Json]>([
    ['$', { a: 1 }, 'new'],
    ['$.b', { a: 1 }, { a: 1, b: 'new' }],
    ['$.a', { a: 1 }, { a: 'new' }],
    ['$.x.y.z', {}, { x: { y: { z: 'new' } } }],
    ['$.list[1]', { list: [1, 2] }, { list: [1, 'new'] }],
    ['$.list[2].x', { list: [1, 2] }, { list: [1, 2, { x: 'new' }] }],
  ])('%s takes a value into %j', (path, document, expected) => {
    const before = JSON.stringify(document);
    expect(withValueAt(parsePath(path), document, 'new')).toEqual(expected);
    expect(JSON.stringify(document)).toBe(before);
  });

  test.each<[string, Json]>([
    ['$.a', 'text'],
    ['$.a.b', { a: 1 }],
    ['$.list[5]', { list: [] }],
    ['$.list[0]', {}],
  ])('%s has no place in %j', (path, document) => {
    expect(() => withValueAt(parsePath(path), document, 'new')).toThrow('States.ResultPathMatchFailure');
  });
});

describe('laws', () => {
  const name = fc.string({ minLength: 1 }).filter((text) => !text.includes('\\') && !text.includes("'"));
  const document = fc.dictionary(name, fc.jsonValue()) as fc.Arbitrary<JsonObject>;

  test('what was put at a path is found there', () => {
    fc.assert(
      fc.property(
        document,
        fc.array(name, { minLength: 1, maxLength: 3 }),
        fc.jsonValue(),
        (into, names, value) => {
          const path = parsePath(`$${names.map((part) => `['${part}']`).join('')}`);
          let changed: Json;
          try {
            changed = withValueAt(path, into, value as Json);
          } catch {
            return;
          }
          expect(resolvePath(path, scope(changed))).toEqual(value);
        },
      ),
    );
  });

  test('a wildcard finds as many values as an object has', () => {
    fc.assert(
      fc.property(document, (object) => {
        expect(find('$.*', object)).toEqual(Object.values(object));
        expect(find('$.length()', object)).toBe(Object.keys(object).length);
      }),
    );
  });
});
