import type { Glue, JobRun } from '@aws-sdk/client-glue';
import {
  type CancelledTask,
  type Json,
  type TaskAttempt,
  TaskError,
  type TaskHandler,
} from '@slipway/states';
import { loadModel } from '../../../model/load.ts';
import type { Signals } from '../../../store/signals.ts';
import { toApiInput, toResult } from './json-members.ts';
import type { RoleClients } from './role-clients.ts';
import { sdkMetadata } from './sdk-metadata.ts';
import { type ErrorStyle, toTaskError } from './task-errors.ts';

const MODEL = loadModel('glue');
const STYLE: ErrorStyle = {
  model: MODEL,
  prefix: 'Glue',
  unmodelled: 'AWSGlue',
  serviceName: 'AWSGlue',
  sdkVersion: 1,
};

const FAILED_STATES = new Set(['FAILED', 'TIMEOUT', 'ERROR', 'EXPIRED']);
const ENDED_STATES = new Set([...FAILED_STATES, 'SUCCEEDED', 'STOPPED']);

/** `glue:startJobRun` and `glue:startJobRun.sync`. */
export function startJobRunHandler(clients: RoleClients, signals: Signals, now: () => number): TaskHandler {
  return {
    async run(task) {
      const started = (task.resumed ?? (await start(clients, task, now))) as Record<string, Json>;
      if (task.resource.kind !== 'service' || task.resource.pattern === 'request-response') {
        return { output: started };
      }
      if (task.resumed === undefined) await task.submitted(started);
      return { output: await awaitEnd(clients, signals, task, started) };
    },

    async cancel(task) {
      const { JobName, JobRunId } = (task.response ?? {}) as Record<string, string>;
      if (JobName === undefined || JobRunId === undefined) return;
      const glue = await clients.client<Glue>('glue', task, { token: `${task.token}/stop` });
      await glue.batchStopJobRun({ JobName, JobRunIds: [JobRunId] });
    },
  };
}

async function start(clients: RoleClients, task: TaskAttempt, now: () => number): Promise<Json> {
  const operation = MODEL.operations['StartJobRun']!;
  const input = toApiInput(MODEL, operation.input, task.parameters) as { JobName: string };
  try {
    const glue = await clients.client<Glue>('glue', task, task);
    const { JobRunId = '' } = await glue.startJobRun(input);
    return { JobName: input.JobName, JobRunId, ...sdkMetadata({ JobRunId }, task.token.slice(0, 36), now()) };
  } catch (error) {
    throw toTaskError(error, STYLE);
  }
}

async function awaitEnd(
  clients: RoleClients,
  signals: Signals,
  task: TaskAttempt | CancelledTask,
  { JobName, JobRunId }: Record<string, Json>,
): Promise<Json> {
  const signal = 'signal' in task ? task.signal : undefined;
  const glue = await clients.client<Glue>('glue', task, { token: task.token, withoutToken: true });
  const [, , , region, account] = task.executionArn.split(':');
  // The topic on which the glue service tells of a run's changes.
  const topic = `arn:aws:glue:${region}:${account}:job/${String(JobName)}#${String(JobRunId)}`;
  const run = await signals.until(
    topic,
    async () => {
      const { JobRun } = await glue.getJobRun({ JobName: String(JobName), RunId: String(JobRunId) });
      return JobRun && ENDED_STATES.has(JobRun.JobRunState ?? '') ? JobRun : undefined;
    },
    signal,
  );
  const document = await jobRunDocument(run);
  if (FAILED_STATES.has(run.JobRunState ?? ''))
    throw new TaskError('States.TaskFailed', JSON.stringify(document));
  return document;
}

/** The job run in PascalCase, its times in epoch milliseconds as optimized integrations give them. */
async function jobRunDocument(run: JobRun): Promise<Json> {
  const document = (await toResult(MODEL, { shape: 'JobRun' }, run)) as Record<string, Json>;
  for (const member of ['StartedOn', 'LastModifiedOn', 'CompletedOn']) {
    const time = document[member];
    if (typeof time === 'string') document[member] = Date.parse(time);
  }
  return document;
}
