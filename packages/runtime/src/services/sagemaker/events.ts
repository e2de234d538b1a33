import type { EventBridge } from '@aws-sdk/client-eventbridge';
import { servicePrincipal } from '../../access/caller.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Scope } from '../../store/collection.ts';
import type { OrderHandler } from '../../store/orders.ts';

export const EVENT_ORDER = 'sagemaker.event';

interface EventOrder extends Scope {
  readonly detailType: string;
  readonly arn: string;
  readonly detail: string;
  readonly time: Date;
}

/** What EventBridge calls the changes of each kind of resource. */
export type EventName =
  | 'SageMaker Training Job State Change'
  | 'SageMaker Transform Job State Change'
  | 'SageMaker Processing Job State Change'
  | 'SageMaker Endpoint State Change';

/**
 * What the service tells of its resources: to those who wait inside the runtime, and to EventBridge.
 *
 * Forms: https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
 */
export class StateEvents {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * Inside the transaction that changes a resource.
   *
   * @param described - what Describe answers; times become epoch milliseconds
   */
  changed({ account, region }: Scope, arn: string, detailType: EventName, described: object): void {
    const { orders, clock, database, signals } = this.#host;
    orders.place<EventOrder>(EVENT_ORDER, {
      account,
      region,
      detailType,
      arn,
      detail: JSON.stringify(withEpochTimes(described)),
      time: new Date(clock.now()),
    });
    database.afterCommit(() => signals.changed(arn));
  }

  /** Sends an ordered event. Delivery is by best effort, as on AWS: a refusal drops it. */
  readonly send: OrderHandler<EventOrder> = async (order, { id, signal }) => {
    const { account, region, detailType, arn, detail, time } = order;
    const caller = servicePrincipal('sagemaker.amazonaws.com', account);
    const events = this.#host.client<EventBridge>('events', { caller, region, token: id, signal });
    const entry = { Source: 'aws.sagemaker', DetailType: detailType, Resources: [arn], Detail: detail };
    try {
      await events.putEvents({ Entries: [{ ...entry, Time: time }] });
    } catch (error) {
      if (!(error instanceof ServiceError) || (error.status ?? 400) >= 500) throw error;
      const message = `An event was dropped: ${error.message}`;
      this.#host.progress.emit({ type: 'warning', service: 'sagemaker', message });
    }
  };
}

function withEpochTimes(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  if (Array.isArray(value)) return value.map(withEpochTimes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withEpochTimes(item)]));
}
