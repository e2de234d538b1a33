import type { Scope } from '../../../store/collection.ts';
import type { OrderRun } from '../../../store/orders.ts';
import type { SageMakerParts } from '../parts.ts';
import type { LiveInstances } from '../serving/live-instances.ts';
import { describeEndpoint, type Endpoint, type Fleet, findInstance, jobsOf } from './endpoint.ts';
import type { Routes } from './routes.ts';

/** Serving's kind among the runtime's jobs. */
export const SERVING_KIND = 'sagemaker-serving';
export const RETIRE_ORDER = 'sagemaker.retire-instances';
export const RESTART_ORDER = 'sagemaker.restart-instance';

/** What an instance's process has to know to find its endpoint. */
export interface InstanceBody extends Scope {
  readonly endpoint: string;
}

interface RetireOrder extends Scope {
  readonly jobs: readonly string[];
  /** An endpoint that is gone once its instances are. */
  readonly endpoint?: string;
}

interface RestartOrder extends Scope {
  readonly endpoint: string;
  readonly job: string;
}

const EVENT = 'SageMaker Endpoint State Change';
const LONGEST_REASON = 1024;
const LONGEST_PAUSE_MS = 60_000;

/**
 * An endpoint from its creation to its end; methods are for use inside a transaction unless they say else.
 * A new fleet takes over when all of it answers pings; until then the old one serves, and what the old one
 * has begun it finishes.
 */
export class EndpointLifecycle {
  readonly #parts: SageMakerParts;
  readonly #live: LiveInstances;
  readonly #routes: Routes;

  constructor(parts: SageMakerParts, live: LiveInstances, routes: Routes) {
    this.#parts = parts;
    this.#live = live;
    this.#routes = routes;
  }

