import type { State, StateGraph } from '../definition/model.ts';

/**
 * JSON pointers (RFC 6901) to the graphs of a definition: `` is the machine, and
 * `/States/Fan/Branches/0` or `/States/Each/ItemProcessor` the graphs inside a state.
 */
export function childGraphPointer(pointer: string, state: State, position: number): string {
  const name = state.name.replaceAll('~', '~0').replaceAll('/', '~1');
  return `${pointer}/States/${name}/${state.type === 'Map' ? 'ItemProcessor' : `Branches/${position}`}`;
}

/** The graph that children of a Parallel or Map state run through. */
export function childGraph(state: State, position: number): StateGraph {
  const graph =
    state.type === 'Map' ? state.processor : state.type === 'Parallel' ? state.branches[position] : undefined;
  if (graph === undefined) throw new Error(`state '${state.name}' has no graph ${position}`);
  return graph;
}

export function graphAt(machine: StateGraph, pointer: string): StateGraph {
  const tokens = pointer.split('/').slice(1);
  let graph = machine;
  while (tokens.length > 0) {
    tokens.shift();
    const name = (tokens.shift() ?? '').replaceAll('~1', '/').replaceAll('~0', '~');
    const state = graph.states.get(name);
    if (state === undefined) throw new Error(`no state at ${pointer}`);
    const position = tokens.shift() === 'Branches' ? Number(tokens.shift()) : 0;
    graph = childGraph(state, position);
  }
  return graph;
}
