import type { Scope } from '../../../store/collection.ts';
import type { OrderRun } from '../../../store/orders.ts';
import { newestAttempt } from '../container/attempts.ts';
import { MlFolder } from '../container/ml-folder.ts';
import type { SageMakerParts } from '../parts.ts';
import type { Tags } from '../resource-store.ts';
import { publishResults } from './results.ts';
import {
  describeTrainingJob,
  type HostEnd,
  isOver,
  stepped,
  TRAINING_KIND,
  type TrainingJob,
  type TrainingRequest,
} from './training-job.ts';

export const FINISH_ORDER = 'sagemaker.finish-training';

/** What a host's process has to know to find its job. */
export interface HostBody extends Scope {
  readonly name: string;
  readonly host: string;
}

interface FinishOrder extends Scope {
  readonly name: string;
}

const EVENT = 'SageMaker Training Job State Change';

/** A training job from its creation to its end; methods are for use inside a transaction unless they say else. */
export class TrainingLifecycle {
  readonly #parts: SageMakerParts;

  constructor(parts: SageMakerParts) {
    this.#parts = parts;
  }

  /** @returns false when there is a job with this name already */
  create(
    scope: Scope,
    { name, arn, tags, request }: { name: string; arn: string; tags: Tags; request: TrainingRequest },
  ): boolean {
    const { host, store } = this.#parts;
    const now = this.#now();
    const run = `${name}-${host.ids.ulid(+now)}`;
    const count = request.ResourceConfig?.InstanceCount ?? 1;
    const hosts = Array.from({ length: count }, (_, index) => ({
      name: `algo-${index + 1}`,
      job: count === 1 ? run : `${run}-algo-${index + 1}`,
    }));
    const empty = { transitions: [], metrics: [], status: 'InProgress', secondary: 'Starting' } as const;
    const base = { name, arn, tags, request, created: now, modified: now, hosts, ...empty };
    const job = stepped(base, 'InProgress', 'Starting', now);
    if (!store.insert('training-job', scope, job)) return false;
    for (const { name: hostName, job: id } of hosts) {
      const { account, region } = scope;
      host.jobs.order<HostBody>(TRAINING_KIND, id, { account, region, name, host: hostName });
    }
    this.#announce(scope, job);
    return true;
  }

  /** Records that a job has come to a step; one that is being stopped, or is further, stays as it is. */
  step(scope: Scope, name: string, secondary: 'Downloading' | 'Training'): void {
    const job = this.#find(scope, name);
    if (job?.status !== 'InProgress' || job.secondary === secondary) return;
    if (secondary === 'Downloading' && job.secondary !== 'Starting') return;
    const now = this.#now();
    const next = stepped(job, 'InProgress', secondary, now);
    this.#update(scope, secondary === 'Training' ? { ...next, started: job.started ?? now } : next);
  }

  stop(scope: Scope, job: TrainingJob): void {
    if (job.status === 'Stopping') return;
    this.#update(scope, stepped(job, 'Stopping', 'Stopping', this.#now()));
    for (const { job: id } of job.hosts) this.#parts.host.jobs.stop(id);
  }

  /** Takes in how a host's process ended. A failure ends the others; the last end orders the finish. */
  hostEnded(scope: Scope, { name, host: hostName }: HostBody, end: HostEnd): void {
    const { host, store } = this.#parts;
    const job = this.#find(scope, name);
    if (!job || isOver(job)) return;
    const hosts = job.hosts.map((one) => (one.name === hostName ? { ...one, end } : one));
    const next = { ...job, hosts };
    if (hosts.some((one) => !one.end)) {
      store.update('training-job', scope, next);
      if (end.outcome !== 'succeeded') for (const { job: id } of hosts) host.jobs.stop(id);
      return;
    }
    const uploads = next.status === 'InProgress' && !hosts.some((one) => one.end?.outcome === 'failed');
    if (uploads) this.#update(scope, stepped(next, 'InProgress', 'Uploading', this.#now()));
    else store.update('training-job', scope, next);
    const { account, region } = scope;
    const order: FinishOrder = { account, region, name };
    host.orders.place<FinishOrder>(FINISH_ORDER, order, { id: `${FINISH_ORDER}/${job.hosts[0]!.job}` });
  }

  /** Outside of transactions: uploads what the hosts made, and ends the job. May be repeated. */
  readonly finish = async ({ account, region, name }: FinishOrder, order: OrderRun): Promise<void> => {
    const { host } = this.#parts;
    const scope = { account, region };
    const job = this.#find(scope, name);
    if (!job || isOver(job)) return;
    const ended = await publishResults(this.#parts, scope, job);
    await host.database.transaction(() => {
      order.complete();
      // What came in meanwhile, such as tags, stays.
      const current = this.#find(scope, name);
      if (!current) return;
      const { status, secondary, ...changes } = ended;
      this.#update(scope, { ...stepped(current, status, secondary, this.#now()), ...changes });
    });
    for (const { job: id } of job.hosts) new MlFolder(newestAttempt(host, TRAINING_KIND, id)).remove();
  };

  #find(scope: Scope, name: string): TrainingJob | undefined {
    return this.#parts.store.get('training-job', scope, name);
  }

  #update(scope: Scope, job: TrainingJob): void {
    this.#parts.store.update('training-job', scope, job);
    this.#announce(scope, job);
  }

  #announce(scope: Scope, job: TrainingJob): void {
    this.#parts.events.changed(scope, job.arn, EVENT, describeTrainingJob(job));
  }

  #now(): Date {
    return new Date(this.#parts.host.clock.now());
  }
}
