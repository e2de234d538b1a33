import type { Lambda } from '@aws-sdk/client-lambda';
import { type Json, type TaskAttempt, TaskError, type TaskHandler } from '@slipway/states';
import { loadModel } from '../../../model/load.ts';
import type { RoleClients } from './role-clients.ts';
import { sdkMetadata } from './sdk-metadata.ts';
import { type ErrorStyle, toTaskError } from './task-errors.ts';

const STYLE: ErrorStyle = {
  model: loadModel('lambda'),
  prefix: 'Lambda',
  unmodelled: 'AWSLambda',
  serviceName: 'AWSLambda',
  sdkVersion: 1,
};

/** A function's ARN as a task's resource: the function's answer is the result. */
export function functionHandler(clients: RoleClients, functionArn: string): TaskHandler {
  return {
    async run(task) {
      const { payload } = await invoke(clients, task, {
        FunctionName: functionArn,
        Payload: Buffer.from(JSON.stringify(task.parameters)),
      });
      return { output: payload };
    },
  };
}

/** `lambda:invoke` and `lambda:invoke.waitForTaskToken`. */
export function invokeHandler(clients: RoleClients, now: () => number): TaskHandler {
  return {
    async run(task) {
      const { FunctionName, Payload, InvocationType, Qualifier, ClientContext, LogType } =
        task.parameters as Record<string, Json>;
      const { payload, response } = await invoke(clients, task, {
        FunctionName: String(FunctionName),
        Payload: Buffer.from(typeof Payload === 'string' ? Payload : JSON.stringify(Payload ?? {})),
        ...(InvocationType !== undefined && { InvocationType: InvocationType as 'Event' }),
        ...(Qualifier !== undefined && { Qualifier: String(Qualifier) }),
        ...(ClientContext !== undefined && { ClientContext: String(ClientContext) }),
        ...(LogType !== undefined && { LogType: LogType as 'Tail' }),
      });
      const result: Record<string, Json> = {
        ...(response.ExecutedVersion !== undefined && { ExecutedVersion: response.ExecutedVersion }),
        ...(response.LogResult !== undefined && { LogResult: response.LogResult }),
        Payload: payload,
        ...sdkMetadata(payload, task.token.slice(0, 36), now()),
        StatusCode: response.StatusCode ?? 200,
      };
      if (task.resource.kind === 'service' && task.resource.pattern === 'wait-for-task-token') {
        await task.submitted(result);
        return 'pending';
      }
      return { output: result };
    },
  };
}

async function invoke(
  clients: RoleClients,
  task: TaskAttempt,
  input: Parameters<Awaited<ReturnType<typeof clientOf>>['invoke']>[0],
) {
  const lambda = await clientOf(clients, task);
  let response: Awaited<ReturnType<typeof lambda.invoke>>;
  try {
    response = await lambda.invoke(input);
  } catch (error) {
    throw toTaskError(error, STYLE);
  }
  const text = Buffer.from(response.Payload ?? []).toString('utf8');
  if (response.FunctionError !== undefined) throw functionError(text);
  return { payload: parsed(text), response };
}

// An invocation has no token: a function that was running when the runtime died is started again, as
// on AWS, where functions may run more than once.
function clientOf(clients: RoleClients, task: TaskAttempt) {
  return clients.client<Lambda>('lambda', task, {
    token: task.token,
    signal: task.signal,
    withoutToken: true,
  });
}

/** The function's own error name is what Retry and Catch see. */
function functionError(payload: string): TaskError {
  const { errorType } = asObject(parsed(payload));
  return new TaskError(typeof errorType === 'string' ? errorType : 'Lambda.Unknown', payload);
}

function parsed(text: string): Json {
  if (text === '') return {};
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function asObject(value: Json): Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
