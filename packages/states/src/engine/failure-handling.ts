import type { Catcher } from '../definition/model.ts';
import { EvaluationFailure, errorMatches, type Failure, StateFailure } from '../failures.ts';
import { caughtOutcome } from '../states/data-flow.ts';
import { planRetry, type RetryPlan } from '../states/retry.ts';
import { abortSiblings } from './abort.ts';
import { armFlow } from './alarms.ts';
import { isContainer, removeChildren } from './children.ts';
import { finish } from './finish.ts';
import type { Flow } from './flow.ts';
import type { Run } from './run.ts';
import { Turn } from './turn.ts';

/** Where a failure of a state comes from: its own fields, its task, or a branch or iteration. */
export type FailureOrigin = 'own' | 'task' | 'child';

/** Turns an exception of a transition into the failure of its state. */
export async function handleException(turn: Turn, error: StateFailure): Promise<void> {
  const failure = describe(turn, error);
  if (error instanceof EvaluationFailure) emitEvaluationFailed(turn, error, failure);
  await failState(turn, failure, 'own');
}

/** Retries the state, goes on to a catcher's state, or fails the flow. */
export async function failState(turn: Turn, failure: Failure, origin: FailureOrigin): Promise<void> {
  const { run, flow, state } = turn;
  if (origin === 'own') abortSiblings(run, flow, undefined);
  const plan = 'retry' in state ? plannedRetry(turn, failure) : undefined;
  if (plan !== undefined) {
    backOff(turn, plan);
    return;
  }
  // Recorded: a Map whose own fields are wrong ends the execution without a MapStateFailed.
  const isSilent = origin === 'own' && failure.error === 'States.Runtime';
  if (isContainer(state) && !isSilent) turn.emit(`${state.type}StateFailed`);
  const catcher = 'catch' in state ? state.catch.find((candidate) => takes(candidate, failure)) : undefined;
  if (catcher === undefined) {
    await failFlow(run, flow, failure);
  } else {
    await goOnWith(turn, catcher, failure);
  }
}

/** A flow has failed for good: its parent fails with it, the root fails the execution. */
async function failFlow(run: Run, flow: Flow, failure: Failure): Promise<void> {
  flow.status = 'FAILED';
  run.journal.save(flow);
  const { parent } = flow;
  if (parent === undefined) {
    finish(run, { status: 'FAILED', failure });
    return;
  }
  abortSiblings(run, parent, flow);
  parent.lastEventId = flow.lastEventId;
  await failState(new Turn(run, parent), failure, 'child');
}

function plannedRetry({ run, flow, state }: Turn, failure: Failure): RetryPlan | undefined {
  if (!('retry' in state)) return undefined;
  const { now, random, timeScale } = run.host;
  return planRetry(state.retry, failure, flow.progress, { now: now(), random, timeScale });
}

function backOff(turn: Turn, { delaySeconds, retries }: RetryPlan): void {
  const { run, flow } = turn;
  removeChildren(run, flow);
  const due = run.host.now() + delaySeconds * 1000;
  flow.progress = {
    attempt: flow.progress.attempt + 1,
    retryCount: flow.progress.retryCount + 1,
    retries,
    phase: { kind: 'backoff', due },
  };
  run.journal.save(flow);
  run.journal.afterCommit(() => armFlow(run, flow));
}

function takes(catcher: Catcher, failure: Failure): boolean {
  return catcher.errorEquals.some((name) => errorMatches(name, failure));
}

async function goOnWith(turn: Turn, catcher: Catcher, failure: Failure): Promise<void> {
  const { run, flow, state } = turn;
  removeChildren(run, flow);
  try {
    turn.exit(await caughtOutcome(catcher, state, turn.scope(), failure), catcher.next);
  } catch (error) {
    if (!(error instanceof StateFailure)) throw error;
    const next = describe(turn, error);
    if (error instanceof EvaluationFailure) emitEvaluationFailed(turn, error, next);
    await failFlow(run, flow, next);
  }
}

/** AWS puts the state in front of the causes that the interpreter gives. */
function describe({ flow }: Turn, error: StateFailure): Failure {
  const { failure } = error;
  if (error.verbatim || failure.cause === undefined) return failure;
  const place = `An error occurred while executing the state '${flow.visit.state}' (entered at the event id #${flow.visit.enteredId}).`;
  return { ...failure, cause: `${place} ${failure.cause}` };
}

function emitEvaluationFailed(turn: Turn, error: EvaluationFailure, failure: Failure): void {
  const { flow } = turn;
  const { enteredId, beforeId } = flow.visit;
  turn.emit(
    'EvaluationFailed',
    {
      state: flow.visit.state,
      error: failure.error ?? '',
      cause: failure.cause ?? '',
      ...(error.location === undefined ? {} : { location: error.location }),
    },
    {
      // Recorded: right after StateEntered, the event names the one before that.
      previousId: flow.lastEventId === enteredId ? beforeId : flow.lastEventId,
      discriminator: `:${error.location ?? ''}`,
    },
  );
}
