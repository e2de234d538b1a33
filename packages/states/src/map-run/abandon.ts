import type { MapRunPhase } from '../engine/flow.ts';
import type { Run } from '../engine/run.ts';

/** Stops the running children of a map run that is no longer wanted; those that wait never start. */
export function abandonMapRun(run: Run, flowPath: string, phase: MapRunPhase): void {
  run.mapRuns.delete(flowPath);
  run.journal.afterCommit(() => {
    for (const child of run.host.store.mapRunChildren(phase.arn, { status: 'RUNNING' })) {
      run.host.abortChild(child.arn);
    }
  });
}
