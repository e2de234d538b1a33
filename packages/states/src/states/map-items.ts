import type { MapState } from '../definition/model.ts';
import type { MapItem } from '../engine/flow.ts';
import type { Turn } from '../engine/turn.ts';
import { EvaluationFailure, runtimeFailure } from '../failures.ts';
import { isObject, type Json } from '../json.ts';
import { evaluateTyped } from '../jsonata/evaluate.ts';
import { fillJsonata } from '../jsonata/payload.ts';
import { resolveField } from '../jsonpath/resolve.ts';
import { type Scope, withData } from '../scope.ts';
import { effectiveInput, fill } from './data-flow.ts';

/** What a Map iterates over: ItemsPath, Items, or its input. */
export async function collectionOf(state: MapState, scope: Scope): Promise<Json> {
  if (state.items !== undefined) {
    return state.items.kind === 'jsonata'
      ? evaluateTyped(state.items, ['array', 'object'], scope)
      : fillJsonata(state.items, scope);
  }
  const input = effectiveInput(state, scope);
  return state.itemsPath === undefined ? input : resolveField(state.itemsPath, withData(scope, input));
}

/** The items of an array, or the members of an object. */
export function toItems(state: MapState, collection: Json): MapItem[] {
  if (Array.isArray(collection)) return collection.map((value) => ({ value }));
  if (isObject(collection)) return Object.entries(collection).map(([key, value]) => ({ key, value }));
  if (state.queryLanguage === 'JSONata') {
    const cause = `Map state input must be an array but was: ${JSON.stringify(collection)}`;
    throw new EvaluationFailure(cause, undefined);
  }
  throw runtimeFailure(`Reference path "${state.itemsPath?.text ?? '$'}" must point to array.`);
}

/** ItemSelector sees the effective input as `$` and the item in the context object. */
export async function iterationInput(
  state: MapState,
  turn: Turn,
  item: MapItem & { readonly source?: string },
  index: number,
): Promise<Json> {
  if (state.itemSelector === undefined) return itemValue(item);
  const scope = turn.scope({ index, ...item });
  return fill(state, state.itemSelector, scope, effectiveInput(state, scope));
}

/** An object is iterated as pairs. */
function itemValue({ key, value }: MapItem): Json {
  return key === undefined ? value : { Key: key, Value: value };
}

/** Zero means as many as the service allows. */
export function effectiveLimit(maxConcurrency: number, most: number): number {
  return maxConcurrency > 0 ? Math.min(maxConcurrency, most) : most;
}
