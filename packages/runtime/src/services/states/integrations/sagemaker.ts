import type { SageMaker } from '@aws-sdk/client-sagemaker';
import { type Json, type TaskAttempt, TaskError, type TaskHandler } from '@slipway/states';
import type { ClientOf } from '../../../dispatch/types.ts';
import { loadModel } from '../../../model/load.ts';
import type { Signals } from '../../../store/signals.ts';
import { toApiInput, toResult } from './json-members.ts';
import type { RoleClients } from './role-clients.ts';
import { sdkMetadata } from './sdk-metadata.ts';
import { type ErrorStyle, toTaskError } from './task-errors.ts';

const MODEL = loadModel('sagemaker');
const STYLE: ErrorStyle = {
  model: MODEL,
  prefix: 'SageMaker',
  unmodelled: 'AmazonSageMaker',
  serviceName: 'AmazonSageMaker',
  sdkVersion: 1,
};

type AnyClient = Record<string, (input: unknown) => Promise<Record<string, unknown>>>;

/** A kind of job that a `.sync` task waits for: `TrainingJob` and its like. */
type JobKind = 'TrainingJob' | 'TransformJob' | 'ProcessingJob';

const ENDED = new Set(['Completed', 'Failed', 'Stopped']);

/** `sagemaker:createModel` and its like, which answer at once. */
export function sagemakerCallHandler(clients: RoleClients, action: string, now: () => number): TaskHandler {
  return {
    async run(task) {
      return { output: await call(clients, task, action, now) };
    },
  };
}

/** `sagemaker:createTrainingJob` and its like, with `.sync` until the job is over. */
export function sagemakerJobHandler(
  clients: RoleClients,
  signals: Signals,
  now: () => number,
  kind: JobKind,
): TaskHandler {
  return {
    async run(task) {
      const started = (task.resumed ?? (await call(clients, task, `create${kind}`, now))) as Record<
        string,
        Json
      >;
      if (task.resource.kind !== 'service' || task.resource.pattern === 'request-response') {
        return { output: started };
      }
      if (task.resumed === undefined) await task.submitted(started);
      return { output: await awaitEnd(clients, signals, task, kind, String(started[`${kind}Arn`])) };
    },

    async cancel(task) {
      const arn = (task.response as Record<string, string> | undefined)?.[`${kind}Arn`];
      if (arn === undefined) return;
      const sagemaker = await clients.client<SageMaker>('sagemaker', task, { token: `${task.token}/stop` });
      await methods(sagemaker)[`stop${kind}`]!({ [`${kind}Name`]: nameIn(arn) });
    },
  };
}

async function call(
  clients: RoleClients,
  task: TaskAttempt,
  action: string,
  now: () => number,
): Promise<Record<string, Json>> {
  const operation = MODEL.operations[action.charAt(0).toUpperCase() + action.slice(1)]!;
  const input = toApiInput(MODEL, operation.input, task.parameters);
  try {
    const sagemaker = await clients.client<SageMaker>('sagemaker', task, task);
    const output = await methods(sagemaker)[action]!(input);
    const result = (await toResult(MODEL, operation.output, output)) as Record<string, Json>;
    return { ...result, ...sdkMetadata(output, task.token.slice(0, 36), now()) };
  } catch (error) {
    throw toTaskError(error, STYLE);
  }
}

async function awaitEnd(
  clients: RoleClients,
  signals: Signals,
  task: TaskAttempt,
  kind: JobKind,
  arn: string,
): Promise<Json> {
  const client = await clients.client<SageMaker>('sagemaker', task, {
    token: task.token,
    withoutToken: true,
  });
  const sagemaker = methods(client);
  const job = await signals.until(
    arn,
    async () => {
      const described = await sagemaker[`describe${kind}`]!({ [`${kind}Name`]: nameIn(arn) });
      return ENDED.has(String(described[`${kind}Status`])) ? described : undefined;
    },
    task.signal,
  );
  // Optimized integrations give times in epoch milliseconds.
  const output = MODEL.operations[`Describe${kind}`]!.output;
  const document = await toResult(MODEL, output, job, (time) => time.getTime());
  if (job[`${kind}Status`] !== 'Completed')
    throw new TaskError('States.TaskFailed', JSON.stringify(document));
  return document;
}

function methods(client: ClientOf<SageMaker>): AnyClient {
  return client as unknown as AnyClient;
}

/** Names differ in more than case, so the one in the ARN leads to the job too. */
function nameIn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
