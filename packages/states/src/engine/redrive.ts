import type { ExecutionRecord } from '../store/store.ts';
import { ExecutionNotRedrivableError } from './errors.ts';
import { type Flow, setPhase } from './flow.ts';
import type { Run } from './run.ts';

/** @throws ExecutionNotRedrivableError for executions that AWS would not redrive either */
export function checkRedrivable(record: ExecutionRecord): void {
  const { arn, status, type } = record;
  if (type === 'EXPRESS') throw new ExecutionNotRedrivableError(arn, 'it is an Express execution');
  if (status === 'RUNNING' || status === 'PENDING' || status === 'SUCCEEDED') {
    throw new ExecutionNotRedrivableError(arn, `its status is ${status}`);
  }
}

/**
 * Starts the states again that did not succeed, with the input they had; what succeeded stays. A
 * branch or iteration that ended keeps its result, one that failed or was aborted starts again at
 * its own unsuccessful state. Retriers count from zero ("Redriving executions", developer guide).
 * Unverified: which event the next ones name as their previous one; no redrive was recorded.
 */
export function redriveRun(run: Run, timeoutSeconds: number | undefined): void {
  const now = run.host.now();
  const change = {
    status: 'RUNNING',
    failure: undefined,
    stopDate: undefined,
    due: timeoutSeconds === undefined ? undefined : now + timeoutSeconds * 1000,
    redriveCount: run.record.redriveCount + 1,
    redriveDate: now,
  } as const;
  run.record = { ...run.record, ...change };
  run.journal.changeExecution(change);
  const redrivenId = run.emit({
    type: 'ExecutionRedriven',
    details: { redriveCount: change.redriveCount },
    place: { path: '', attempt: 0, previousId: run.lastEventId },
  });
  revive(run, run.root, redrivenId);
}

function revive(run: Run, flow: Flow, redrivenId: number): void {
  flow.status = 'RUNNING';
  run.journal.save(flow);
  const { phase, attempt } = flow.progress;
  if (phase.kind === 'children') {
    for (const child of flow.children.values()) {
      if (child.status !== 'SUCCEEDED') revive(run, child, redrivenId);
    }
  } else if (phase.kind === 'map-run') {
    // A dataset that could not be read is read again; otherwise there are children to start again.
    if (phase.stage !== 'read') setPhase(flow, { ...phase, stage: 'redrive' });
  } else {
    flow.lastEventId = redrivenId;
    if (phase.kind !== 'enter') {
      flow.progress = { attempt: attempt + 1, retryCount: 0, retries: [], phase: { kind: 'attempt' } };
    }
  }
}
