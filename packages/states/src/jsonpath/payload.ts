import type { Expression, Template } from '../definition/template.ts';
import { evaluateIntrinsic } from '../intrinsics/evaluate.ts';
import { type Json, type JsonObject, setOwn } from '../json.ts';
import type { Scope } from '../scope.ts';
import { resolveNamed } from './resolve.ts';

/**
 * Fills in a JSONPath payload template.
 * @throws StateFailure `States.Runtime` for a path that leads nowhere, `States.IntrinsicFailure`
 */
export function fillPayload(template: Template, scope: Scope): Json {
  switch (template.kind) {
    case 'literal':
      return template.value;
    case 'array':
      return template.items.map((item) => fillPayload(item, scope));
    case 'object': {
      const filled: JsonObject = {};
      for (const { key, value } of template.members) setOwn(filled, key, fillPayload(value, scope));
      return filled;
    }
    default:
      return evaluateExpression(template, scope);
  }
}

/** The value of a path or of an intrinsic call. */
export function evaluateExpression(expression: Expression, scope: Scope): Json {
  if (expression.kind === 'path') return resolveNamed(expression.path, expression.field, scope);
  if (expression.kind === 'intrinsic') return evaluateIntrinsic(expression.call, scope);
  throw new Error(`a JSONata expression at ${expression.field} reached a JSONPath state`);
}
