import type { CloudWatch, DimensionFilter, MetricDatum } from '@aws-sdk/client-cloudwatch';
import type { CallContext } from '../../../dispatch/context.ts';
import type { Host } from '../../../dispatch/host.ts';
import type { Operations } from '../../../dispatch/service.ts';
import { invalidValue, unsupportedValue } from '../failures.ts';
import { pageOf } from '../paging.ts';
import { orderSweep } from '../sweep.ts';
import { samplesOf } from './datum.ts';
import { MetricsTable } from './metrics-table.ts';

const MOST_DATA = 1000;
const LIST_LIMIT = 500;
const DAY_MS = 24 * 3600 * 1000;
// A metric without new data for so long is no longer listed, as on AWS.
const LISTED_MS = 14 * DAY_MS;
const RECENT_MS = 3 * 3_600_000;

/** Metric data in, and the list of what there is. */
export function metricOperations(host: Host) {
  const metrics = new MetricsTable(host.database);

  return {
    PutMetricData({ Namespace, MetricData = [], EntityMetricData }, context) {
      if (EntityMetricData !== undefined) throw unsupportedValue('EntityMetricData');
      checkNamespace(Namespace, context);
      if (MetricData.length === 0) throw invalidValue('The parameter MetricData must not be empty.');
      if (MetricData.length > MOST_DATA) {
        throw invalidValue(`The collection MetricData must not have a size greater than ${MOST_DATA}.`);
      }
      const now = context.now.getTime();
      const checked = MetricData.map((datum, index) => {
        const place = `MetricData.member.${index + 1}`;
        checkDimensions(datum, place);
        return { datum, samples: samplesOf(datum, place, now) };
      });
      return context.transaction(() => {
        for (const { datum, samples } of checked) {
          const key = { namespace: Namespace, name: datum.MetricName!, dimensions: datum.Dimensions ?? [] };
          metrics.add(context, key, samples);
        }
        orderSweep(host);
        return {};
      });
    },

    ListMetrics(input, context) {
      const { Namespace: namespace, MetricName: name, Dimensions = [], RecentlyActive, NextToken } = input;
      if (RecentlyActive !== undefined && RecentlyActive !== 'PT3H') {
        throw invalidValue(
          `The value ${String(RecentlyActive)} for parameter RecentlyActive is not supported.`,
        );
      }
      if (input.IncludeLinkedAccounts || input.OwningAccount !== undefined) {
        throw unsupportedValue('IncludeLinkedAccounts');
      }
      const since = context.now.getTime() - (RecentlyActive ? RECENT_MS : LISTED_MS);
      const found = metrics
        .list(context, { namespace, name, since })
        .filter(({ dimensions }) => Dimensions.every((filter) => hasDimension(dimensions, filter)));
      const question = ['metrics', namespace, name, Dimensions, RecentlyActive];
      const page = pageOf(found, LIST_LIMIT, NextToken, ({ id }) => String(id), question);
      return {
        Metrics: page.items.map((metric) => ({
          Namespace: metric.namespace,
          MetricName: metric.name,
          Dimensions: [...metric.dimensions],
        })),
        NextToken: page.NextToken,
      };
    },
  } satisfies Operations<CloudWatch>;
}

function checkNamespace(namespace: string, { caller }: CallContext): void {
  if (namespace.startsWith('AWS/') && caller.kind !== 'service') {
    throw invalidValue('The value AWS/ for parameter Namespace is invalid.');
  }
}

function checkDimensions({ Dimensions = [] }: MetricDatum, place: string): void {
  const names = Dimensions.map(({ Name }) => Name);
  if (new Set(names).size < names.length) {
    throw invalidValue(`The parameter ${place}.Dimensions must not have two dimensions of the same name.`);
  }
}

function hasDimension(dimensions: readonly DimensionFilter[], { Name, Value }: DimensionFilter): boolean {
  return dimensions.some(
    (dimension) => dimension.Name === Name && (Value === undefined || dimension.Value === Value),
  );
}
