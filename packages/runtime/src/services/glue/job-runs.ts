import type { BatchStopJobRunError, Glue, JobRun, StartJobRunRequest } from '@aws-sdk/client-glue';
import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import { roleIdentity } from '../../dispatch/role-identity.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { Validated } from '../../dispatch/types.ts';
import type { Scope } from '../../store/collection.ts';
import { effectiveArguments } from './arguments.ts';
import { notFound, notSupported } from './errors.ts';
import { capacityOf, checkTimeout, PYTHON_SHELL } from './job-settings.ts';
import { type JobDefinition, type JobRecord, phaseOf, type RunRecord } from './job-store.ts';
import { pageOf } from './paging.ts';
import type { GlueParts } from './parts.ts';
import { glueItself, roleArnOf } from './roles.ts';

type StartInput = Validated<StartJobRunRequest>;

const LARGEST_PAGE = 200;
const LOG_GROUP = '/aws-glue/python-jobs';
// Commands that AWS runs and this machine does not.
const OTHER_COMMANDS = ['glueetl', 'gluestreaming', 'glueray'];

/** Runs of jobs. */
export function runOperations({ host, store, lifecycle }: GlueParts) {
  return {
    async StartJobRun(input, context) {
      const { JobName } = input;
      checkCommand(startable(context, JobName).Job);
      // The caller learns of a role that does not exist; the run itself says no more of it.
      const { Role } = startable(context, JobName).Job;
      await roleIdentity(host, roleArnOf(context, Role), context, glueItself(context, input.JobName));
      const runId = `jr_${host.ids.hex(64)}`;
      return await context.transaction(() => {
        const record = startable(context, JobName);
        const run = newRun(runId, record, input, context);
        if (input.JobRunId !== undefined && !store.run(context, JobName, input.JobRunId)) {
          throw runNotFound(JobName, input.JobRunId);
        }
        const limit = record.Job.ExecutionProperty.MaxConcurrentRuns;
        if (store.runs.count(context, { job: JobName, phase: 'active' }) < limit) {
          lifecycle.start(context, run);
        } else if (run.Run.JobRunQueuingEnabled) {
          const StateDetail = `Waiting for one of ${limit} concurrent runs to end`;
          lifecycle.start(context, { ...run, Run: { ...run.Run, JobRunState: 'WAITING', StateDetail } });
        } else {
          throw new ServiceError(
            'ConcurrentRunsExceededException',
            `Concurrent runs exceeded for ${JobName}`,
          );
        }
        return { JobRunId: runId };
      });
    },

    GetJobRun({ JobName, RunId }, context) {
      const record = store.run(context, JobName, RunId);
      if (!record) throw runNotFound(JobName, RunId);
      return { JobRun: shownRun(record) };
    },

    GetJobRuns({ JobName, NextToken, MaxResults = LARGEST_PAGE }, context) {
      store.job(context, JobName);
      const { page, ...rest } = pageOf(
        (after, limit) =>
          store.runs.list(context, { where: { job: JobName }, order: 'newest', after, limit }),
        { NextToken, MaxResults },
        ['GetJobRuns', JobName],
      );
      return { JobRuns: page.map(shownRun), ...rest };
    },

    async BatchStopJobRun({ JobName, JobRunIds }, context) {
      return await context.transaction(() => {
        const SuccessfulSubmissions: { JobName: string; JobRunId: string }[] = [];
        const Errors: BatchStopJobRunError[] = [];
        for (const JobRunId of JobRunIds) {
          const ErrorDetail = stop(context, JobName, JobRunId);
          if (ErrorDetail) Errors.push({ JobName, JobRunId, ErrorDetail });
          else SuccessfulSubmissions.push({ JobName, JobRunId });
        }
        return { SuccessfulSubmissions, Errors };
      });
    },
  } satisfies Operations<Glue>;

  function startable(scope: Scope, name: string): JobRecord {
    const record = store.jobs.get(scope, name);
    if (!record) throw notFound('Failed to start job run due to missing metadata.');
    return record;
  }

  function stop(
    scope: Scope,
    jobName: string,
    runId: string,
  ): BatchStopJobRunError['ErrorDetail'] | undefined {
    const record = store.run(scope, jobName, runId);
    // Unverified: AWS's codes and words.
    if (!record) {
      return {
        ErrorCode: 'EntityNotFoundException',
        ErrorMessage: runNotFound(jobName, runId).message,
      };
    }
    const { JobRunState } = record.Run;
    if (phaseOf(JobRunState) === 'ended') {
      return {
        ErrorCode: 'JobRunInTerminalStateException',
        ErrorMessage: `Job Run ${runId} is in the terminal state ${JobRunState}.`,
      };
    }
    lifecycle.stop(scope, record);
    return undefined;
  }

  function shownRun({ Run, Began, ExecutionTime }: RunRecord): JobRun {
    const running = phaseOf(Run.JobRunState) === 'active' && Began !== undefined;
    const seconds = running ? Math.max(0, Math.floor((host.clock.now() - Began) / 1000)) : 0;
    return { ...Run, PredecessorRuns: [], ExecutionTime: ExecutionTime ?? seconds };
  }
}

