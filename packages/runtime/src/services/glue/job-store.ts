import type { Job, JobCommand, JobRun, JobRunState } from '@aws-sdk/client-glue';
import { Collection, type Scope } from '../../store/collection.ts';
import type { Database } from '../../store/database.ts';
import { jobNotFound } from './errors.ts';

/** A job as GetJob answers it, with what every job has. */
export type JobDefinition = Job & {
  readonly Name: string;
  readonly Role: string;
  readonly Command: JobCommand;
  readonly MaxRetries: number;
  readonly Timeout: number;
  readonly ExecutionProperty: { readonly MaxConcurrentRuns: number };
};

export interface JobRecord {
  readonly Job: JobDefinition;
  /** `j_…`, which scripts get as `--JOB_ID`. */
  readonly Id: string;
  readonly Tags: Record<string, string>;
}

/** A run as GetJobRun answers it, with what every run has; the running time is added when it is asked for. */
export type RunState = Omit<JobRun, 'ExecutionTime'> & {
  readonly Id: string;
  readonly JobName: string;
  readonly JobRunState: JobRunState;
  readonly Attempt: number;
  readonly StartedOn: Date;
  readonly Timeout: number;
};

/** What a run takes over from its job when it is started: later changes of the job do not concern it. */
export interface RunPlan {
  readonly JobId: string;
  readonly Role: string;
  readonly Command: JobCommand;
  readonly MaxRetries: number;
  /** What the script is called with: defaults, the run's own and those that it cannot change. */
  readonly Arguments: Record<string, string>;
}

export interface RunRecord {
  readonly Run: RunState;
  readonly Plan: RunPlan;
  /** When the script began, in milliseconds since the epoch. */
  readonly Began?: number;
  /** Seconds that the script took. */
  readonly ExecutionTime?: number;
}

const ACTIVE: readonly JobRunState[] = ['STARTING', 'RUNNING', 'STOPPING'];

/** `waiting` runs are queued, `active` ones count against the job's limit. */
export function phaseOf(state: JobRunState): 'waiting' | 'active' | 'ended' {
  if (state === 'WAITING') return 'waiting';
  return ACTIVE.includes(state) ? 'active' : 'ended';
}

export const jobSchema = [
  Collection.schema('glue_job'),
  Collection.schema('glue_job_run', ['job TEXT NOT NULL', 'phase TEXT NOT NULL']),
].join('\n');

/** Jobs and runs as rows. Writing methods are for use inside a transaction. */
export class JobStore {
  readonly jobs: Collection<JobRecord>;
  readonly runs: Collection<RunRecord>;

  constructor(database: Database) {
    this.jobs = new Collection(database, 'glue_job');
    this.runs = new Collection(database, 'glue_job_run', {
      job: ({ Run }) => Run.JobName,
      phase: ({ Run }) => phaseOf(Run.JobRunState),
    });
  }

  /** @throws ServiceError when there is no such job */
  job(scope: Scope, name: string): JobRecord {
    const record = this.jobs.get(scope, name);
    if (!record) throw jobNotFound(name);
    return record;
  }

  /** A run of this very job. */
  run(scope: Scope, jobName: string, runId: string): RunRecord | undefined {
    const record = this.runs.get(scope, runId);
    return record?.Run.JobName === jobName ? record : undefined;
  }
}
