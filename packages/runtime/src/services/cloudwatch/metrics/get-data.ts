import type { CloudWatch, MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Host } from '../../../dispatch/host.ts';
import type { Operations } from '../../../dispatch/service.ts';
import { pagePosition, pageToken } from '../../../store/page-token.ts';
import { validationError } from '../failures.ts';
import { checkQueries, MetricQueries } from './metric-queries.ts';
import { MetricsTable } from './metrics-table.ts';
import { firstPeriod, type Series, wholeSecond } from './series.ts';

const MOST_QUERIES = 500;
const MOST_DATAPOINTS = 100_800;

/** GetMetricData: metrics and metric math, several at once. */
export function metricDataOperations(host: Host) {
  const metrics = new MetricsTable(host.database);

  return {
    GetMetricData(input, context) {
      const { MetricDataQueries: queries, ScanBy = 'TimestampDescending', NextToken } = input;
      const start = wholeSecond(input.StartTime);
      const end = wholeSecond(input.EndTime);
      if (start === end) throw validationError('The parameter StartTime must not equal parameter EndTime.');
      if (start > end) throw validationError('The parameter EndTime must be greater than StartTime.');
      if (queries.length > MOST_QUERIES) {
        throw validationError(
          `The collection MetricDataQueries must not have a size greater than ${MOST_QUERIES}.`,
        );
      }
      checkQueries(queries);
      const periods = queries.map(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? 60);
      const first = firstPeriod(start, Math.min(...periods), context.now.getTime());
      const evaluation = new MetricQueries(queries, { metrics, scope: context }, { first, end });
      const stats = new Set(queries.flatMap(({ MetricStat }) => MetricStat?.Stat ?? []));
      const results = queries
        .filter(({ ReturnData = true }) => ReturnData)
        .flatMap((query) =>
          evaluation.seriesOf(query).map((one) => result(query, one, ScanBy, stats.size > 1)),
        );
      const question = ['metric data', queries, start, end, ScanBy];
      return page(results, input.MaxDatapoints ?? MOST_DATAPOINTS, NextToken, question);
    },
  } satisfies Operations<CloudWatch>;
}

/** @param named - whether the statistics of the request differ, so that their names belong to the labels */
function result(query: MetricDataQuery, { label, points }: Series, scanBy: string, named: boolean) {
  const { Id, Label, MetricStat } = query;
  const own = MetricStat && named ? `${label} ${MetricStat.Stat}` : label;
  const ordered = scanBy === 'TimestampDescending' ? points.toReversed() : points;
  return {
    Id,
    Label: Label ?? (own || Id),
    Timestamps: ordered.map(({ time }) => new Date(time)),
    Values: ordered.map(({ value }) => value),
  };
}

/** So many datapoints at once; what a result still lacks comes under the same id with the next page. */
function page(
  results: readonly (MetricDataResult & { Timestamps: Date[]; Values: number[] })[],
  most: number,
  token: string | undefined,
  question: unknown,
) {
  const position = token === undefined ? '0' : pagePosition(token, question);
  if (position === undefined)
    throw new ServiceError('InvalidNextToken', 'Request parameter NextToken is invalid');
  const skipped = Number(position);
  let passed = 0;
  let left = most;
  const MetricDataResults = results.flatMap((one): MetricDataResult[] => {
    const from = Math.max(0, skipped - passed);
    passed += one.Values.length;
    // A result that an earlier page gave whole is not given again.
    if (from >= one.Values.length && (one.Values.length > 0 || skipped > 0)) return [];
    const to = from + Math.min(left, one.Values.length - from);
    left -= to - from;
    const complete = to === one.Values.length;
    return [
      {
        ...one,
        Timestamps: one.Timestamps.slice(from, to),
        Values: one.Values.slice(from, to),
        StatusCode: complete ? 'Complete' : 'PartialData',
      },
    ];
  });
  const total = results.reduce((sum, { Values }) => sum + Values.length, 0);
  const NextToken = skipped + most < total ? pageToken(String(skipped + most), question) : undefined;
  return { MetricDataResults, Messages: [], NextToken };
}
