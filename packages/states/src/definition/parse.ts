import { isObject, type Json } from '../json.ts';
import { DefinitionError, type Diagnostic, Diagnostics } from './diagnostics.ts';
import type { QueryLanguage, State, StateGraph, StateMachine } from './model.ts';
import { ObjectReader } from './object-reader.ts';
import { readState, type StateContext } from './parse-state.ts';
import { checkTransitions } from './transitions.ts';

const machineFields = new Set([
  ...['Comment', 'StartAt', 'States', 'Version', 'TimeoutSeconds', 'QueryLanguage'],
  // Written by AWS Step Functions Workflow Studio for drafts; carries no meaning at run time.
  'ProcessorConfig',
]);
const maxNameLength = 80;

/**
 * Parses the text of an Amazon States Language definition.
 * @throws DefinitionError with all diagnostics when AWS would refuse it
 */
export function parseDefinition(text: string): StateMachine {
  const { machine, diagnostics } = readDefinition(text);
  if (machine === undefined) throw new DefinitionError(diagnostics);
  return machine;
}

/** All problems of a definition, as ValidateStateMachineDefinition lists them; none when it is valid. */
export function validateDefinition(text: string): readonly Diagnostic[] {
  return readDefinition(text).diagnostics;
}

function readDefinition(text: string): {
  machine: StateMachine | undefined;
  diagnostics: readonly Diagnostic[];
} {
  const diagnostics = new Diagnostics();
  const value = parseJson(text, diagnostics);
  if (value === undefined) return { machine: undefined, diagnostics: diagnostics.found };
  if (!isObject(value)) {
    diagnostics.schema('Expected an object', '/');
    return { machine: undefined, diagnostics: diagnostics.found };
  }
  const machine = readMachine(new ObjectReader(value, '', diagnostics), diagnostics);
  return { machine: diagnostics.failed ? undefined : machine, diagnostics: diagnostics.found };
}

function parseJson(text: string, diagnostics: Diagnostics): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    diagnostics.error('INVALID_JSON_DESCRIPTION', (error as SyntaxError).message, undefined);
    return undefined;
  }
}

function readMachine(reader: ObjectReader, diagnostics: Diagnostics): StateMachine {
  reader.allow(machineFields);
  const version = reader.string('Version');
  if (version !== undefined && version !== '1.0') reader.fail('Value is not valid. Expected: 1.0', 'Version');
  const queryLanguage: QueryLanguage = reader.oneOf('QueryLanguage', ['JSONPath', 'JSONata']) ?? 'JSONPath';
  const names = new Set<string>();
  const context: StateContext = {
    machineLanguage: queryLanguage,
    diagnostics,
    parseGraph: (child, fields) => {
      child.allow(new Set(fields));
      return readGraph(child, context, names);
    },
  };
  const graph = readGraph(reader, context, names);
  return deepFreeze({
    ...graph,
    comment: reader.string('Comment'),
    queryLanguage,
    timeoutSeconds: reader.number('TimeoutSeconds', { least: 1, most: 99_999_999 }),
  });
}

function readGraph(reader: ObjectReader, context: StateContext, names: Set<string>): StateGraph {
  reader.require('StartAt', 'States');
  const states = new Map<string, State>();
  const definitions = reader.child('States');
  for (const name of Object.keys(definitions?.object ?? {})) {
    const stateReader = definitions?.child(name);
    if (stateReader === undefined) continue;
    checkName(name, stateReader, names);
    const state = readState(name, stateReader, context);
    if (state !== undefined) states.set(name, state);
  }
  if (definitions !== undefined && Object.keys(definitions.object).length === 0) {
    reader.fail('Field cannot be empty', 'States');
  }
  const graph = { startAt: reader.string('StartAt') ?? '', states };
  // States that could not be read would look like missing targets of the others.
  if (!context.diagnostics.failed) checkTransitions(graph, reader.location, context.diagnostics);
  return graph;
}

/** State names are unique in the whole machine, also across branches. */
function checkName(name: string, reader: ObjectReader, names: Set<string>): void {
  if (name.length > maxNameLength) reader.fail(`State name exceeds ${maxNameLength} characters`);
  if (names.has(name)) {
    const message = `Duplicate state name: ${name}`;
    reader.diagnostics.error('DUPLICATE_STATE_NAME', message, reader.location);
  }
  names.add(name);
}

/** Freezes plain objects and arrays; compiled expressions and maps keep their own state. */
function deepFreeze<T>(value: T): T {
  if (Array.isArray(value) || (isObject(value) && Object.getPrototypeOf(value) === Object.prototype)) {
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  } else if (value instanceof Map) {
    for (const member of value.values()) deepFreeze(member);
  }
  return value;
}
