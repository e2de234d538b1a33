import { expect, test } from 'vitest';
import { parsePattern } from './pattern.ts';

const ACCESS = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';
const JSON_LINE = JSON.stringify({
  eventType: 'UpdateTrail',
  sourceIPAddress: '111.111.111.111',
  arrayKey: ['value', 'another value'],
  objectList: [
    { name: 'a', id: 1 },
    { name: 'b', id: 2 },
  ],
  SomeObject: null,
  cluster: { name: 'c', healthy: true },
  latency: 50.5,
});

test.each([
  ['', 'anything', true],
  ['ERROR', '[ERROR 400] BAD REQUEST', true],
  ['ERROR', '[error 400]', false],
  ['ERROR ARGUMENTS', '[ERROR 419] MISSING ARGUMENTS', true],
  ['ERROR ARGUMENTS', '[ERROR 401] UNAUTHORIZED', false],
  ['?ERROR ?ARGUMENTS', 'MISSING ARGUMENTS', true],
  ['?ERROR ?ARGUMENTS', 'fine', false],
  ['?ERROR WARN', 'WARN only', true],
  ['"INTERNAL SERVER ERROR"', '500 INTERNAL SERVER ERROR', true],
  ['"INTERNAL SERVER ERROR"', 'INTERNAL ERROR SERVER', false],
  ['ERROR -ARGUMENTS', '[ERROR 401] UNAUTHORIZED', true],
  ['ERROR -"INVALID ARGUMENTS"', '[ERROR 419] INVALID ARGUMENTS', false],
  ['%5[0-9]{2}%', 'status 503', true],
  ['%5[0-9]{2}%', 'status 404', false],
])('terms %j on %j: %s', (pattern, message, expected) => {
  expect(parsePattern(pattern).matches(message)).toBe(expected);
});

test.each([
  ['{ $.eventType = "UpdateTrail" }', true],
  ['{ $.eventType = UpdateTrail }', true],
  ['{ $.eventType = "Update*" }', true],
  ['{ $.eventType != "UpdateTrail" }', false],
  ['{ $.missing != "x" }', false],
  ['{ $.sourceIPAddress = 111.111.* }', true],
  ['{ $.arrayKey[0] = "value" }', true],
  ['{ $.arrayKey[*] = "another value" }', true],
  ['{ $.objectList[1].id = 2 }', true],
  ['{ $.objectList[*].id > 1 }', true],
  ['{ $.SomeObject IS NULL }', true],
  ['{ $.SomeOtherObject NOT EXISTS }', true],
  ['{ $.SomeObject NOT EXISTS }', false],
  ['{ $.cluster.healthy IS TRUE }', true],
  ['{ $.cluster.name = "c" && $.latency >= 5.05e1 }', true],
  ['{ ($.cluster.name = "x" || $.latency < 51) && $.eventType = %^Update% }', true],
  ['{ $.latency > 51 }', false],
])('JSON %s: %s', (pattern, expected) => {
  expect(parsePattern(pattern).matches(JSON_LINE)).toBe(expected);
});

test.each([
  ['[ip, user, username, timestamp, request, status_code, bytes]', true],
  ['[ip, user, username, timestamp, request, status_code]', false],
  ['[ip, user, username, timestamp, request = "GET*", status_code = 4*, bytes]', true],
  ['[ip, user, username, timestamp, request, status_code = 404 || status_code = 410, bytes > 1000]', true],
  ['[..., status_code = 4*, bytes]', true],
  ['[ip != 127.0.0.1, ...]', false],
  ['[ip, ..., bytes < 1000]', false],
])('columns %s: %s', (pattern, expected) => {
  expect(parsePattern(pattern).matches(ACCESS)).toBe(expected);
});

test('selectors give values to metrics', () => {
  const json = parsePattern('{ $.latency = * }');
  expect(json.select(JSON_LINE, '$.latency')).toBe('50.5');
  expect(json.extract(JSON_LINE)).toEqual({ '$.latency': '50.5' });
  const columns = parsePattern('[ip, , username, ..., bytes > 1]');
  expect(columns.select(ACCESS, '$bytes')).toBe('1534');
  expect(columns.extract(ACCESS)).toEqual({ $ip: '127.0.0.1', $2: '-', $username: 'frank', $bytes: '1534' });
});

test.each([
  'ERROR:',
  '{ $.a = }',
  '{ a = 1 }',
  '{ $.a = 1',
  '"open',
  '[a, ..., b, ...]',
  '{ $.a > "x" }',
  '%(?=x)%',
])('the pattern %j is refused', (pattern) => {
  expect(() => parsePattern(pattern)).toThrow(expect.objectContaining({ code: 'InvalidParameterException' }));
});
