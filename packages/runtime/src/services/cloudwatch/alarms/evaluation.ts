import type { ComparisonOperator, MetricDataQuery, StateValue } from '@aws-sdk/client-cloudwatch';
import type { Scope } from '../../../store/collection.ts';
import { MetricQueries } from '../metrics/metric-queries.ts';
import type { MetricsTable } from '../metrics/metrics-table.ts';
import { type AlarmWatch, alarmPeriod } from './alarm.ts';

/** What an evaluation says; without a value the state stays as it is. */
export interface Verdict {
  readonly value: StateValue | undefined;
  readonly reason: string;
  readonly data: object;
}

// More periods are looked at than have to breach, so that late datapoints do not matter.
const MORE_PERIODS = 2;

const COMPARISONS: Partial<
  Record<ComparisonOperator, { words: string; test: (a: number, b: number) => boolean }>
> = {
  GreaterThanThreshold: { words: 'greater than', test: (a, b) => a > b },
  GreaterThanOrEqualToThreshold: { words: 'greater than or equal to', test: (a, b) => a >= b },
  LessThanThreshold: { words: 'less than', test: (a, b) => a < b },
  LessThanOrEqualToThreshold: { words: 'less than or equal to', test: (a, b) => a <= b },
};

export function isComparable(operator: ComparisonOperator): boolean {
  return COMPARISONS[operator] !== undefined;
}

/**
 * Decides the state of an alarm from the periods that are complete at a time. Missing datapoints are
 * treated as AWS's tables say:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 *
 * @param now - in milliseconds since the epoch
 */
export function evaluateAlarm(watch: AlarmWatch, metrics: MetricsTable, scope: Scope, now: number): Verdict {
  const {
    EvaluationPeriods: wanted,
    DatapointsToAlarm: needed = wanted,
    Threshold,
    ComparisonOperator,
  } = watch;
  const period = alarmPeriod(watch) * 1000;
  const step = Math.min(period, 60_000);
  const end = Math.floor(now / step) * step;
  const first = end - (wanted + MORE_PERIODS) * period;
  const points = watchedPoints(watch, metrics, scope, { first, end }).toReversed();
  const { test, words } = COMPARISONS[ComparisonOperator]!;
  const present = points.slice(0, wanted);
  const breaching = present.filter(({ value }) => test(value, Threshold)).length;
  const missing = wanted - present.length;
  const value = decide(watch.TreatMissingData ?? 'missing', { wanted, needed, missing, breaching });
  const data = {
    version: '1.0',
    queryDate: amazonDate(now),
    ...(present.length > 0 && { startDate: amazonDate(present.at(-1)!.time) }),
    ...(watch.Statistic && { statistic: watch.Statistic }),
    ...(watch.ExtendedStatistic && { statistic: watch.ExtendedStatistic }),
    period: period / 1000,
    recentDatapoints: present.map((point) => point.value).reverse(),
    threshold: Threshold,
    evaluatedDatapoints: present.map((point) => ({ timestamp: amazonDate(point.time), value: point.value })),
  };
  return { value, reason: reasonOf(value, { watch, present, breaching, missing, words }), data };
}

function decide(
  treatment: string,
  {
    wanted,
    needed,
    missing,
    breaching,
  }: { wanted: number; needed: number; missing: number; breaching: number },
): StateValue | undefined {
  const present = wanted - missing;
  if (missing === 0 || treatment === 'notBreaching') return breaching >= needed ? 'ALARM' : 'OK';
  if (treatment === 'breaching') return breaching + missing >= needed ? 'ALARM' : 'OK';
  if (present === 0) return treatment === 'ignore' ? undefined : 'INSUFFICIENT_DATA';
  if (breaching >= needed) return 'ALARM';
  if (breaching < present) return 'OK';
  // All that is there breaches, but it is less than was asked for.
  return treatment === 'ignore' ? undefined : 'ALARM';
}

interface Findings {
  readonly watch: AlarmWatch;
  readonly present: readonly { readonly time: number; readonly value: number }[];
  readonly breaching: number;
  readonly missing: number;
  readonly words: string;
}

/** The sentence of the service about what was found. */
function reasonOf(value: StateValue | undefined, findings: Findings): string {
  const { watch, present, breaching, missing, words } = findings;
  if (present.length === 0 && value === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${missing} datapoint${missing === 1 ? ' was' : 's were'} unknown.`;
  }
  const treated = watch.TreatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching';
  if (present.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${missing} period${missing === 1 ? '' : 's'} and ${missing} missing datapoint${missing === 1 ? ' was' : 's were'} treated as [${treated}].`;
  }
  const alarm = value === 'ALARM';
  const counted = alarm ? breaching : present.length - breaching;
  const needed = watch.DatapointsToAlarm ?? watch.EvaluationPeriods;
  const shown = present.map((point) => `${javaNumber(point.value)} (${shortDate(point.time)})`).join(', ');
  const verb = `${counted === 1 ? 'was' : 'were'} ${alarm ? '' : 'not '}${words}`;
  const minimum = alarm ? needed : Math.max(watch.EvaluationPeriods - needed + 1, 1);
  const transition = alarm ? 'OK -> ALARM' : 'ALARM -> OK';
  return (
    `Threshold Crossed: ${counted} out of the last ${present.length} datapoint${present.length === 1 ? '' : 's'} [${shown}] ` +
    `${verb} the threshold (${javaNumber(watch.Threshold)}) ` +
    `(minimum ${minimum} datapoint${minimum === 1 ? '' : 's'} for ${transition} transition).`
  );
}

function watchedPoints(
  watch: AlarmWatch,
  metrics: MetricsTable,
  scope: Scope,
  range: { readonly first: number; readonly end: number },
) {
  const queries = watch.Metrics ?? [singleQuery(watch)];
  const watched = queries.find(({ ReturnData = true }) => ReturnData) ?? queries[0]!;
  const [series] = new MetricQueries(queries, { metrics, scope }, range).seriesOf(watched);
  return series?.points ?? [];
}

function singleQuery(watch: AlarmWatch): MetricDataQuery {
  return {
    Id: 'm1',
    MetricStat: {
      Metric: {
        Namespace: watch.Namespace,
        MetricName: watch.MetricName,
        Dimensions: watch.Dimensions ?? [],
      },
      Period: watch.Period,
      Stat: watch.Statistic ?? watch.ExtendedStatistic,
      Unit: watch.Unit,
    },
  };
}

/** `2026-11-21T12:00:00.000+0000`, as the service writes times in texts. */
export function amazonDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '+0000');
}

/** `21/11/26 12:00:00` */
function shortDate(milliseconds: number): string {
  const [date = '', time = ''] = new Date(milliseconds).toISOString().split('T');
  const [year = '', month, day] = date.split('-');
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
}

/** Numbers as Java prints doubles: `5.0`. */
function javaNumber(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e7 ? `${value}.0` : String(value);
}
