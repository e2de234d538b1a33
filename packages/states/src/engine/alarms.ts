import { finish } from './finish.ts';
import type { Flow } from './flow.ts';
import type { Run } from './run.ts';

/** Wakes a flow at the absolute time at which its wait or its backoff is over. */
export function armFlow(run: Run, flow: Flow): void {
  const { phase } = flow.progress;
  if (phase.kind !== 'sleep' && phase.kind !== 'backoff') return;
  run.setAlarm(flow.path, phase.due, () => {
    if (run.ended || flow.status !== 'RUNNING' || flow.progress.phase !== phase) return;
    flow.progress = { ...flow.progress, phase: { kind: phase.kind === 'sleep' ? 'woken' : 'attempt' } };
    run.journal.save(flow);
    run.enqueue(flow);
  });
}

/** The alarm for TimeoutSeconds of the machine. */
const executionAlarm = 'execution';

/** Ends the execution when TimeoutSeconds of its machine are over. */
export function armTimeout(run: Run): void {
  const { due } = run.record;
  if (due === undefined) return;
  run.setAlarm(executionAlarm, due, () =>
    finish(run, { status: 'TIMED_OUT', failure: { error: 'States.Timeout' } }),
  );
}
