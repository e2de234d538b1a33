import type { Json } from '../json.ts';
import type { LiveTask } from './live-task.ts';
import type { Run } from './run.ts';
import type { TaskAttempt, TaskOutcome } from './task-handler.ts';
import {
  armHeartbeat,
  expireTask,
  failTask,
  failureOf,
  recordStarted,
  recordSubmitted,
  succeedTask,
} from './task-lifecycle.ts';

/**
 * Makes the call of an open task, and arms its clocks. Happens after the commit that ordered the
 * call, and again after a restart as long as the task has no result.
 */
export function launchTask(run: Run, task: LiveTask): void {
  const { record, request, handler } = task;
  const { due } = record;
  if (due !== undefined) run.setAlarm(task.timeoutAlarm, due, () => expireTask(run, task, 'timeout'));
  armHeartbeat(run, task);
  if (waitsForTokenOnly(task)) return;
  if (request.resource.kind !== 'activity') run.notify(() => recordStarted(run, task, undefined));
  call(() => handler.run(attemptOf(run, task))).then(
    (outcome) => run.notify(() => receive(run, task, outcome)),
    (error: unknown) => run.notify(() => failTask(run, task, failureOf(error))),
  );
}

/** The request of a task with a token was answered before a restart: only the token can end it. */
function waitsForTokenOnly({ request, record }: LiveTask): boolean {
  const { resource } = request;
  return (
    resource.kind === 'service' &&
    resource.pattern === 'wait-for-task-token' &&
    record.submitted !== undefined
  );
}

/** A handler that throws at once fails its task like one that rejects. */
async function call(run: () => Promise<TaskOutcome>): Promise<TaskOutcome> {
  return run();
}

function receive(run: Run, task: LiveTask, outcome: TaskOutcome): void {
  if (outcome === 'pending') return;
  const { resource } = task.request;
  if (resource.kind === 'service' && resource.pattern === 'wait-for-task-token') {
    recordSubmitted(run, task, outcome.output);
  } else {
    succeedTask(run, task, outcome.output);
  }
}

function attemptOf(run: Run, task: LiveTask): TaskAttempt {
  const { record, request, controller } = task;
  return {
    ...request,
    token: record.token,
    attempt: record.attempt,
    resumed: record.submitted === undefined ? undefined : (JSON.parse(record.submitted) as Json),
    signal: controller.signal,
    submitted: (response) => run.post(() => recordSubmitted(run, task, response)),
    started: (workerName) => run.post(() => recordStarted(run, task, workerName)),
  };
}
