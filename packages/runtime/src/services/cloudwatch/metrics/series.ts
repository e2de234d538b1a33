import type { MetricStat, StandardUnit } from '@aws-sdk/client-cloudwatch';
import type { Scope } from '../../../store/collection.ts';
import { invalidValue, validationError } from '../failures.ts';
import type { MetricsTable, Sample } from './metrics-table.ts';
import { statisticOf } from './statistic.ts';

/** Values at the beginnings of periods, oldest first. */
export interface Series {
  readonly label: string;
  /** In milliseconds. */
  readonly period: number;
  readonly points: readonly { readonly time: number; readonly value: number }[];
}

const DAY_MS = 24 * 3600 * 1000;
const HIGH_RESOLUTION = new Set([1, 5, 10, 20, 30]);

/** Seconds between two values: 1, 5, 10, 20, 30 or whole minutes. */
export function checkPeriod(seconds: number): void {
  if (HIGH_RESOLUTION.has(seconds) || (seconds > 0 && seconds % 60 === 0)) return;
  throw invalidValue(`The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.`);
}

/**
 * Where the first period of a request begins: the start rounded down to a whole minute, coarser for
 * what is long ago, finer for high resolution.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
 */
export function firstPeriod(start: number, periodSeconds: number, now: number): number {
  const age = now - start;
  const step =
    age > 63 * DAY_MS
      ? 3_600_000
      : age > 15 * DAY_MS
        ? 300_000
        : periodSeconds < 60
          ? periodSeconds * 1000
          : 60_000;
  return Math.floor(start / step) * step;
}

/** The limits of a request count in whole seconds. */
export function wholeSecond(date: Date): number {
  return Math.floor(date.getTime() / 1000) * 1000;
}

/** Samples by the beginning of the period that they are in. */
export function byPeriod(samples: readonly Sample[], first: number, periodMs: number): Map<number, Sample[]> {
  const periods = new Map<number, Sample[]>();
  for (const sample of samples) {
    const begin = first + Math.floor((sample.time - first) / periodMs) * periodMs;
    const present = periods.get(begin);
    if (present) present.push(sample);
    else periods.set(begin, [sample]);
  }
  return periods;
}

/**
 * A metric's statistic over a time.
 *
 * @param range - in milliseconds since the epoch, the end not included
 * @throws ValidationError for what is no statistic or period
 */
export function readSeries(
  table: MetricsTable,
  scope: Scope,
  stat: MetricStat,
  range: { readonly first: number; readonly end: number },
): Series {
  const { Metric, Period = 0, Stat = '', Unit } = stat;
  checkPeriod(Period);
  const statistic = statisticOf(Stat);
  if (!statistic) throw validationError(`The value ${Stat} for parameter Stat is not supported.`);
  const key = {
    namespace: Metric?.Namespace ?? '',
    name: Metric?.MetricName ?? '',
    dimensions: Metric?.Dimensions ?? [],
  };
  const samples = ofUnit(table.samples(scope, key, range.first, range.end), Unit);
  const points = [...byPeriod(samples, range.first, Period * 1000)].flatMap(([time, inPeriod]) => {
    const value = statistic(inPeriod);
    return value === undefined ? [] : [{ time, value }];
  });
  return { label: key.name, period: Period * 1000, points: points.sort((a, b) => a.time - b.time) };
}

export function ofUnit(samples: readonly Sample[], unit: StandardUnit | undefined): readonly Sample[] {
  return unit === undefined ? samples : samples.filter((sample) => sample.unit === unit);
}