function checkCommand({ Command }: JobDefinition): void {
  if (OTHER_COMMANDS.includes(Command.Name ?? '')) {
    throw notSupported(`Running jobs with the command ${Command.Name} is`);
  }
  if (Command.Name === PYTHON_SHELL && Command.PythonVersion === '2') {
    throw notSupported('Python 2 is');
  }
}

/** A run of a job as it is now, with what the caller sets differently for this one. */
function newRun(runId: string, { Job, Id }: JobRecord, input: StartInput, context: CallContext): RunRecord {
  const { Command, GlueVersion = '' } = Job;
  const NotificationProperty = input.NotificationProperty ?? Job.NotificationProperty;
  const settings = {
    JobRunQueuingEnabled: input.JobRunQueuingEnabled ?? Job.JobRunQueuingEnabled,
    SecurityConfiguration: input.SecurityConfiguration ?? Job.SecurityConfiguration,
    ExecutionClass: input.ExecutionClass ?? Job.ExecutionClass,
    ExecutionRoleSessionPolicy: input.ExecutionRoleSessionPolicy,
    MaintenanceWindow: Job.MaintenanceWindow,
    NotificationProperty,
    PreviousRunId: input.JobRunId,
    Arguments: input.Arguments,
  };
  return {
    Plan: {
      JobId: Id,
      Role: Job.Role,
      Command,
      MaxRetries: Job.MaxRetries,
      Arguments: effectiveArguments(Job, input.Arguments),
    },
    Run: {
      Id: runId,
      Attempt: 0,
      JobName: Job.Name,
      JobMode: Job.JobMode,
      JobRunState: 'STARTING',
      StartedOn: context.now,
      LastModifiedOn: context.now,
      ...settings,
      ...capacityOfRun(Job, input),
      Timeout: checkTimeout(input.Timeout) ?? Job.Timeout,
      GlueVersion,
      LogGroupName: LOG_GROUP,
    },
  };
}

function capacityOfRun(job: JobDefinition, input: StartInput) {
  const { AllocatedCapacity, MaxCapacity, WorkerType, NumberOfWorkers } = input;
  const own = [AllocatedCapacity, MaxCapacity, WorkerType, NumberOfWorkers];
  const asked = own.some((value) => value !== undefined);
  return capacityOf(job.Command.Name ?? '', job.GlueVersion ?? '', asked ? input : inherited(job));
}

/** A job shows what its workers amount to besides; only one of both is asked for. */
function inherited({ MaxCapacity, WorkerType, NumberOfWorkers }: JobDefinition) {
  return WorkerType === undefined && NumberOfWorkers === undefined
    ? { MaxCapacity }
    : { WorkerType, NumberOfWorkers };
}

// Unverified: AWS's words.
function runNotFound(jobName: string, runId: string): ServiceError {
  return notFound(`Job Run ${runId} of Job ${jobName} not found.`);
}
