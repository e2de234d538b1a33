import type { EventBridge } from '@aws-sdk/client-eventbridge';
import { servicePrincipal } from '../../access/caller.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Scope } from '../../store/collection.ts';
import type { OrderHandler } from '../../store/orders.ts';
import type { Kind, Resource } from './resource.ts';

export const EVENT_ORDER = 'forecast.event';

interface EventOrder extends Scope {
  readonly detailType: string;
  readonly arn: string;
  readonly detail: string;
  readonly time: Date;
}

// https://docs.aws.amazon.com/forecast/latest/dg/notifications.html has these pairs and no others.
const CREATION: Partial<Record<Kind, string>> = {
  'dataset-import-job': 'Forecast Dataset Import Job State Change',
  predictor: 'Forecast Predictor Creation State Change',
  'predictor-backtest-export-job': 'Forecast Predictor Backtest Export Job State Change',
  forecast: 'Forecast Forecast Creation State Change',
  'forecast-export-job': 'Forecast Forecast Export Job State Change',
};
const DELETION: Partial<Record<Kind, string>> = {
  dataset: 'Forecast Dataset Deletion State Change',
  'dataset-import-job': 'Forecast Dataset Import Job Deletion State Change',
  predictor: 'Forecast Predictor Deletion State Change',
  forecast: 'Forecast Forecast Deletion State Change',
};
const EVENT_NAMES: Readonly<Record<string, Partial<Record<Kind, string>>>> = {
  ACTIVE: CREATION,
  CREATE_IN_PROGRESS: CREATION,
  CREATE_FAILED: CREATION,
  CREATE_STOPPED: CREATION,
  DELETE_IN_PROGRESS: DELETION,
  DELETE_FAILED: DELETION,
};
const MINUTE_MS = 60_000;

/** Inside a transaction: orders the event for a resource's new status, where the service has one. */
export function placeStateEvent(host: Host, scope: Scope, resource: Resource): void {
  const names = EVENT_NAMES[resource.status];
  const detailType = names?.[resource.kind];
  if (detailType === undefined) return;
  const now = host.clock.now();
  const detail = {
    Arn: resource.arn,
    ...(names === CREATION && { Duration: Math.round((now - resource.created.getTime()) / MINUTE_MS) }),
    Status: resource.status,
    ...(resource.message !== undefined && { Message: resource.message }),
  };
  host.orders.place<EventOrder>(EVENT_ORDER, {
    account: scope.account,
    region: scope.region,
    detailType,
    arn: resource.arn,
    detail: JSON.stringify(detail),
    time: new Date(now),
  });
}

/** Sends an ordered event to EventBridge. Delivery is by best effort, as on AWS: a refusal drops it. */
export function eventOrder(host: Host): OrderHandler<EventOrder> {
  return async ({ account, region, detailType, arn, detail, time }, { id, signal }) => {
    const caller = servicePrincipal('forecast.amazonaws.com', account);
    const events = host.client<EventBridge>('events', { caller, region, token: id, signal });
    const entry = {
      Source: 'aws.forecast',
      DetailType: detailType,
      Resources: [arn],
      Detail: detail,
      Time: time,
    };
    try {
      await events.putEvents({ Entries: [entry] });
    } catch (error) {
      if (!(error instanceof ServiceError) || (error.status ?? 400) >= 500) throw error;
      host.progress.emit({
        type: 'warning',
        service: 'forecast',
        message: `An event was dropped: ${error.message}`,
      });
    }
  };
}
