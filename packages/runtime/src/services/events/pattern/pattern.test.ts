import { expect, test } from 'vitest';
import { parsePattern } from './pattern.ts';

const EVENT = {
  source: 'aws.s3',
  resources: ['arn:aws:s3:::data', 'arn:aws:s3:::more'],
  detail: {
    state: 'running',
    count: 5,
    ratio: 0.5,
    nothing: null,
    empty: '',
    flag: true,
    list: [],
    ip: '10.0.1.7',
    ip6: '2001:db8::1',
    object: { key: 'raw/data.zip', size: 1024 },
    records: [
      { name: 'a', value: 1 },
      { name: 'b', value: 2 },
    ],
    'dotted.key': 'x',
  },
};

function detail(pattern: object) {
  return JSON.stringify({ detail: pattern });
}

test.each([
  [{ source: ['aws.s3', 'aws.ec2'] }, true],
  [{ source: ['aws.ec2'] }, false],
  [{ resources: ['arn:aws:s3:::more'] }, true],
  [{ resources: [{ suffix: 'data' }] }, true],
  [{ missing: ['x'] }, false],
])('top level %j: %s', (pattern, expected) => {
  expect(parsePattern(JSON.stringify(pattern)).matches(EVENT)).toBe(expected);
});

test.each([
  [{ count: [5] }, true],
  [{ count: ['5'] }, false],
  [{ nothing: [null] }, true],
  [{ empty: [''] }, true],
  [{ flag: [true] }, true],
  [{ list: [null] }, false],
  [{ list: [{ exists: false }] }, true],
  [{ state: [{ prefix: 'run' }] }, true],
  [{ state: [{ prefix: { 'equals-ignore-case': 'RUN' } }] }, true],
  [{ state: [{ suffix: 'ing' }] }, true],
  [{ state: [{ 'equals-ignore-case': 'RUNNING' }] }, true],
  [{ object: { key: [{ wildcard: 'raw/*.zip' }] } }, true],
  [{ object: { key: [{ wildcard: 'raw/*.csv' }] } }, false],
  [{ object: { key: [{ wildcard: '*' }] } }, true],
  [{ state: [{ wildcard: 'r*n*g' }] }, true],
  [{ state: [{ 'anything-but': 'running' }] }, false],
  [{ state: [{ 'anything-but': ['stopped', 'failed'] }] }, true],
  [{ count: [{ 'anything-but': [1, 2] }] }, true],
  [{ nothing: [{ 'anything-but': 'x' }] }, true],
  [{ missing: [{ 'anything-but': 'x' }] }, false],
  [{ state: [{ 'anything-but': { prefix: 'run' } }] }, false],
  [{ state: [{ 'anything-but': { prefix: ['stop', 'fail'] } }] }, true],
  [{ count: [{ 'anything-but': { suffix: 'x' } }] }, true],
  [{ state: [{ 'anything-but': { 'equals-ignore-case': ['RUNNING'] } }] }, false],
  [{ object: { key: [{ 'anything-but': { wildcard: '*.csv' } }] } }, true],
  [{ count: [{ numeric: ['=', 5] }] }, true],
  [{ count: [{ numeric: ['>', 0, '<=', 5] }] }, true],
  [{ ratio: [{ numeric: ['<', 0.5] }] }, false],
  [{ state: [{ numeric: ['>', 0] }] }, false],
  [{ state: [{ exists: true }] }, true],
  [{ missing: [{ exists: false }] }, true],
  [{ missing: { deeper: [{ exists: false }] } }, true],
  [{ object: [{ exists: true }] }, false],
  [{ ip: [{ cidr: '10.0.0.0/16' }] }, true],
  [{ ip: [{ cidr: '10.1.0.0/16' }] }, false],
  [{ ip6: [{ cidr: '2001:db8::/32' }] }, true],
  [{ state: [{ cidr: '10.0.0.0/8' }] }, false],
  [{ $or: [{ state: ['stopped'] }, { count: [{ numeric: ['>', 4] }] }] }, true],
  [{ $or: [{ state: ['stopped'] }, { count: [{ numeric: ['>', 5] }] }] }, false],
  [{ state: ['running'], $or: [{ count: [1] }, { flag: [true] }] }, true],
  [{ records: { name: ['a'], value: [1] } }, true],
  [{ records: { name: ['a'], value: [2] } }, false],
  [{ 'object.size': [1024] }, true],
  [{ dotted: { key: ['x'] } }, true],
])('in the detail %j: %s', (pattern, expected) => {
  expect(parsePattern(detail(pattern)).matches(EVENT)).toBe(expected);
});

test.each([
  ['["a"]', 'Filter is not an object'],
  ['{"source": "x"}', '"source" must be an object or an array'],
  ['{"source": []}', 'Empty arrays are not allowed'],
  ['{"source": [{"EXISTS": true}]}', 'Unrecognized match type EXISTS'],
  ['{"source": [{"prefix": 1}]}', 'prefix match pattern must be a string'],
  ['{"source": [{"suffix": ["x"]}]}', 'suffix match pattern must be a string'],
  ['{"source": [{"equals-ignore-case": ["x"]}]}', 'equals-ignore-case match pattern must be a string'],
  ['{"source": [{"exists": "yes"}]}', 'exists match pattern must be either true or false.'],
  ['{"source": [{"numeric": [">", 0, ">", 0]}]}', 'Bad numeric range operator: >'],
  ['{"source": [{"numeric": [">", 0, "<"]}]}', 'Value of < must be numeric'],
  ['{"source": [{"numeric": ["<>", 0]}]}', 'Unrecognized numeric range operator: <>'],
  ['{"source": [{"wildcard": "a**b"}]}', 'Consecutive wildcard characters at pos 1'],
  ['{"source": [{"cidr": "10.0.0.0"}]}', "Malformed CIDR, one '/' required"],
  ['{"source": [{"cidr": "10.0/8"}]}', 'Nonstandard IP address: 10.0'],
  [
    '{"source": [{"anything-but": {"prefix": {"equals-ignore-case": "x"}}}]}',
    'Value of anything-but must be an array or single string/number value.',
  ],
  ['{"source": [{"anything-but": {"prefix": 123}}]}', 'prefix/suffix match pattern must be a string'],
  ['{"source": [{"anything-but": {"wildcard": [1]}}]}', 'wildcard match pattern must be a string'],
  [
    '{"source": [{"anything-but": {"equals-ignore-case": 1}}]}',
    'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
  ],
  ['{"source": [{"prefix": "a", "suffix": "b"}]}', 'Only one key allowed in match expression'],
])('the pattern %s is refused', (pattern, reason) => {
  const message = `Event pattern is not valid. Reason: ${reason}`;
  expect(() => parsePattern(pattern)).toThrow(
    expect.objectContaining({ code: 'InvalidEventPatternException', message }),
  );
});

test('a pattern that is no JSON is refused', () => {
  expect(() => parsePattern('not json')).toThrow(/^Event pattern is not valid. Reason: /);
});
