import type { MapState } from '../definition/model.ts';
import { childrenPhase, collectOutputs, isDone, startChild } from '../engine/children.ts';
import { emitIteration } from '../engine/emit.ts';
import type { MapItem } from '../engine/flow.ts';
import type { Turn } from '../engine/turn.ts';
import { runtimeFailure } from '../failures.ts';
import { continueMapRun, startMapRun } from '../map-run/map-run.ts';
import { withData } from '../scope.ts';
import { effectiveInput, resultOutcome } from './data-flow.ts';
import { collectionOf, effectiveLimit, iterationInput, toItems } from './map-items.ts';
import { numberOf } from './number-field.ts';

export async function startMap(state: MapState, turn: Turn): Promise<void> {
  const scope = turn.scope();
  const maxConcurrency = await numberOf(state.maxConcurrency, withData(scope, effectiveInput(state, scope)));
  if (maxConcurrency !== undefined && maxConcurrency < 0) {
    throw runtimeFailure('MaxConcurrency must be zero or positive.');
  }
  if (state.distributed !== undefined) {
    return startMapRun(state, state.distributed, turn, maxConcurrency ?? 0);
  }
  const items = toItems(state, await collectionOf(state, scope));
  const startedId = turn.emit('MapStateStarted', { length: items.length });
  turn.flow.visit = { ...turn.flow.visit, items };
  turn.flow.changed.visit = true;
  turn.pause({
    kind: 'children',
    total: items.length,
    next: 0,
    limit: effectiveLimit(maxConcurrency ?? 0, turn.run.host.limits.inlineConcurrency),
    freed: [],
    lastSuccessId: startedId,
  });
  await continueMap(state, turn);
}

/** Fills free places with further iterations, or ends the state after the last one. */
export async function continueMap(state: MapState, turn: Turn): Promise<void> {
  if (state.distributed !== undefined) return continueMapRun(state, state.distributed, turn);
  const { flow } = turn;
  for (;;) {
    const phase = childrenPhase(flow);
    const running = [...flow.children.values()].filter(({ status }) => status === 'RUNNING').length;
    if (phase.next >= phase.total || running >= phase.limit) break;
    await startIteration(state, turn);
  }
  if (isDone(flow)) await finishMap(state, turn);
}

async function startIteration(state: MapState, turn: Turn): Promise<void> {
  const { flow, run } = turn;
  const phase = childrenPhase(flow);
  const index = phase.next;
  const input = await iterationInput(state, turn, flow.visit.items?.[index] as MapItem, index);
  // An iteration follows from the one whose place it takes, the first ones from MapStateStarted.
  const [freedId, ...freed] = phase.freed;
  turn.pause({ ...phase, next: index + 1, freed });
  const child = startChild(turn, index, input, freedId ?? flow.lastEventId);
  child.lastEventId = emitIteration(run, child, 'MapIterationStarted', child.lastEventId);
}

async function finishMap(state: MapState, turn: Turn): Promise<void> {
  turn.flow.lastEventId = childrenPhase(turn.flow).lastSuccessId;
  const result = collectOutputs(turn.run, turn.flow);
  turn.emit('MapStateSucceeded', undefined, { aside: true });
  turn.exit(await resultOutcome(state, turn.scope(), result), state.next);
}
