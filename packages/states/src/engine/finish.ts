import type { Failure } from '../failures.ts';
import type { HistoryEventType } from '../history/event-types.ts';
import { failureDetails } from '../history/task-events.ts';
import type { Json, JsonObject } from '../json.ts';
import { releaseFlow } from './abort.ts';
import type { Run } from './run.ts';

/** How an execution ends. */
export type Ending =
  | { readonly status: 'SUCCEEDED'; readonly output: Json }
  | { readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED'; readonly failure: Failure };

const endEvents = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
} as const satisfies Record<Ending['status'], HistoryEventType>;

/**
 * Ends the execution with its last event. The flows of one that did not succeed stay in the store:
 * RedriveExecution continues from them.
 */
export function finish(run: Run, ending: Ending): void {
  if (run.ended) return;
  const { status } = ending;
  if (status !== 'SUCCEEDED') releaseFlow(run, run.root);
  run.emit({
    type: endEvents[status],
    details: detailsOf(ending),
    place: {
      path: '',
      attempt: 0,
      // Recorded: an aborted execution's last event names none.
      previousId: status === 'ABORTED' || status === 'TIMED_OUT' ? 0 : run.root.lastEventId,
    },
  });
  run.ended = true;
  const change = {
    status,
    stopDate: run.host.now(),
    output: ending.status === 'SUCCEEDED' ? JSON.stringify(ending.output) : undefined,
    failure: ending.status === 'SUCCEEDED' ? undefined : ending.failure,
  };
  run.record = { ...run.record, ...change };
  run.journal.changeExecution(change);
  if (status === 'SUCCEEDED') run.journal.removeAllFlows();
  run.journal.afterCommit(() => run.host.ended(run));
}

function detailsOf(ending: Ending): JsonObject {
  if (ending.status !== 'SUCCEEDED') return failureDetails(ending.failure);
  return { output: JSON.stringify(ending.output), outputDetails: { truncated: false } };
}
