import type { EventBridge } from '@aws-sdk/client-eventbridge';
import type { ExecutionRecord } from '@slipway/states';
import { servicePrincipal } from '../../access/caller.ts';
import type { Host } from '../../dispatch/host.ts';
import type { OrderHandler } from '../../store/orders.ts';

export const STATUS_EVENT_ORDER = 'states.status-event';

/** What an event needs of an execution, taken when its status changed. */
export interface StatusEvent {
  readonly executionArn: string;
  readonly time: number;
  readonly detail: Readonly<Record<string, unknown>>;
}

// Data in events is cut at this size.
// https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
const LONGEST_DATA = 248 * 1024;

/** Inside a transaction: orders the "Execution Status Change" event of a Standard execution. */
export function orderStatusEvent({ orders, clock }: Host, record: ExecutionRecord): void {
  if (record.type === 'EXPRESS' || record.mapRun) return;
  const { arn, failure, input, output } = record;
  const event: StatusEvent = {
    executionArn: arn,
    time: clock.now(),
    detail: {
      executionArn: arn,
      stateMachineArn: record.stateMachineArn,
      name: record.name,
      status: record.status,
      startDate: record.startDate,
      stopDate: record.stopDate ?? null,
      input: fits(input) ? input : null,
      inputDetails: { included: fits(input) },
      output: output !== undefined && fits(output) ? output : null,
      outputDetails: output === undefined ? null : { included: fits(output) },
      error: failure?.error ?? null,
      cause: failure?.cause ?? null,
      redriveCount: record.redriveCount,
      redriveDate: record.redriveDate ?? null,
    },
  };
  orders.place(STATUS_EVENT_ORDER, event);
}

/** Sends the event as Step Functions does. */
export function statusEventHandler(host: Host): OrderHandler<StatusEvent> {
  return async ({ executionArn, time, detail }, { id }) => {
    const [, , , region = '', account = ''] = executionArn.split(':');
    const events = host.client<EventBridge>('events', {
      caller: servicePrincipal('states.amazonaws.com', account),
      region,
      token: id,
    });
    await events.putEvents({
      Entries: [
        {
          Source: 'aws.states',
          DetailType: 'Step Functions Execution Status Change',
          Time: new Date(time),
          Resources: [executionArn],
          Detail: JSON.stringify(detail),
        },
      ],
    });
  };
}

function fits(data: string): boolean {
  return Buffer.byteLength(data) <= LONGEST_DATA;
}
