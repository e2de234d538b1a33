import type { Field } from '../definition/template.ts';
import { runtimeFailure } from '../failures.ts';
import { evaluateIntrinsic } from '../intrinsics/evaluate.ts';
import type { Json } from '../json.ts';
import { evaluateTyped } from '../jsonata/evaluate.ts';
import { resolveField } from '../jsonpath/resolve.ts';
import type { Scope } from '../scope.ts';

/**
 * The number in a field such as MaxConcurrency, or that its `…Path` refers to. The texts are AWS's,
 * recorded for MaxConcurrencyPath and ToleratedFailurePercentagePath.
 * @throws StateFailure `States.Runtime` or, for JSONata, `States.QueryEvaluationError`
 */
export async function numberOf(
  field: Field | undefined,
  scope: Scope,
  kind: 'integer' | 'float' = 'integer',
): Promise<number | undefined> {
  if (field === undefined) return undefined;
  if (field.kind === 'literal') return field.value as number;
  if (field.kind === 'jsonata') return (await evaluateTyped(field, 'number', scope)) as number;
  const value =
    field.kind === 'path' ? resolveField(field.path, scope) : evaluateIntrinsic(field.call, scope);
  if (typeof value === 'number' && (kind === 'float' || Number.isInteger(value))) return value;
  const text = field.kind === 'path' ? field.path.text : field.call.text;
  throw runtimeFailure(
    `The ${field.field} field refers to value "${plainText(value)}" which is not a valid ${kind}: ${text}`,
  );
}

/** A value inside a message: strings without their quotes, the rest as JSON. */
export function plainText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
