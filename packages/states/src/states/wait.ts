import type { WaitState } from '../definition/model.ts';
import type { Field } from '../definition/template.ts';
import type { Turn } from '../engine/turn.ts';
import { EvaluationFailure, runtimeFailure, type StateFailure } from '../failures.ts';
import { evaluateIntrinsic } from '../intrinsics/evaluate.ts';
import type { Json } from '../json.ts';
import { evaluateTyped } from '../jsonata/evaluate.ts';
import { resolveField } from '../jsonpath/resolve.ts';
import { type Scope, withData } from '../scope.ts';
import { parseTimestamp } from '../timestamp.ts';
import { effectiveInput, passThrough } from './data-flow.ts';
import { plainText } from './number-field.ts';
import { scaledSeconds } from './retry.ts';

/** Recorded: a wait of more than 2^31 - 1 seconds is refused. */
const longestWait = 2 ** 31 - 1;

/** Goes to sleep until an absolute time, so that a restart in between changes nothing. */
export async function startWait(state: WaitState, turn: Turn): Promise<void> {
  const scope = turn.scope();
  const seconds = await secondsToWait(state, withData(scope, effectiveInput(state, scope)), turn);
  const due = turn.run.host.now() + scaledSeconds(seconds, turn.run.host.timeScale) * 1000;
  if (due <= turn.run.host.now()) return finishWait(state, turn);
  turn.sleepUntil(due);
}

export async function finishWait(state: WaitState, turn: Turn): Promise<void> {
  turn.exit(await passThrough(state, turn.scope()), state.next);
}

async function secondsToWait({ until }: WaitState, scope: Scope, turn: Turn): Promise<number> {
  const { field } = until;
  const value = await fieldValue(field, until.kind === 'seconds' ? 'number' : 'string', scope);
  const seconds =
    until.kind === 'seconds'
      ? readSeconds(field, value)
      : readMoment(field, value) - turn.run.host.now() / 1000;
  if (seconds > longestWait) throw misuse(field, 'Wait state delay is too long.');
  return Math.max(0, seconds);
}

async function fieldValue(field: Field, wanted: 'number' | 'string', scope: Scope): Promise<Json> {
  switch (field.kind) {
    case 'literal':
      return field.value;
    case 'jsonata':
      return evaluateTyped(field, wanted, scope);
    case 'path':
      return resolveField(field.path, scope);
    case 'intrinsic':
      return evaluateIntrinsic(field.call, scope);
    default:
      return field satisfies never;
  }
}

function readSeconds(field: Field, value: Json): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw misuse(
      field,
      `The ${field.field} parameter cannot be parsed as a long value: ${describe(field, value)}`,
    );
  }
  if (value < 0) {
    throw misuse(
      field,
      `The ${field.field} parameter references a negative value: ${describe(field, value)}`,
    );
  }
  return value;
}

function readMoment(field: Field, value: Json): number {
  const moment = typeof value === 'string' ? parseTimestamp(value) : undefined;
  if (moment === undefined) {
    throw misuse(
      field,
      `The ${field.field} parameter does not reference a valid ISO-8601 extended offset date-time format string: ${describe(field, value)}`,
    );
  }
  return moment.milliseconds / 1000;
}

/** In JSONata states a wrong value is an evaluation error, which Retry and Catch would see if Wait had them. */
function misuse(field: Field, cause: string): StateFailure {
  return field.kind === 'jsonata' ? new EvaluationFailure(cause, field.field) : runtimeFailure(cause);
}

function describe(field: Field, value: Json): string {
  if (field.kind === 'path') return `${field.path.text} == ${plainText(value)}`;
  return field.kind === 'jsonata' ? `${field.expression.text} == ${plainText(value)}` : plainText(value);
}
