import { defineService } from '../../dispatch/service.ts';
import { logsAccess } from './access.ts';
import { Delivery, type MetricsOrder, type SubscriptionOrder } from './delivery.ts';
import { eventsSchema } from './events-table.ts';
import { filterEventOperations } from './filter-events.ts';
import { filtersSchema } from './filters-table.ts';
import { getEventOperations } from './get-events.ts';
import { groupOperations } from './groups.ts';
import { groupsSchema } from './groups-table.ts';
import { metricFilterOperations } from './metric-filters.ts';
import { putEventOperations } from './put-events.ts';
import { resourcePoliciesSchema, resourcePolicyOperations } from './resource-policies.ts';
import { logsResources } from './resources/index.ts';
import { streamOperations } from './streams.ts';
import { subscriptionFilterOperations } from './subscription-filters.ts';
import { sweeper } from './sweep.ts';
import { tagOperations } from './tags.ts';

const INSIGHTS = 'there is no Logs Insights; FilterLogEvents searches';

/** CloudWatch Logs: groups, streams, events, and what filters make of them. */
export const logs = defineService({
  name: 'logs',
  models: ['logs'],
  schema: [groupsSchema + eventsSchema + filtersSchema + resourcePoliciesSchema],
  quirks: { validationCode: 'InvalidParameterException' },
  unsupported: {
    StartQuery: INSIGHTS,
    GetQueryResults: INSIGHTS,
    DescribeQueries: INSIGHTS,
    StopQuery: INSIGHTS,
    StartLiveTail: 'event streams over HTTP/2 are not served; aws logs tail --follow works',
    CreateExportTask: 'the events of a group can be read with FilterLogEvents',
    PutDataProtectionPolicy: 'nothing is masked on this machine',
    PutDestination: 'there is no Kinesis on this machine',
  },
  create(host) {
    const delivery = new Delivery(host);
    return {
      operations: {
        ...groupOperations(host),
        ...streamOperations(host),
        ...putEventOperations(host),
        ...getEventOperations(host),
        ...filterEventOperations(host),
        ...metricFilterOperations(host),
        ...subscriptionFilterOperations(host),
        ...resourcePolicyOperations(host),
        ...tagOperations(host),
      },
      access: logsAccess(host.database),
      orders: {
        'logs.sweep': sweeper(host),
        'logs.metrics': (body: MetricsOrder, run) => delivery.putMetrics(body, run),
        'logs.subscription': (body: SubscriptionOrder, run) => delivery.invokeSubscription(body, run),
      },
      resources: logsResources,
    };
  },
});
