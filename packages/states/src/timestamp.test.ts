import { expect, test } from 'vitest';
import { compareTimestamps, parseTimestamp } from './timestamp.ts';

test.each([
  '2012-10-09T19:00:55Z',
  '2012-10-09T19:00:55.1Z',
  '2012-10-09T19:00:55.123456789Z',
  '2012-10-09T19:00:55+01:00',
  '2012-02-29T00:00:00-11:30',
])('%s is a timestamp', (text) => {
  expect(parseTimestamp(text)?.milliseconds).toBe(Math.floor(Date.parse(text)));
});

test.each([
  '2012-10-09T19:00:55',
  '2012-10-09 19:00:55Z',
  '2012-10-09t19:00:55z',
  '2012-10-09',
  '2013-02-29T00:00:00Z',
  '2012-13-01T00:00:00Z',
  '2012-10-09T25:00:00Z',
  '',
  ' ',
])('%j is none', (text) => {
  expect(parseTimestamp(text)).toBeUndefined();
});

test('timestamps compare by their moment, below the millisecond too', () => {
  const compare = (a: string, b: string): number =>
    Math.sign(compareTimestamps(parseTimestamp(a)!, parseTimestamp(b)!));
  expect(compare('2012-10-09T19:00:55Z', '2012-10-09T20:00:55+01:00')).toBe(0);
  expect(compare('2012-10-09T19:00:55.0001Z', '2012-10-09T19:00:55.0002Z')).toBe(-1);
  expect(compare('2012-10-09T19:00:56Z', '2012-10-09T19:00:55.999999999Z')).toBe(1);
});
