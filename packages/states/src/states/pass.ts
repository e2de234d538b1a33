import type { PassState } from '../definition/model.ts';
import type { Turn } from '../engine/turn.ts';
import { argumentsOf, passThrough, resultOutcome } from './data-flow.ts';

export async function runPass(state: PassState, turn: Turn): Promise<void> {
  const scope = turn.scope();
  const outcome =
    state.queryLanguage === 'JSONata'
      ? await passThrough(state, scope)
      : await resultOutcome(state, scope, state.result ?? (await argumentsOf(state, scope)));
  turn.exit(outcome, state.next);
}
