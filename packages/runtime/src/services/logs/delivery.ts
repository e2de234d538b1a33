import { gzipSync } from 'node:zlib';
import type { CloudWatch, MetricDatum, StandardUnit } from '@aws-sdk/client-cloudwatch';
import type { MetricTransformation } from '@aws-sdk/client-cloudwatch-logs';
import type { Lambda } from '@aws-sdk/client-lambda';
import { servicePrincipal } from '../../access/caller.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { OrderRun } from '../../store/orders.ts';
import { EventsTable, eventId, type LogStream } from './events-table.ts';
import { FiltersTable } from './filters-table.ts';
import { GroupsTable, type LogGroup } from './groups-table.ts';
import { type FilterPattern, parsePattern } from './pattern/pattern.ts';

export const LOGS_PRINCIPAL = 'logs.amazonaws.com';

/** Metric data that log events gave rise to. */
export interface MetricsOrder {
  readonly account: string;
  readonly region: string;
  readonly namespaces: readonly { readonly namespace: string; readonly data: readonly MetricDatum[] }[];
}

/** Events of a stream, by the order of arrival, that a subscription is to get. */
export interface SubscriptionOrder {
  readonly group: number;
  readonly stream: number;
  readonly filter: string;
  readonly first: number;
  readonly last: number;
}

type Event = { readonly timestamp: number; readonly message: string };

const MINUTE_MS = 60_000;
const MOST_DATA = 1000;
// A function takes 256 KB; compressed and in base64 this much text is below that.
const MOST_PAYLOAD_BYTES = 180_000;

/** What new events set off: metric filters and subscriptions of their group. */
export class Delivery {
  readonly #host: Host;
  readonly #filters: FiltersTable;
  readonly #events: EventsTable;
  readonly #groups: GroupsTable;

  constructor(host: Host) {
    this.#host = host;
    this.#filters = new FiltersTable(host.database);
    this.#events = new EventsTable(host.database);
    this.#groups = new GroupsTable(host.database);
  }

  /** In the transaction that adds the events. */
  order(
    group: LogGroup,
    stream: LogStream,
    { first, last }: { first: number; last: number },
    events: readonly Event[],
  ): void {
    const metrics = this.#filters.of(group.id, 'metric').flatMap(({ pattern, transformations }) => {
      const parsed = parsePattern(pattern);
      return transformations.map((transformation) => ({
        namespace: transformation.metricNamespace!,
        data: metricData(parsed, transformation, events),
      }));
    });
    const namespaces = metrics.filter(({ data }) => data.length > 0);
    if (namespaces.length > 0) {
      const { account, region } = group;
      this.#host.orders.place<MetricsOrder>('logs.metrics', { account, region, namespaces });
    }
    for (const { name: filter } of this.#filters.of(group.id, 'subscription')) {
      const body = { group: group.id, stream: stream.id, filter, first, last };
      this.#host.orders.place<SubscriptionOrder>('logs.subscription', body);
    }
  }

  /** Carries out a {@link MetricsOrder}. */
  async putMetrics({ account, region, namespaces }: MetricsOrder, run: OrderRun): Promise<void> {
    const caller = servicePrincipal(LOGS_PRINCIPAL, account);
    let part = 0;
    for (const { namespace: Namespace, data } of namespaces) {
      for (let at = 0; at < data.length; at += MOST_DATA) {
        const token = `${run.id}/${part++}`;
        const client = this.#host.client<CloudWatch>('cloudwatch', { caller, region, token });
        const MetricData = data.slice(at, at + MOST_DATA);
        await this.#dropRefused(`metrics of ${Namespace}`, client.putMetricData({ Namespace, MetricData }));
      }
    }
  }

  /** Carries out a {@link SubscriptionOrder}: the function gets the events, compressed, in base64. */
  async invokeSubscription(order: SubscriptionOrder, run: OrderRun): Promise<void> {
    const group = this.#groups.byId(order.group);
    const stream = this.#events.streamById(order.stream);
    const filter = this.#filters.of(order.group, 'subscription').find(({ name }) => name === order.filter);
    if (!group || !stream || !filter) return;
    const pattern = parsePattern(filter.pattern);
    const matching = this.#events
      .arrived(order.stream, order.first, order.last)
      .filter(({ message }) => pattern.matches(message));
    const caller = servicePrincipal(LOGS_PRINCIPAL, group.account, {
      account: group.account,
      arn: `arn:aws:logs:${group.region}:${group.account}:log-group:${group.name}:*`,
    });
    const payloads = payloadsOf(
      {
        owner: group.account,
        logGroup: group.name,
        logStream: stream.name,
        subscriptionFilters: [filter.name],
      },
      matching.map((event) => ({ id: eventId(event), timestamp: event.time, message: event.message })),
    );
    for (const [part, payload] of payloads.entries()) {
      const token = `${run.id}/${part}`;
      const lambda = this.#host.client<Lambda>('lambda', { caller, region: group.region, token });
      const invocation = lambda.invoke({
        FunctionName: filter.destinationArn,
        InvocationType: 'Event',
        Payload: new TextEncoder().encode(JSON.stringify({ awslogs: { data: payload } })),
      });
      await this.#dropRefused(`log events for ${filter.destinationArn}`, invocation);
    }
  }

  /** What the receiver refuses it will always refuse; anything else is tried again. */
  async #dropRefused(what: string, call: Promise<unknown>): Promise<void> {
    try {
      await call;
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code === 'TooManyRequestsException') throw error;
      const message = `Could not deliver ${what}: ${error.message}`;
      this.#host.progress.emit({ type: 'warning', service: 'logs', message });
    }
  }
}

