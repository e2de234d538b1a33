import type { Expression } from '../definition/template.ts';
import { EvaluationFailure } from '../failures.ts';
import { ArgumentError } from '../intrinsics/arguments.ts';
import { type Json, type JsonKind, type JsonObject, kindOf } from '../json.ts';
import type { Scope } from '../scope.ts';
import { DialectError, dialectFunctions } from './functions.ts';
import { toJson, UnsupportedResultError } from './result.ts';

/** What `$states` holds besides the input and the context, where the field may see it. */
export interface StatesExtras {
  readonly result?: Json;
  readonly errorOutput?: Json;
}

type JsonataField = Extract<Expression, { kind: 'jsonata' }>;

/**
 * The value of one expression. `scope.data` is `$states.input`.
 * @throws EvaluationFailure when the expression fails, gives nothing, or gives no JSON
 */
export async function evaluateJsonata(
  { expression, field }: JsonataField,
  scope: Scope,
  extras: StatesExtras = {},
): Promise<Json> {
  const subject = `The JSONata expression '${expression.text}' specified for the field '${field}'`;
  let value: unknown;
  try {
    value = await expression.compiled.evaluate(undefined, bindings(scope, extras));
  } catch (error) {
    throw new EvaluationFailure(`${subject} threw an error during evaluation${reason(error)}`, field);
  }
  if (value === undefined) throw new EvaluationFailure(`${subject} returned nothing (undefined).`, field);
  try {
    return toJson(value);
  } catch (error) {
    if (!(error instanceof UnsupportedResultError)) throw error;
    throw new EvaluationFailure(`${subject} returned an unsupported result type.`, field);
  }
}

/**
 * The value of an expression whose field takes one kind of value only.
 * @throws EvaluationFailure also when the value is of another kind
 */
export async function evaluateTyped(
  source: JsonataField,
  wanted: JsonKind | readonly JsonKind[],
  scope: Scope,
  extras?: StatesExtras,
): Promise<Json> {
  const value = await evaluateJsonata(source, scope, extras);
  const kinds = typeof wanted === 'string' ? [wanted] : wanted;
  if (kinds.includes(kindOf(value))) return value;
  throw new EvaluationFailure(
    `The JSONata expression '${source.expression.text}' specified for the field '${source.field}' returned an unexpected result type. Expected '${kinds[0]}', but was '${kindOf(value)}' for value: ${JSON.stringify(value)}`,
    source.field,
  );
}

function bindings(scope: Scope, extras: StatesExtras): Record<string, unknown> {
  const states: JsonObject & { context?: JsonObject } = { input: scope.data, ...extras };
  Object.defineProperty(states, 'context', { get: scope.context, enumerable: true });
  return { ...dialectFunctions(scope), ...scope.variables, states };
}

/**
 * The end of AWS's sentence: a coded JSONata message follows a full stop, the message of an exceeded
 * bound a colon. Unverified: only the text of the memory bound is known from the service.
 */
function reason(error: unknown): string {
  if (error instanceof DialectError || error instanceof ArgumentError) return `: ${error.message}`;
  const { code, message } = error as { code?: string; message?: string };
  if (code === 'D1011')
    return ': Expression evaluation stack limit exceeded: Check for non-terminating recursive function';
  if (code === 'D1012') return ': Expression evaluation timeout: Check for infinite loop';
  if (code === 'D2014' || code === 'D2015') {
    return ': Expression evaluation memory limit exceeded: Check for excessive memory usage';
  }
  return code === undefined ? `: ${String(message ?? error)}` : `. ${code}: ${message}`;
}
