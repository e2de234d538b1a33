import type { JobRunState } from '@aws-sdk/client-glue';
import type { Host } from '../../dispatch/host.ts';
import type { Scope } from '../../store/collection.ts';
import { type JobStore, phaseOf, type RunRecord } from './job-store.ts';
import { retryId, runTopic } from './names.ts';
import type { RunEvents } from './run-events.ts';

/** Glue's kind among the runtime's jobs. */
export const RUN_KIND = 'glue';

/** What a run's process has to know to find its run. */
export interface RunBody extends Scope {
  readonly runId: string;
}

/** How a run's script ended. */
export interface RunEnd {
  readonly state: Extract<JobRunState, 'SUCCEEDED' | 'FAILED' | 'STOPPED' | 'TIMEOUT'>;
  readonly message?: string;
  /** In milliseconds since the epoch. */
  readonly ended: number;
}

/** A run from its start to its end; all methods are for use inside a transaction. */
export class RunLifecycle {
  readonly #host: Host;
  readonly #store: JobStore;
  readonly #events: RunEvents;

  constructor(host: Host, store: JobStore, events: RunEvents) {
    this.#host = host;
    this.#store = store;
    this.#events = events;
  }

  /** Starts a run, or puts it in its job's queue when its state is WAITING. */
  start(scope: Scope, record: RunRecord): void {
    this.#store.runs.insert(scope, record.Run.Id, record);
    this.#announce(scope, record, undefined);
    if (record.Run.JobRunState === 'STARTING') this.#order(scope, record);
  }

  /** The script is about to begin. A run that is being stopped stays so. */
  running(scope: Scope, runId: string): void {
    const record = this.#store.runs.get(scope, runId);
    if (!record) return;
    const { JobRunState } = record.Run;
    const state = JobRunState === 'STARTING' ? 'RUNNING' : JobRunState;
    this.#change(scope, { ...record, Began: this.#host.clock.now() }, { JobRunState: state });
  }

  /** Asks a run that has not ended to stop. */
  stop(scope: Scope, record: RunRecord): void {
    if (phaseOf(record.Run.JobRunState) === 'waiting') {
      this.#change(scope, record, { JobRunState: 'STOPPED', CompletedOn: this.#now() });
      return;
    }
    this.#change(scope, record, { JobRunState: 'STOPPING' });
    this.#host.jobs.stop(record.Run.Id);
  }

  /** Takes a run's end in, starts its retry where it gets one, and else what waits in the queue. */
  end(scope: Scope, runId: string, { state, message, ended }: RunEnd): void {
    const record = this.#store.runs.get(scope, runId);
    if (!record || phaseOf(record.Run.JobRunState) === 'ended') return;
    const seconds = record.Began === undefined ? 0 : Math.max(0, Math.ceil((ended - record.Began) / 1000));
    this.#change(
      scope,
      { ...record, ExecutionTime: seconds },
      {
        JobRunState: state,
        CompletedOn: this.#now(),
        ...(message !== undefined && { ErrorMessage: message }),
      },
    );
    if (state === 'FAILED' && record.Run.Attempt < record.Plan.MaxRetries) this.#retry(scope, record);
    else this.startWaiting(scope, record.Run.JobName);
  }

  /** Starts what waits in a job's queue as far as its limit allows. */
  startWaiting(scope: Scope, jobName: string): void {
    const limit = this.#store.jobs.get(scope, jobName)?.Job.ExecutionProperty.MaxConcurrentRuns ?? 0;
    const free = limit - this.#store.runs.count(scope, { job: jobName, phase: 'active' });
    if (free <= 0) return;
    const where = { job: jobName, phase: 'waiting' };
    for (const { document } of this.#store.runs.list(scope, { where, order: 'oldest', limit: free })) {
      const { StateDetail: _, ...Run } = document.Run;
      const next = { ...document, Run };
      this.#change(scope, next, { JobRunState: 'STARTING' });
      this.#order(scope, next);
    }
  }

  /** A job is gone: its queue and the record of what ended goes too, what runs goes on. */
  forget(scope: Scope, jobName: string): void {
    for (const phase of ['waiting', 'ended']) {
      for (const { id } of this.#store.runs.list(scope, { where: { job: jobName, phase } })) {
        this.#store.runs.delete(scope, id);
        this.#tell(scope, jobName, id);
      }
    }
  }

  #retry(scope: Scope, { Run, Plan }: RunRecord): void {
    const Attempt = Run.Attempt + 1;
    const { ErrorMessage: _, CompletedOn: __, ...rest } = Run;
    this.start(scope, {
      Plan,
      Run: {
        ...rest,
        Id: retryId(Run.Id, Attempt),
        PreviousRunId: Run.Id,
        Attempt,
        JobRunState: 'STARTING',
        StartedOn: this.#now(),
        LastModifiedOn: this.#now(),
      },
    });
  }

  #order({ account, region }: Scope, { Run }: RunRecord): void {
    this.#host.jobs.order<RunBody>(RUN_KIND, Run.Id, { account, region, runId: Run.Id });
  }

  #change(scope: Scope, record: RunRecord, changes: Partial<RunRecord['Run']>): void {
    const changed = { ...record, Run: { ...record.Run, ...changes, LastModifiedOn: this.#now() } };
    this.#store.runs.update(scope, record.Run.Id, changed);
    this.#announce(scope, changed, record.Run.JobRunState);
  }

  #announce(scope: Scope, { Run }: RunRecord, previous: JobRunState | undefined): void {
    this.#events.changed(scope, Run, previous);
    this.#tell(scope, Run.JobName, Run.Id);
  }

  #tell(scope: Scope, jobName: string, runId: string): void {
    this.#host.database.afterCommit(() => this.#host.signals.changed(runTopic(scope, jobName, runId)));
  }

  #now(): Date {
    return new Date(this.#host.clock.now());
  }
}