function metricData(
  pattern: FilterPattern,
  { metricName, metricValue = '', defaultValue, dimensions = {}, unit }: MetricTransformation,
  events: readonly Event[],
): MetricDatum[] {
  const data: MetricDatum[] = [];
  const minutes = new Map<number, boolean>();
  const Unit = (unit ?? 'None') as StandardUnit;
  for (const { timestamp, message } of events) {
    const minute = Math.floor(timestamp / MINUTE_MS) * MINUTE_MS;
    const matches = pattern.matches(message);
    minutes.set(minute, (minutes.get(minute) ?? false) || matches);
    if (!matches) continue;
    const text = metricValue.startsWith('$') ? pattern.select(message, metricValue) : metricValue;
    const Value = Number(text);
    if (text === undefined || text === '' || Number.isNaN(Value)) continue;
    const Dimensions = Object.entries(dimensions).map(([Name, selector]) => ({
      Name,
      Value: pattern.select(message, selector),
    }));
    // A message that lacks a dimension belongs to no metric.
    if (Dimensions.some((dimension) => !dimension.Value)) continue;
    data.push({ MetricName: metricName, Timestamp: new Date(timestamp), Value, Unit, Dimensions });
  }
  if (defaultValue !== undefined) {
    for (const [minute, matched] of minutes) {
      if (!matched)
        data.push({ MetricName: metricName, Timestamp: new Date(minute), Value: defaultValue, Unit });
    }
  }
  return data;
}

function payloadsOf(
  head: { owner: string; logGroup: string; logStream: string; subscriptionFilters: string[] },
  logEvents: readonly { id: string; timestamp: number; message: string }[],
): string[] {
  if (logEvents.length === 0) return [];
  const text = JSON.stringify({ messageType: 'DATA_MESSAGE', ...head, logEvents });
  const payload = gzipSync(text).toString('base64');
  if (payload.length <= MOST_PAYLOAD_BYTES || logEvents.length === 1) return [payload];
  const half = Math.ceil(logEvents.length / 2);
  return [...payloadsOf(head, logEvents.slice(0, half)), ...payloadsOf(head, logEvents.slice(half))];
}
