import type { Template } from '../definition/template.ts';
import { type Json, type JsonObject, setOwn } from '../json.ts';
import type { Scope } from '../scope.ts';
import { evaluateJsonata, type StatesExtras } from './evaluate.ts';

/**
 * Fills in a JSONata template: Arguments, Output, Assign, ItemSelector.
 * @throws EvaluationFailure of the first expression that fails
 */
export async function fillJsonata(template: Template, scope: Scope, extras?: StatesExtras): Promise<Json> {
  switch (template.kind) {
    case 'literal':
      return template.value;
    case 'jsonata':
      return evaluateJsonata(template, scope, extras);
    case 'array': {
      const filled: Json[] = [];
      for (const item of template.items) filled.push(await fillJsonata(item, scope, extras));
      return filled;
    }
    case 'object': {
      const filled: JsonObject = {};
      for (const { key, value } of template.members)
        setOwn(filled, key, await fillJsonata(value, scope, extras));
      return filled;
    }
    default:
      throw new Error(`a JSONPath expression at ${template.field} reached a JSONata state`);
  }
}
