import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { pageToken } from '../../store/page-token.ts';
import { invalidParameter, notFound, unsupportedValue } from './failures.ts';
import { FiltersTable, type MetricFilter } from './filters-table.ts';
import { positionIn } from './groups.ts';
import { GroupsTable } from './groups-table.ts';
import { parsePattern } from './pattern/pattern.ts';

const DEFAULT_LIMIT = 50;
const MOST_FILTERS = 100;

/** Metric filters: events that match become CloudWatch metrics as they arrive. */
export function metricFilterOperations(host: Host) {
  const groups = new GroupsTable(host.database);
  const filters = new FiltersTable(host.database);

  return {
    PutMetricFilter(input, context) {
      const { logGroupName, filterName, filterPattern, metricTransformations } = input;
      parsePattern(filterPattern);
      if (input.fieldSelectionCriteria ?? input.emitSystemFieldDimensions) {
        throw unsupportedValue('Selection and dimensions by system fields');
      }
      for (const { metricValue, defaultValue, dimensions } of metricTransformations) {
        if (!metricValue.startsWith('$') && (metricValue === '' || Number.isNaN(Number(metricValue)))) {
          context.warn(`The metric value '${metricValue}' is no number and no selector: it gives no metric.`);
        }
        if (defaultValue !== undefined && dimensions && Object.keys(dimensions).length > 0) {
          throw invalidParameter(
            'Invalid metric transformation: dimensions and default value are mutually exclusive properties.',
          );
        }
        if (dimensions && Object.keys(dimensions).length > 3) {
          throw invalidParameter(
            'Invalid metric transformation: a metric filter can have up to 3 dimensions.',
          );
        }
      }
      const filter: MetricFilter = {
        name: filterName,
        pattern: filterPattern,
        created: context.now.getTime(),
        transformations: metricTransformations,
      };
      return context.transaction(() => {
        const { id } = groups.get(context, logGroupName);
        const present = filters.of(id, 'metric').find(({ name }) => name === filterName);
        filters.put(id, 'metric', { ...filter, created: present?.created ?? filter.created });
        if (filters.count(id, 'metric') > MOST_FILTERS) throw invalidParameter('Resource limit exceeded.');
        return {};
      });
    },

    DescribeMetricFilters(input, context) {
      const { logGroupName, filterNamePrefix = '', metricName, metricNamespace } = input;
      if ((metricName === undefined) !== (metricNamespace === undefined)) {
        throw invalidParameter(
          'If you include the metricName or the metricNamespace parameter, you must include both.',
        );
      }
      const searched =
        logGroupName === undefined ? groups.list(context) : [groups.get(context, logGroupName)];
      const question = ['metric filters', logGroupName, filterNamePrefix, metricName, metricNamespace];
      const { limit = DEFAULT_LIMIT, nextToken } = input;
      const position = positionIn(nextToken, question) ?? '';
      const found = searched.flatMap((group) =>
        filters
          .of(group.id, 'metric')
          .filter(
            ({ name, transformations }) =>
              name.startsWith(filterNamePrefix) &&
              (metricName === undefined ||
                transformations.some(
                  (made) => made.metricName === metricName && made.metricNamespace === metricNamespace,
                )),
          )
          .map((filter) => ({ filter, group: group.name, place: `${group.name}\n${filter.name}` }))
          .filter(({ place }) => place > position),
      );
      const page = found.slice(0, limit);
      return {
        metricFilters: page.map(({ filter, group }) => ({
          filterName: filter.name,
          filterPattern: filter.pattern,
          metricTransformations: [...filter.transformations],
          creationTime: filter.created,
          logGroupName: group,
        })),
        nextToken: found.length > limit ? pageToken(page.at(-1)!.place, question) : undefined,
      };
    },

    DeleteMetricFilter: ({ logGroupName, filterName }, context) =>
      context.transaction(() => {
        const { id } = groups.get(context, logGroupName);
        if (!filters.delete(id, 'metric', filterName))
          throw notFound('The specified metric filter does not exist.');
        return {};
      }),

    TestMetricFilter({ filterPattern, logEventMessages }) {
      const pattern = parsePattern(filterPattern);
      return {
        matches: logEventMessages.flatMap((eventMessage, index) =>
          pattern.matches(eventMessage)
            ? [{ eventNumber: index + 1, eventMessage, extractedValues: pattern.extract(eventMessage) }]
            : [],
        ),
      };
    },
  } satisfies Operations<CloudWatchLogs>;
}
