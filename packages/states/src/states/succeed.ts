import type { SucceedState } from '../definition/model.ts';
import type { Turn } from '../engine/turn.ts';
import { passThrough } from './data-flow.ts';

export async function runSucceed(state: SucceedState, turn: Turn): Promise<void> {
  turn.exit(await passThrough(state, turn.scope()), undefined);
}
