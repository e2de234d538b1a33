import type { ParallelState } from '../definition/model.ts';
import { childrenPhase, collectOutputs, startChild } from '../engine/children.ts';
import type { Turn } from '../engine/turn.ts';
import { argumentsOf, resultOutcome } from './data-flow.ts';

/** Starts all branches at once, each with the same input. */
export async function startParallel(state: ParallelState, turn: Turn): Promise<void> {
  const input = await argumentsOf(state, turn.scope());
  const startedId = turn.emit('ParallelStateStarted');
  const total = state.branches.length;
  turn.pause({ kind: 'children', total, next: total, limit: total, freed: [], lastSuccessId: startedId });
  for (let position = 0; position < total; position += 1) startChild(turn, position, input, startedId);
  if (total === 0) await finishParallel(state, turn);
}

/** All branches have ended: their outputs, in the order of the branches, are the result. */
export async function finishParallel(state: ParallelState, turn: Turn): Promise<void> {
  turn.flow.lastEventId = childrenPhase(turn.flow).lastSuccessId;
  const result = collectOutputs(turn.run, turn.flow);
  turn.emit('ParallelStateSucceeded', undefined, { aside: true });
  turn.exit(await resultOutcome(state, turn.scope(), result), state.next);
}
