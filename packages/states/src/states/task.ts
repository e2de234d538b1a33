import type { TaskState } from '../definition/model.ts';
import { scheduleTask } from '../engine/task-schedule.ts';
import type { Turn } from '../engine/turn.ts';
import { runtimeFailure } from '../failures.ts';
import { isObject, type Json } from '../json.ts';
import { type Scope, withData } from '../scope.ts';
import { argumentsOf, effectiveInput, fill, resultOutcome } from './data-flow.ts';
import { numberOf } from './number-field.ts';

/** Evaluates what the call needs and schedules it; its result ends the state later. */
export async function startTask(state: TaskState, turn: Turn): Promise<void> {
  const scope = turn.scope();
  const parameters = await argumentsOf(state, scope);
  const inputScope = withData(scope, effectiveInput(state, scope));
  const timeoutSeconds = await secondsOf(state, 'timeout', inputScope);
  const heartbeatSeconds = await secondsOf(state, 'heartbeat', inputScope);
  if (timeoutSeconds !== undefined && heartbeatSeconds !== undefined && heartbeatSeconds >= timeoutSeconds) {
    throw runtimeFailure('HeartbeatSeconds must be smaller than TimeoutSeconds.');
  }
  scheduleTask(turn, state, {
    parameters,
    timeoutSeconds,
    heartbeatSeconds,
    credentialsRoleArn: await credentialsOf(state, inputScope),
  });
}

export async function finishTask(state: TaskState, turn: Turn, result: Json): Promise<void> {
  turn.exit(await resultOutcome(state, turn.scope(), result), state.next);
}

async function secondsOf(
  state: TaskState,
  which: 'timeout' | 'heartbeat',
  scope: Scope,
): Promise<number | undefined> {
  const seconds = await numberOf(state[which], scope);
  if (seconds !== undefined && seconds <= 0) {
    throw runtimeFailure(
      `${which === 'timeout' ? 'TimeoutSeconds' : 'HeartbeatSeconds'} must be positive, but was ${seconds}.`,
    );
  }
  return seconds;
}

async function credentialsOf(state: TaskState, scope: Scope): Promise<string | undefined> {
  if (state.credentials === undefined) return undefined;
  const credentials = await fill(state, state.credentials, scope, scope.data);
  const roleArn = isObject(credentials) ? credentials['RoleArn'] : undefined;
  if (typeof roleArn === 'string') return roleArn;
  throw runtimeFailure(
    `Credentials must have a RoleArn that is a string, but were ${JSON.stringify(credentials)}.`,
  );
}
