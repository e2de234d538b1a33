import { type Failure, StateFailure, TaskError } from '../failures.ts';
import {
  failedEvent,
  startedEvent,
  submittedEvent,
  succeededEvent,
  type TaskEvent,
  timedOutEvent,
} from '../history/task-events.ts';
import type { Json } from '../json.ts';
import { emitFor } from './emit.ts';
import { type Phase, setPhase } from './flow.ts';
import type { LiveTask } from './live-task.ts';
import { dataLimitFailure, exceeds } from './payload-limit.ts';
import type { Run } from './run.ts';
import { TaskCancelled } from './task-handler.ts';

/** Records that the call was made, or that a worker took an activity's task. */
export function recordStarted(run: Run, task: LiveTask, workerName: string | undefined): void {
  if (!isOpen(run, task) || task.record.started) return;
  update(run, task, { started: true });
  emit(run, task, startedEvent(task.request.resource, workerName));
}

export function recordSubmitted(run: Run, task: LiveTask, response: Json): void {
  if (!isOpen(run, task) || task.record.submitted !== undefined) return;
  update(run, task, { submitted: JSON.stringify(response) });
  emit(run, task, submittedEvent(task.request.resource, response));
}

/**
 * Enters the result of a task. The first one closes the task's row; whatever comes later, be it a
 * callback, a timeout or the job's end, finds it closed, changes nothing and is told so.
 */
export function succeedTask(run: Run, task: LiveTask, output: Json): boolean {
  if (!isOpen(run, task)) return false;
  const { resource } = task.request;
  if (exceeds(JSON.stringify(output), run.host.limits.payloadBytes)) {
    return failTask(run, task, dataLimitFailure(resource.arn).failure);
  }
  settle(run, task, succeededEvent(resource, output), { kind: 'result', result: output });
  return true;
}

export function failTask(run: Run, task: LiveTask, failure: Failure): boolean {
  if (!isOpen(run, task)) return false;
  settle(run, task, failedEvent(task.request.resource, failure), { kind: 'failure', failure });
  return true;
}

/** A missed heartbeat is recorded on AWS with the name of the timeout. */
export function expireTask(run: Run, task: LiveTask, reason: 'timeout' | 'heartbeat'): void {
  if (!isOpen(run, task)) return;
  const failure: Failure = {
    error: 'States.Timeout',
    ...(reason === 'heartbeat' ? { heartbeat: true } : {}),
  };
  settle(run, task, timedOutEvent(task.request.resource, failure), { kind: 'failure', failure });
  giveUp(run, task, reason);
}

export function extendHeartbeat(run: Run, task: LiveTask): boolean {
  if (!isOpen(run, task)) return false;
  const { heartbeatSeconds } = task.request;
  if (heartbeatSeconds !== undefined) {
    update(run, task, { heartbeatDue: run.host.now() + heartbeatSeconds * 1000 });
    armHeartbeat(run, task);
  }
  return true;
}

export function armHeartbeat(run: Run, task: LiveTask): void {
  const { heartbeatDue } = task.record;
  if (heartbeatDue !== undefined) {
    run.setAlarm(task.heartbeatAlarm, heartbeatDue, () => expireTask(run, task, 'heartbeat'));
  }
}

/** The result is no longer wanted: a sibling failed, or the execution was stopped. */
export function abortTask(run: Run, token: string): void {
  const task = run.tasks.get(token);
  if (task === undefined) return;
  close(run, task);
  giveUp(run, task, 'aborted');
}

function settle(run: Run, task: LiveTask, event: TaskEvent, phase: Phase): void {
  // A quick handler may answer before the loop has written that it was started.
  if (task.request.resource.kind !== 'activity') recordStarted(run, task, undefined);
  emit(run, task, event);
  close(run, task);
  setPhase(task.flow, phase);
  run.enqueue(task.flow);
}

function close(run: Run, task: LiveTask): void {
  run.tasks.delete(task.record.token);
  run.journal.closeTask(task.record.token, 'CLOSED');
  run.clearAlarm(task.timeoutAlarm);
  run.clearAlarm(task.heartbeatAlarm);
}

/** Ends the handler's wait, and has a submitted job cancelled, both after the commit. */
function giveUp(run: Run, task: LiveTask, reason: TaskCancelled['reason']): void {
  const { resource } = task.request;
  const isJob = resource.kind === 'service' && resource.pattern.startsWith('sync');
  if (isJob && task.handler.cancel !== undefined) {
    run.journal.closeTask(task.record.token, 'CANCELLING');
    run.journal.afterCommit(() => run.host.cancelTask(task.record));
  }
  run.journal.afterCommit(() => task.controller.abort(new TaskCancelled(reason)));
}

function isOpen(run: Run, task: LiveTask): boolean {
  return !run.ended && run.tasks.get(task.record.token) === task;
}

function update(run: Run, task: LiveTask, change: Partial<LiveTask['record']>): void {
  task.record = { ...task.record, ...change };
  run.journal.saveTask(task.record);
}

function emit(run: Run, task: LiveTask, { type, details }: TaskEvent): void {
  emitFor(run, task.flow, type, details);
}

/** What a handler's error means for the task. */
export function failureOf(error: unknown): Failure {
  if (error instanceof TaskError) return { error: error.error, cause: error.causeText };
  if (error instanceof StateFailure) return error.failure;
  return { error: 'States.TaskFailed', cause: error instanceof Error ? error.message : String(error) };
}
