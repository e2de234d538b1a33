import type { MapState, ParallelState } from '../definition/model.ts';
import type { Json } from '../json.ts';
import { emitIteration } from './emit.ts';
import { finish } from './finish.ts';
import { type ChildrenPhase, childPath, currentState, type Flow, firstProgress, setPhase } from './flow.ts';
import { childGraph, childGraphPointer } from './graph-pointer.ts';
import type { Run } from './run.ts';
import type { Turn } from './turn.ts';

/** Starts a branch or an iteration; `previousId` is the event that its first one follows. */
export function startChild(turn: Turn, position: number, input: Json, previousId: number): Flow {
  const { run, flow: parent, state } = turn;
  const child: Flow = {
    path: childPath(parent, position),
    parent,
    position,
    graph: childGraph(state, position),
    graphPointer: childGraphPointer(parent.graphPointer, state, position),
    children: new Map(),
    status: 'RUNNING',
    visit: {
      step: 0,
      state: childGraph(state, position).startAt,
      input,
      enteredAt: 0,
      enteredId: 0,
      beforeId: 0,
    },
    progress: firstProgress,
    variables: {},
    lastEventId: previousId,
    output: undefined,
    changed: { visit: true, variables: true },
  };
  parent.children.set(position, child);
  run.flows.set(child.path, child);
  run.journal.save(child);
  run.enqueue(child);
  return child;
}

/** A flow has reached the end of its graph. */
export function endFlow(run: Run, flow: Flow, output: Json): void {
  flow.status = 'SUCCEEDED';
  flow.output = output;
  run.journal.save(flow);
  const { parent } = flow;
  if (parent === undefined) {
    finish(run, { status: 'SUCCEEDED', output });
    return;
  }
  const phase = childrenPhase(parent);
  const isMap = currentState(parent).type === 'Map';
  const lastSuccessId = isMap
    ? emitIteration(run, flow, 'MapIterationSucceeded', flow.lastEventId)
    : flow.lastEventId;
  setPhase(parent, { ...phase, lastSuccessId, freed: [...phase.freed, flow.lastEventId] });
  run.journal.save(parent);
  run.enqueue(parent);
}

export function childrenPhase(parent: Flow): ChildrenPhase {
  const { phase } = parent.progress;
  if (phase.kind !== 'children') throw new Error(`${parent.path} has no children in phase ${phase.kind}`);
  return phase;
}

export function isDone(parent: Flow): boolean {
  const { total } = childrenPhase(parent);
  return (
    parent.children.size === total &&
    [...parent.children.values()].every(({ status }) => status === 'SUCCEEDED')
  );
}

/** The outputs of all children in order; the children are forgotten. */
export function collectOutputs(run: Run, parent: Flow): Json[] {
  const outputs = [...parent.children.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, child]) => child.output as Json);
  removeChildren(run, parent);
  return outputs;
}

export function removeChildren(run: Run, parent: Flow): void {
  for (const child of parent.children.values()) {
    removeChildren(run, child);
    run.flows.delete(child.path);
    run.journal.remove(child);
  }
  parent.children.clear();
}

export type ContainerState = ParallelState | MapState;

export function isContainer(state: Turn['state']): state is ContainerState {
  return state.type === 'Parallel' || state.type === 'Map';
}
