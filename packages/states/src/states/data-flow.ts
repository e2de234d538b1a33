import type { Catcher, DataFlow, ResultFlow, State } from '../definition/model.ts';
import type { Template } from '../definition/template.ts';
import type { Outcome } from '../engine/turn.ts';
import { errorOutput, type Failure } from '../failures.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import type { StatesExtras } from '../jsonata/evaluate.ts';
import { fillJsonata } from '../jsonata/payload.ts';
import type { Path } from '../jsonpath/path.ts';
import { fillPayload } from '../jsonpath/payload.ts';
import { withValueAt } from '../jsonpath/reference-path.ts';
import { resolveField } from '../jsonpath/resolve.ts';
import { type Scope, withData } from '../scope.ts';

/** InputPath, or the whole input. */
export function effectiveInput(state: DataFlow, scope: Scope): Json {
  return selectBy(state.inputPath, scope);
}

/** Fills in a template in the language of the state, with `$` standing for `data` in JSONPath. */
export async function fill(
  state: Pick<State, 'queryLanguage'>,
  template: Template,
  scope: Scope,
  data: Json,
): Promise<Json> {
  return state.queryLanguage === 'JSONata'
    ? fillJsonata(template, scope)
    : fillPayload(template, withData(scope, data));
}

/** What a task, a branch or an iteration receives: Parameters of the effective input, or Arguments. */
export async function argumentsOf(
  state: ResultFlow & Pick<State, 'queryLanguage'>,
  scope: Scope,
): Promise<Json> {
  const input = effectiveInput(state, scope);
  return state.parameters === undefined ? input : fill(state, state.parameters, scope, input);
}

/**
 * Output and variables of a state that has no result of its own: its effective input passes through.
 * @param own the Output and Assign that apply instead of the state's, as in a Choice rule
 */
export async function passThrough(
  state: DataFlow & Pick<State, 'queryLanguage'>,
  scope: Scope,
  own: Pick<DataFlow, 'output' | 'assign'> = state,
): Promise<Outcome> {
  const input = effectiveInput(state, scope);
  if (state.queryLanguage === 'JSONata') return jsonataOutcome(own, scope, scope.data, {});
  return {
    output: selectBy(state.outputPath, withData(scope, input)),
    assigned: own.assign && asObject(fillPayload(own.assign, withData(scope, input))),
  };
}

/** Output and variables of a state with a result. In JSONPath, Assign reads the result as `$`. */
export async function resultOutcome(
  state: ResultFlow & Pick<State, 'queryLanguage'>,
  scope: Scope,
  result: Json,
): Promise<Outcome> {
  if (state.queryLanguage === 'JSONata') return jsonataOutcome(state, scope, result, { result });
  const selected =
    state.resultSelector === undefined ? result : fillPayload(state.resultSelector, withData(scope, result));
  const assigned = state.assign && asObject(fillPayload(state.assign, withData(scope, selected)));
  const combined = combine(state.resultPath, scope.data, selected);
  return { output: selectBy(state.outputPath, withData(scope, combined)), assigned };
}

/** Output and variables of a failure that a catcher takes. */
export async function caughtOutcome(
  catcher: Catcher,
  state: Pick<State, 'queryLanguage'>,
  scope: Scope,
  failure: Failure,
): Promise<Outcome> {
  const error = errorOutput(failure);
  if (state.queryLanguage === 'JSONata') return jsonataOutcome(catcher, scope, error, { errorOutput: error });
  return {
    output: combine(catcher.resultPath, scope.data, error),
    assigned: catcher.assign && asObject(fillPayload(catcher.assign, withData(scope, error))),
  };
}

async function jsonataOutcome(
  fields: Pick<DataFlow, 'output' | 'assign'>,
  scope: Scope,
  unchanged: Json,
  extras: StatesExtras,
): Promise<Outcome> {
  return {
    output: fields.output === undefined ? unchanged : await fillJsonata(fields.output, scope, extras),
    assigned: fields.assign && asObject(await fillJsonata(fields.assign, scope, extras)),
  };
}

/** InputPath and OutputPath: `null` in the definition selects nothing, which is `{}`. */
function selectBy(path: Path | 'nothing' | undefined, scope: Scope): Json {
  if (path === undefined) return scope.data;
  return path === 'nothing' ? {} : resolveField(path, scope);
}

/** ResultPath: puts the result into the raw input, replaces it, or (for `null`) drops the result. */
function combine(path: Path | 'nothing' | undefined, input: Json, result: Json): Json {
  if (path === undefined) return result;
  return path === 'nothing' ? input : withValueAt(path, input, result);
}

function asObject(value: Json): JsonObject {
  return isObject(value) ? value : {};
}
