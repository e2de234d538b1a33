import type { Diagnostics } from './diagnostics.ts';
import type { State, StateGraph } from './model.ts';

/**
 * Checks that every transition of a graph leads somewhere, that the graph can end, and that every
 * state can be reached. The texts, and that a graph without an end is not also searched for
 * unreachable states, were measured on AWS.
 */
export function checkTransitions(graph: StateGraph, location: string, diagnostics: Diagnostics): void {
  const dangling = [...transitionsOf(graph, location)].filter(({ target }) => !graph.states.has(target));
  for (const { target, at, field } of dangling) {
    diagnostics.error('MISSING_TRANSITION_TARGET', `Missing '${field}' target: ${target}`, at);
  }
  if (![...graph.states.values()].some(isTerminal)) {
    diagnostics.error(
      'MISSING_END_STATE',
      'Workflow has no terminal state',
      location === '' ? undefined : location,
    );
    return;
  }
  if (graph.states.has(graph.startAt)) reportUnreachable(graph, location, diagnostics);
}

interface Transition {
  readonly target: string;
  readonly at: string;
  readonly field: 'Next' | 'StartAt';
}

function* transitionsOf(graph: StateGraph, location: string): Generator<Transition> {
  yield { target: graph.startAt, at: `${location}/StartAt`, field: 'StartAt' };
  for (const state of graph.states.values()) {
    // AWS writes the word Next for all of these, whatever the field is called.
    for (const { target, at } of exits(state)) {
      yield { target, at: `${location}/States/${state.name}/${at}`, field: 'Next' };
    }
  }
}

function exits(state: State): { target: string; at: string }[] {
  const next = 'next' in state && state.next !== undefined ? [{ target: state.next, at: 'Next' }] : [];
  const catchers =
    'catch' in state
      ? state.catch.map((catcher, i) => ({ target: catcher.next, at: `Catch[${i}]/Next` }))
      : [];
  if (state.type !== 'Choice') return [...next, ...catchers];
  const choices = state.choices.map((choice, i) => ({ target: choice.next, at: `Choices[${i}]/Next` }));
  return state.default === undefined ? choices : [...choices, { target: state.default, at: 'Default' }];
}

function isTerminal(state: State): boolean {
  if (state.type === 'Succeed' || state.type === 'Fail') return true;
  return 'next' in state && state.next === undefined;
}

function reportUnreachable(graph: StateGraph, location: string, diagnostics: Diagnostics): void {
  const reached = new Set<string>();
  const open = [graph.startAt];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const state = graph.states.get(name);
    if (state === undefined || reached.has(name)) continue;
    reached.add(name);
    open.push(...exits(state).map(({ target }) => target));
  }
  for (const name of graph.states.keys()) {
    if (!reached.has(name)) {
      diagnostics.error(
        'MISSING_TRANSITION_TARGET',
        `State "${name}" is not reachable.`,
        `${location}/States/${name}`,
      );
    }
  }
}
