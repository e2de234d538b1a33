import type { FailState } from '../definition/model.ts';
import type { Field } from '../definition/template.ts';
import type { Turn } from '../engine/turn.ts';
import { runtimeFailure, StateFailure } from '../failures.ts';
import { evaluateTyped } from '../jsonata/evaluate.ts';
import { evaluateExpression } from '../jsonpath/payload.ts';
import type { Scope } from '../scope.ts';

/** Error and Cause may each be missing; the execution then fails without them. */
export async function runFail(state: FailState, turn: Turn): Promise<never> {
  const scope = turn.scope();
  const error = await textOf(state.error, scope);
  const cause = await textOf(state.cause, scope);
  throw new StateFailure({ error, cause }, { verbatim: true });
}

async function textOf(field: Field | undefined, scope: Scope): Promise<string | undefined> {
  if (field === undefined) return undefined;
  if (field.kind === 'jsonata') return (await evaluateTyped(field, 'string', scope)) as string;
  const value = field.kind === 'literal' ? field.value : evaluateExpression(field, scope);
  if (typeof value === 'string') return value;
  throw runtimeFailure(
    `The ${field.field} field refers to a value that is not a string: ${JSON.stringify(value)}`,
  );
}
