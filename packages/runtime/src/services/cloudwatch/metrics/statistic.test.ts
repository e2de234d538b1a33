import { expect, test } from 'vitest';
import type { Sample } from './metrics-table.ts';
import { statisticOf } from './statistic.ts';

function values(...numbers: number[]): Sample[] {
  return numbers.map((value) => ({ time: 0, unit: 'None', count: 1, sum: value, min: value, max: value }));
}

const HUNDRED = values(...Array.from({ length: 100 }, (_, i) => i + 1));

test.each([
  ['SampleCount', 100],
  ['Sum', 5050],
  ['Average', 50.5],
  ['Minimum', 1],
  ['Maximum', 100],
  ['p50', 50],
  ['p95', 95],
  ['p99.9', 100],
  ['p0', 1],
  ['p100', 100],
  ['tm90', 45.5],
  ['tc90', 90],
  ['ts10', 55],
  ['wm98', 50.47],
  ['TM(10%:90%)', 50.5],
  ['TM(10:20)', 15.5],
  ['TC(:30)', 30],
  ['PR(:30)', 30],
  ['PR(30:)', 70],
  ['IQM', 50.5],
])('%s of 1 to 100 is %s', (name, expected) => {
  expect(statisticOf(name)!(HUNDRED)).toBeCloseTo(expected, 10);
});

test('values that came several times weigh so much', () => {
  const samples: Sample[] = [
    { time: 0, unit: 'None', count: 9, sum: 9, min: 1, max: 1 },
    { time: 0, unit: 'None', count: 1, sum: 100, min: 100, max: 100 },
  ];
  expect(statisticOf('p90')!(samples)).toBe(1);
  expect(statisticOf('p91')!(samples)).toBe(100);
});

test('of a set of statistics the percentiles are not known', () => {
  const set: Sample[] = [{ time: 0, unit: 'None', count: 3, sum: 6, min: 1, max: 3 }];
  expect(statisticOf('Average')!(set)).toBe(2);
  expect(statisticOf('p50')!(set)).toBeUndefined();
});

test.each(['90', 'p101', 'average', 'PR', 'TM(:)', 'TM(1%:5)', 'toString'])('%s is no statistic', (name) => {
  expect(statisticOf(name)).toBeUndefined();
});
