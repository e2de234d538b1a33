import { expect, test } from 'vitest';
import { parseSchedule } from './schedule.ts';

/** The first times after a moment. */
function times(expression: string, after: string, count = 3): string[] {
  const schedule = parseSchedule(expression);
  const found: string[] = [];
  let time: number | undefined = Date.parse(after);
  for (let n = 0; n < count; n++) {
    time = schedule.next(time, Date.parse(after));
    if (time === undefined) break;
    found.push(new Date(time).toISOString().slice(0, 16));
  }
  return found;
}

const START = '2026-11-21T12:34:56Z'; // a Saturday

test.each([
  ['cron(0 10 * * ? *)', ['2026-11-22T10:00', '2026-11-23T10:00', '2026-11-24T10:00']],
  ['cron(15 12 * * ? *)', ['2026-11-22T12:15', '2026-11-23T12:15', '2026-11-24T12:15']],
  ['cron(0 18 ? * MON-FRI *)', ['2026-11-23T18:00', '2026-11-24T18:00', '2026-11-25T18:00']],
  ['cron(0 8 1 * ? *)', ['2026-12-01T08:00', '2027-01-01T08:00', '2027-02-01T08:00']],
  ['cron(0/15 * * * ? *)', ['2026-11-21T12:45', '2026-11-21T13:00', '2026-11-21T13:15']],
  ['cron(0/10 * ? * MON-FRI *)', ['2026-11-23T00:00', '2026-11-23T00:10', '2026-11-23T00:20']],
  ['cron(0/5 8-17 ? * 2-6 *)', ['2026-11-23T08:00', '2026-11-23T08:05', '2026-11-23T08:10']],
  ['cron(0 9 ? * 2#1 *)', ['2026-12-07T09:00', '2027-01-04T09:00', '2027-02-01T09:00']],
  ['cron(0 0 L * ? *)', ['2026-11-30T00:00', '2026-12-31T00:00', '2027-01-31T00:00']],
  ['cron(0 0 L-2 2 ? *)', ['2027-02-26T00:00', '2028-02-27T00:00', '2029-02-26T00:00']],
  ['cron(0 0 LW * ? *)', ['2026-11-30T00:00', '2026-12-31T00:00', '2027-01-29T00:00']],
  ['cron(0 0 1W * ? *)', ['2026-12-01T00:00', '2027-01-01T00:00', '2027-02-01T00:00']],
  ['cron(0 0 1W 5 ? *)', ['2027-05-03T00:00', '2028-05-01T00:00', '2029-05-01T00:00']],
  ['cron(0 0 31W 1 ? *)', ['2027-01-29T00:00', '2028-01-31T00:00', '2029-01-31T00:00']],
  ['cron(0 0 ? * 6L *)', ['2026-11-27T00:00', '2026-12-25T00:00', '2027-01-29T00:00']],
  ['cron(0 0 ? * L *)', ['2026-11-28T00:00', '2026-12-05T00:00', '2026-12-12T00:00']],
  ['cron(0 0 ? * 1 *)', ['2026-11-22T00:00', '2026-11-29T00:00', '2026-12-06T00:00']],
  ['cron(0 0 29 2 ? *)', ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00']],
  ['cron(30 6 ? JAN,JUN SUN 2027/2)', ['2027-01-03T06:30', '2027-01-10T06:30', '2027-01-17T06:30']],
  ['cron(0 0 1 1 ? 2028)', ['2028-01-01T00:00']],
  ['cron(0 0 31 2 ? *)', []],
  ['cron(0 0 1 1 ? 2020)', []],
])('%s', (expression, expected) => {
  expect(times(expression, START)).toEqual(expected);
});

test('rates are counted from when they began to hold', () => {
  expect(times('rate(1 minute)', START, 2)).toEqual(['2026-11-21T12:35', '2026-11-21T12:36']);
  expect(times('rate(5 hours)', START, 2)).toEqual(['2026-11-21T17:34', '2026-11-21T22:34']);
  const anchor = Date.parse(START);
  expect(parseSchedule('rate(2 days)').next(anchor + 5 * 86_400_000, anchor)).toBe(anchor + 6 * 86_400_000);
});

test.each([
  ...[
    'rate(1 minutes)',
    'rate(5 minute)',
    'rate(0 minutes)',
    'rate(-1 minutes)',
    'rate(5)',
    'rate(1.5 hours)',
  ],
  ...['rate(5 weeks)', 'cron(0 10 * * * *)', 'cron(0 10 ? * ? *)', 'cron(0 10 * * ?)', 'cron(60 10 * * ? *)'],
  ...['cron(0 24 * * ? *)', 'cron(0 10 32 * ? *)', 'cron(0 10 ? * 8 *)', 'cron(0 10 ? * 2#6 *)'],
  ...[
    'cron(0 10 * 13 ? *)',
    'cron(0 10 * * ? 2200)',
    'cron(* * 0 * ? *)',
    '0 10 * * ? *',
    'cron(0 dummy ? * * *)',
  ],
])('%s is refused', (expression) => {
  expect(() => parseSchedule(expression)).toThrow('Parameter ScheduleExpression is not valid.');
});