  /** @returns false when there is an endpoint with this name already */
  create(scope: Scope, endpoint: Endpoint): boolean {
    if (!this.#parts.store.insert('endpoint', scope, endpoint)) return false;
    this.#start(scope, endpoint.name, jobsOf(endpoint.next));
    this.#announce(scope, endpoint);
    return true;
  }

  update(scope: Scope, endpoint: Endpoint, next: Fleet): void {
    const { failureReason: _, ...rest } = endpoint;
    this.#write(scope, { ...rest, status: 'Updating', next });
    this.#start(scope, endpoint.name, jobsOf(next));
  }

  /** Other weights for the same instances. */
  reweigh(scope: Scope, endpoint: Endpoint, fleet: Fleet): void {
    this.#write(scope, { ...endpoint, fleet });
  }

  delete(scope: Scope, endpoint: Endpoint): void {
    this.#write(scope, { ...endpoint, status: 'Deleting' });
    this.#retire(scope, [...jobsOf(endpoint.fleet), ...jobsOf(endpoint.next)], endpoint.name);
  }

  /** Outside of transactions: an instance answers pings. When its whole fleet does, the fleet takes over. */
  async ready(scope: Scope, name: string): Promise<void> {
    const { host, store } = this.#parts;
    await host.database.transaction(() => {
      const endpoint = store.get('endpoint', scope, name);
      const { next } = endpoint ?? {};
      if (!endpoint || !next || !jobsOf(next).every((job) => this.#live.isReady(job))) return;
      const old = jobsOf(endpoint.fleet);
      const { next: _, ...rest } = endpoint;
      this.#write(scope, { ...rest, status: 'InService', fleet: next });
      if (old.length > 0) this.#retire(scope, old);
    });
  }

  /**
   * An instance's process has ended. One that serves is started anew after a pause; one of a fleet that was
   * to take over makes the whole fleet fail.
   *
   * @param reason - in words for the endpoint's user
   */
  ended(scope: Scope, name: string, job: string, reason: string): void {
    const { host, store } = this.#parts;
    const endpoint = store.get('endpoint', scope, name);
    const place = endpoint && findInstance(endpoint, job);
    if (!endpoint || !place || endpoint.status === 'Deleting') return;
    if (place.role === 'next') {
      this.#fail(scope, endpoint, place.variant.name, reason);
      return;
    }
    const pause =
      place.instance.restarts === 0 ? 0 : Math.min(1000 * 2 ** place.instance.restarts, LONGEST_PAUSE_MS);
    const { account, region } = scope;
    const order: RestartOrder = { account, region, endpoint: name, job };
    host.orders.place<RestartOrder>(RESTART_ORDER, order, { due: host.clock.now() + pause });
  }

  readonly orders = {
    [RETIRE_ORDER]: (order: RetireOrder, run: OrderRun) => this.#carryOutRetirement(order, run),
    [RESTART_ORDER]: (order: RestartOrder, run: OrderRun) => this.#restart(order, run),
  };

  #fail(scope: Scope, endpoint: Endpoint, variant: string, reason: string): void {
    const failureReason = (
      `The primary container for production variant ${variant} did not pass the ping health check. ` +
      `Please check CloudWatch logs for this endpoint. ${reason}`
    ).slice(0, LONGEST_REASON);
    const { next, ...rest } = endpoint;
    const jobs = jobsOf(next);
    if (endpoint.fleet) this.#write(scope, { ...rest, status: 'InService', failureReason });
    else this.#write(scope, { ...endpoint, status: 'Failed', failureReason });
    for (const job of jobs) this.#parts.host.jobs.stop(job);
  }

  #retire({ account, region }: Scope, jobs: readonly string[], endpoint?: string): void {
    const order: RetireOrder = { account, region, jobs, ...(endpoint !== undefined && { endpoint }) };
    this.#parts.host.orders.place<RetireOrder>(RETIRE_ORDER, order);
  }

  async #carryOutRetirement(
    { account, region, jobs, endpoint }: RetireOrder,
    order: OrderRun,
  ): Promise<void> {
    const { host, store } = this.#parts;
    await Promise.all(jobs.map((job) => this.#live.drained(job)));
    await host.database.transaction(() => {
      order.complete();
      for (const job of jobs) host.jobs.stop(job);
      if (endpoint === undefined) return;
      const scope = { account, region };
      const arn = store.get('endpoint', scope, endpoint)?.arn;
      store.delete('endpoint', scope, endpoint);
      if (arn !== undefined) this.#changed(arn);
    });
  }

  async #restart({ account, region, endpoint: name, job }: RestartOrder, order: OrderRun): Promise<void> {
    const { host, store } = this.#parts;
    await host.database.transaction(() => {
      order.complete();
      const scope = { account, region };
      const endpoint = store.get('endpoint', scope, name);
      const { fleet } = endpoint ?? {};
      if (!endpoint || !fleet || !jobsOf(fleet).includes(job)) return;
      const fresh = `${job.slice(0, job.lastIndexOf('-'))}-${host.ids.ulid(host.clock.now())}`;
      const variants = fleet.variants.map((variant) => ({
        ...variant,
        instances: variant.instances.map((one) =>
          one.job === job ? { job: fresh, restarts: one.restarts + 1 } : one,
        ),
      }));
      store.update('endpoint', scope, { ...endpoint, fleet: { ...fleet, variants } });
      this.#start(scope, name, [fresh]);
      this.#changed(endpoint.arn);
    });
  }

  #start({ account, region }: Scope, endpoint: string, jobs: readonly string[]): void {
    for (const job of jobs) {
      this.#parts.host.jobs.order<InstanceBody>(SERVING_KIND, job, { account, region, endpoint });
    }
  }

  #write(scope: Scope, endpoint: Endpoint): void {
    const changed = { ...endpoint, modified: new Date(this.#parts.host.clock.now()) };
    this.#parts.store.update('endpoint', scope, changed);
    this.#announce(scope, changed);
  }

  #announce(scope: Scope, endpoint: Endpoint): void {
    this.#parts.events.changed(scope, endpoint.arn, EVENT, describeEndpoint(endpoint));
    this.#changed(endpoint.arn);
  }

  #changed(arn: string): void {
    const { database, signals } = this.#parts.host;
    database.afterCommit(() => {
      this.#routes.forget(arn);
      signals.changed(arn);
    });
  }
}
