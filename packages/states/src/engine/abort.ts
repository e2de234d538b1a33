import { abandonMapRun } from '../map-run/abandon.ts';
import { emitFor, emitIteration } from './emit.ts';
import { currentState, type Flow } from './flow.ts';
import type { Run } from './run.ts';
import { abortTask } from './task-lifecycle.ts';

/**
 * Ends what is still running of a Parallel or Map. Recorded order: by position, each iteration's own
 * event before that of the state in it, the failed child included, all following its last event.
 */
export function abortSiblings(run: Run, parent: Flow, failed: Flow | undefined): void {
  const previousId = failed?.lastEventId ?? parent.lastEventId;
  const isMap = currentState(parent).type === 'Map';
  for (const child of [...parent.children.values()].sort((a, b) => a.position - b.position)) {
    if (child === failed) {
      if (isMap) emitIteration(run, child, 'MapIterationFailed', previousId);
      emitStateAborted(run, child, previousId);
    } else if (child.status === 'RUNNING') {
      if (isMap) emitIteration(run, child, 'MapIterationAborted', previousId);
      abortFlow(run, child, previousId);
    }
  }
}

function abortFlow(run: Run, flow: Flow, previousId: number): void {
  abortSiblings(run, flow, undefined);
  releaseFlow(run, flow);
  emitStateAborted(run, flow, previousId);
}

/**
 * Only some state types have such an event, and a state that was not entered yet has none. Unverified
 * but for tasks: the events of Wait, Parallel and Map are in the API's model and in no recording.
 */
function emitStateAborted(run: Run, flow: Flow, previousId: number): void {
  const { type } = currentState(flow);
  if (flow.progress.phase.kind === 'enter') return;
  const isAborted = flow.status === 'ABORTED';
  // Recorded for tasks; a failed Parallel or Map has said so in an event of its own.
  if (type === 'Task' || (isAborted && (type === 'Wait' || type === 'Parallel' || type === 'Map'))) {
    emitFor(run, flow, `${type}StateAborted`, undefined, { previousId, aside: true });
  }
}

/** Ends a flow and all below it without events, as StopExecution and the machine's timeout do. */
export function releaseFlow(run: Run, flow: Flow): void {
  for (const child of flow.children.values()) if (child.status === 'RUNNING') releaseFlow(run, child);
  run.clearAlarm(flow.path);
  const { phase } = flow.progress;
  if (phase.kind === 'task') abortTask(run, phase.token);
  if (phase.kind === 'map-run') abandonMapRun(run, flow.path, phase);
  if (flow.status === 'RUNNING') flow.status = 'ABORTED';
  run.journal.save(flow);
}
