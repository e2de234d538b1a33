import type { EventBridge } from '@aws-sdk/client-eventbridge';
import type { JobRunState } from '@aws-sdk/client-glue';
import { servicePrincipal } from '../../access/caller.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Service } from '../../dispatch/service.ts';
import type { Scope } from '../../store/collection.ts';
import type { OrderRun } from '../../store/orders.ts';
import type { JobStore, RunState } from './job-store.ts';

const EVENT_ORDER = 'glue.event';
const DELAY_ORDER = 'glue.delay';

interface EventOrder extends Scope {
  readonly detailType: string;
  readonly detail: Record<string, unknown>;
  readonly time: Date;
}

interface DelayOrder extends Scope {
  readonly runId: string;
  readonly state: JobRunState;
}

const MINUTE_MS = 60_000;
const DELAYABLE: readonly JobRunState[] = ['STARTING', 'RUNNING', 'STOPPING'];

/**
 * What Glue tells EventBridge of runs: how they ended, and, where a job has a notification threshold, that
 * they stay in a state for longer than it.
 *
 * Forms: https://docs.aws.amazon.com/glue/latest/dg/automating-awsglue-with-cloudwatch-events.html
 */
export class RunEvents {
  readonly #host: Host;
  readonly #store: JobStore;

  constructor(host: Host, store: JobStore) {
    this.#host = host;
    this.#store = store;
  }

  /** Inside the transaction that changes a run's state. */
  changed(scope: Scope, run: RunState, previous: JobRunState | undefined): void {
    if (run.JobRunState === previous) return;
    if (previous !== undefined) this.#host.orders.cancel(delayId(run.Id, previous));
    const delay = run.NotificationProperty?.NotifyDelayAfter;
    if (delay !== undefined && DELAYABLE.includes(run.JobRunState)) {
      const { account, region } = scope;
      const order: DelayOrder = { account, region, runId: run.Id, state: run.JobRunState };
      const due = this.#host.clock.now() + delay * MINUTE_MS;
      this.#host.orders.place(DELAY_ORDER, order, { id: delayId(run.Id, run.JobRunState), due });
    }
    const end = endOf(run);
    if (end) this.#place(scope, 'Glue Job State Change', { ...common(run), ...end });
  }

  readonly orders: NonNullable<Service['orders']> = {
    [EVENT_ORDER]: (order: EventOrder, run: OrderRun) => this.#send(order, run),
    [DELAY_ORDER]: (order: DelayOrder, run: OrderRun) => this.#tellDelay(order, run),
  };

  /** Inside a transaction. */
  #place({ account, region }: Scope, detailType: string, detail: Record<string, unknown>): void {
    const time = new Date(this.#host.clock.now());
    this.#host.orders.place<EventOrder>(EVENT_ORDER, { account, region, detailType, detail, time });
  }

  async #tellDelay({ account, region, runId, state }: DelayOrder, order: OrderRun): Promise<void> {
    await this.#host.database.transaction(() => {
      order.complete();
      const scope = { account, region };
      const run = this.#store.runs.get(scope, runId)?.Run;
      if (run?.JobRunState !== state) return;
      this.#place(scope, 'Glue Job Run Status', {
        ...common(run),
        severity: 'INFO',
        notificationCondition: { NotifyDelayAfter: run.NotificationProperty?.NotifyDelayAfter },
        message: `Job is in ${state} state`,
        startedOn: run.StartedOn.toISOString(),
      });
    });
  }

  /** Delivery is by best effort, as on AWS: a refusal drops the event. */
  async #send(order: EventOrder, { id, signal }: OrderRun): Promise<void> {
    const { account, region, detailType, detail, time } = order;
    const caller = servicePrincipal('glue.amazonaws.com', account);
    const events = this.#host.client<EventBridge>('events', { caller, region, token: id, signal });
    const entry = {
      Source: 'aws.glue',
      DetailType: detailType,
      Detail: JSON.stringify(detail),
      Time: time,
    };
    try {
      await events.putEvents({ Entries: [entry] });
    } catch (error) {
      if (!(error instanceof ServiceError) || (error.status ?? 400) >= 500) throw error;
      this.#host.progress.emit({
        type: 'warning',
        service: 'glue',
        message: `An event was dropped: ${error.message}`,
      });
    }
  }
}

function delayId(runId: string, state: JobRunState): string {
  return `${DELAY_ORDER}/${runId}/${state}`;
}

function common({ JobName, Id, JobRunState }: RunState) {
  return { jobName: JobName, state: JobRunState, jobRunId: Id };
}

/** How severe an end is and what is said of it; undefined for states that are no end. */
function endOf(run: RunState): { severity: string; message: string } | undefined {
  switch (run.JobRunState) {
    case 'SUCCEEDED':
      return { severity: 'INFO', message: 'Job run succeeded' };
    case 'STOPPED':
      return { severity: 'INFO', message: 'Job run stopped' };
    case 'TIMEOUT':
      return { severity: 'WARN', message: 'Job run timed out' };
    case 'FAILED':
      return { severity: 'ERROR', message: failureMessage(run) };
    default:
      return undefined;
  }
}

function failureMessage({ JobName, Id, ErrorMessage = '' }: RunState): string {
  return `JobName:${JobName} and JobRunId:${Id} failed to execute with exception ${ErrorMessage}`;
}
