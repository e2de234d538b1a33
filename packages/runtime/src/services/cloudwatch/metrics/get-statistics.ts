import type { CloudWatch, Datapoint, StandardUnit } from '@aws-sdk/client-cloudwatch';
import type { Host } from '../../../dispatch/host.ts';
import type { Operations } from '../../../dispatch/service.ts';
import { invalidCombination, invalidValue } from '../failures.ts';
import { MetricsTable, type Sample } from './metrics-table.ts';
import { byPeriod, checkPeriod, firstPeriod, ofUnit, wholeSecond } from './series.ts';
import { statisticOf } from './statistic.ts';

const MOST_DATAPOINTS = 1440;

/** GetMetricStatistics: the statistics of one metric by period, for each unit its own. */
export function statisticsOperations(host: Host) {
  const metrics = new MetricsTable(host.database);

  return {
    GetMetricStatistics(input, context) {
      const {
        Namespace,
        MetricName,
        Dimensions = [],
        Period,
        Statistics = [],
        ExtendedStatistics = [],
        Unit,
      } = input;
      const start = wholeSecond(input.StartTime);
      const end = wholeSecond(input.EndTime);
      if (Statistics.length === 0 && ExtendedStatistics.length === 0) {
        throw invalidCombination('Must specify either Statistics or ExtendedStatistics');
      }
      if (start >= end)
        throw invalidValue('The parameter StartTime must be less than the parameter EndTime.');
      checkPeriod(Period);
      for (const name of ExtendedStatistics) {
        if (!statisticOf(name))
          throw invalidValue(`The value ${name} for parameter ExtendedStatistics is not supported.`);
      }
      const points = Math.ceil((end - start) / (Period * 1000));
      if (points > MOST_DATAPOINTS) {
        throw invalidCombination(
          `You have requested up to ${points.toLocaleString('en-US')} datapoints, which exceeds the limit of 1,440. ` +
            'You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
        );
      }
      const first = firstPeriod(start, Period, context.now.getTime());
      const key = { namespace: Namespace, name: MetricName, dimensions: Dimensions };
      const samples = metrics.samples(context, key, first, end);
      const units = Unit === undefined ? [...new Set(samples.map(({ unit }) => unit))] : [Unit];
      const Datapoints = units.flatMap((unit) =>
        [...byPeriod(ofUnit(samples, unit), first, Period * 1000)].map(([time, inPeriod]) =>
          datapoint(time, unit, inPeriod, Statistics, ExtendedStatistics),
        ),
      );
      return {
        Label: MetricName,
        Datapoints: Datapoints.sort((a, b) => a.Timestamp!.getTime() - b.Timestamp!.getTime()),
      };
    },
  } satisfies Operations<CloudWatch>;
}

function datapoint(
  time: number,
  unit: StandardUnit,
  samples: readonly Sample[],
  statistics: readonly string[],
  extended: readonly string[],
): Datapoint {
  const valuesOf = (names: readonly string[]) =>
    names.flatMap((name) => {
      const value = statisticOf(name)?.(samples);
      return value === undefined ? [] : [[name, value] as const];
    });
  const found = valuesOf(extended);
  return {
    Timestamp: new Date(time),
    Unit: unit,
    ...Object.fromEntries(valuesOf(statistics)),
    ...(found.length > 0 && { ExtendedStatistics: Object.fromEntries(found) }),
  };
}
