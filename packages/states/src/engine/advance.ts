import { StateFailure } from '../failures.ts';
import type { Json } from '../json.ts';
import { runChoice } from '../states/choice.ts';
import { runFail } from '../states/fail.ts';
import { continueMap, startMap } from '../states/map.ts';
import { finishParallel, startParallel } from '../states/parallel.ts';
import { runPass } from '../states/pass.ts';
import { runSucceed } from '../states/succeed.ts';
import { finishTask, startTask } from '../states/task.ts';
import { finishWait, startWait } from '../states/wait.ts';
import { isDone } from './children.ts';
import { failState, handleException } from './failure-handling.ts';
import { type Flow, setPhase } from './flow.ts';
import type { Run } from './run.ts';
import { Turn } from './turn.ts';

/** Whether a flow can take a step now; otherwise it waits for a result, a time or its children. */
export function isRunnable(flow: Flow): boolean {
  const { phase } = flow.progress;
  return phase.kind !== 'sleep' && phase.kind !== 'backoff' && phase.kind !== 'task';
}

/** One transition: takes the flow as far as it gets without waiting for anything but its own expressions. */
export async function advance(run: Run, flow: Flow): Promise<void> {
  const turn = new Turn(run, flow);
  try {
    await step(turn);
  } catch (error) {
    if (!(error instanceof StateFailure)) throw error;
    await handleException(turn, error);
  }
}

async function step(turn: Turn): Promise<void> {
  const { phase } = turn.flow.progress;
  switch (phase.kind) {
    case 'enter':
      turn.enter();
      setPhase(turn.flow, { kind: 'attempt' });
      return attempt(turn);
    case 'attempt':
      return attempt(turn);
    case 'woken':
      return wake(turn);
    case 'result':
      return takeResult(turn, phase.result);
    case 'failure':
      return failState(turn, phase.failure, 'task');
    case 'children':
    case 'map-run':
      return continueContainer(turn);
    case 'sleep':
    case 'backoff':
    case 'task':
      return;
    default:
      return phase satisfies never;
  }
}

/** The first or a repeated try of the state. */
async function attempt(turn: Turn): Promise<void> {
  const { state } = turn;
  switch (state.type) {
    case 'Pass':
      return runPass(state, turn);
    case 'Succeed':
      return runSucceed(state, turn);
    case 'Fail':
      return runFail(state, turn);
    case 'Choice':
      return runChoice(state, turn);
    case 'Wait':
      return startWait(state, turn);
    case 'Task':
      return startTask(state, turn);
    case 'Parallel':
      return startParallel(state, turn);
    case 'Map':
      return startMap(state, turn);
    default:
      return state satisfies never;
  }
}

async function wake(turn: Turn): Promise<void> {
  if (turn.state.type === 'Wait') return finishWait(turn.state, turn);
}

async function takeResult(turn: Turn, result: Json): Promise<void> {
  if (turn.state.type === 'Task') return finishTask(turn.state, turn, result);
}

async function continueContainer(turn: Turn): Promise<void> {
  const { state, flow } = turn;
  if (state.type === 'Map') return continueMap(state, turn);
  if (state.type === 'Parallel' && isDone(flow)) return finishParallel(state, turn);
}
