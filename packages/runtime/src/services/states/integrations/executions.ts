import type { DescribeExecutionCommandOutput, SFN } from '@aws-sdk/client-sfn';
import { type Json, type TaskAttempt, TaskError, type TaskHandler } from '@slipway/states';
import { loadModel } from '../../../model/load.ts';
import type { Signals } from '../../../store/signals.ts';
import type { RoleClients } from './role-clients.ts';
import { sdkMetadata } from './sdk-metadata.ts';
import { type ErrorStyle, toTaskError } from './task-errors.ts';

const STYLE: ErrorStyle = {
  model: loadModel('states'),
  prefix: 'StepFunctions',
  unmodelled: 'AWSStepFunctions',
  serviceName: 'AWSStepFunctions',
  sdkVersion: 1,
};

/** `states:startExecution`, `.sync`, `.sync:2` and `.waitForTaskToken`: a state machine within a state machine. */
export function startExecutionHandler(
  clients: RoleClients,
  signals: Signals,
  now: () => number,
): TaskHandler {
  return {
    async run(task) {
      const started = (task.resumed ?? (await start(clients, task, now))) as Record<string, Json>;
      const pattern = task.resource.kind === 'service' ? task.resource.pattern : 'request-response';
      if (pattern === 'request-response') return { output: started };
      if (task.resumed === undefined) await task.submitted(started);
      if (pattern === 'wait-for-task-token') return 'pending';
      return { output: await awaitEnd(clients, signals, task, String(started['ExecutionArn']), pattern) };
    },

    async cancel(task) {
      const { ExecutionArn } = (task.response ?? {}) as Record<string, string>;
      if (ExecutionArn === undefined) return;
      const states = await clients.client<SFN>('states', task, { token: task.token, withoutToken: true });
      await states.stopExecution({ executionArn: ExecutionArn });
    },
  };
}

async function start(clients: RoleClients, task: TaskAttempt, now: () => number): Promise<Json> {
  const { StateMachineArn, Name, Input, TraceHeader } = task.parameters as Record<string, Json>;
  try {
    const states = await clients.client<SFN>('states', task, task);
    const { executionArn = '', startDate } = await states.startExecution({
      stateMachineArn: String(StateMachineArn),
      ...(Name !== undefined && { name: String(Name) }),
      ...(Input !== undefined && { input: typeof Input === 'string' ? Input : JSON.stringify(Input) }),
      ...(TraceHeader !== undefined && { traceHeader: String(TraceHeader) }),
    });
    const output = { ExecutionArn: executionArn, StartDate: startDate?.getTime() ?? 0 };
    return { ...output, ...sdkMetadata(output, task.token.slice(0, 36), now()) };
  } catch (error) {
    throw toTaskError(error, STYLE);
  }
}

async function awaitEnd(
  clients: RoleClients,
  signals: Signals,
  task: TaskAttempt,
  executionArn: string,
  pattern: 'sync' | 'sync:2',
): Promise<Json> {
  const states = await clients.client<SFN>('states', task, { token: task.token, withoutToken: true });
  const ended = await signals.until(
    executionArn,
    async () => {
      const described = await states.describeExecution({ executionArn });
      return described.status === 'RUNNING' ? undefined : described;
    },
    task.signal,
  );
  const document = describeDocument(ended as DescribeExecutionCommandOutput, pattern === 'sync:2');
  if (ended.status !== 'SUCCEEDED') throw new TaskError('States.TaskFailed', JSON.stringify(document));
  return document;
}

/** The described child in PascalCase; `.sync:2` gives its input and output parsed. */
function describeDocument(described: DescribeExecutionCommandOutput, parse: boolean): Json {
  const data = (text: string | undefined): Json =>
    parse && text !== undefined ? (JSON.parse(text) as Json) : (text ?? null);
  return {
    ...(described.cause !== undefined && { Cause: described.cause }),
    ...(described.error !== undefined && { Error: described.error }),
    ExecutionArn: described.executionArn ?? '',
    Input: data(described.input),
    InputDetails: { Included: true },
    Name: described.name ?? '',
    ...(described.output !== undefined && {
      Output: data(described.output),
      OutputDetails: { Included: true },
    }),
    StartDate: described.startDate?.getTime() ?? 0,
    StateMachineArn: described.stateMachineArn ?? '',
    Status: described.status ?? '',
    StopDate: described.stopDate?.getTime() ?? 0,
  };
}
