import type { TaskResource } from '../definition/model.ts';
import type { Json } from '../json.ts';

/**
 * Carries out the tasks of one kind of resource. The engine emits the events, keeps the time and the
 * token; the handler makes the call.
 */
export interface TaskHandler {
  /**
   * Makes the call. What it returns depends on the resource's pattern:
   * - Lambda functions and request-response: the result of the task.
   * - `.sync`: the final description of the job. Unless `task.resumed` is set, submit the job with
   *   `task.token` as its client token, `await task.submitted(response)`, then wait for the job's end.
   * - `.waitForTaskToken`: the response to the request; the result comes through the token.
   * - activities: `'pending'`, once the task can be polled for; the result comes through the token.
   *
   * After a restart `run` is called again for a task without a result, with the same token, so the
   * call must be idempotent by token where it may happen only once.
   * @throws TaskError to fail the task; any other error fails it as `States.TaskFailed`
   */
  run(task: TaskAttempt): Promise<TaskOutcome>;

  /**
   * Gives up a submitted job: the task timed out, its sibling failed or the execution was stopped.
   * Called until it has succeeded once, over restarts too; an error ends the attempts (AWS cancels
   * with best effort).
   */
  cancel?(task: CancelledTask): Promise<void>;
}

export type TaskOutcome = { readonly output: Json } | 'pending';

export interface TaskRequest {
  readonly resource: TaskResource;
  /** Parameters or Arguments; for Lambda ARNs and activities the input of the function or worker. */
  readonly parameters: Json;
  readonly stateName: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  /** The role of the state machine. */
  readonly roleArn: string;
  /** The role in the task's Credentials, when it has them. */
  readonly credentialsRoleArn: string | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

export interface TaskAttempt extends TaskRequest {
  /** A function of execution, visit and attempt: the same after a restart. */
  readonly token: string;
  /** 0 for the first try, one more for each retry. */
  readonly attempt: number;
  /** The recorded response when the job was submitted before a restart. */
  readonly resumed: Json | undefined;
  /** Aborts with a `TaskCancelled` reason when the result is no longer wanted. */
  readonly signal: AbortSignal;
  /** Records, durably, that the job was submitted. */
  readonly submitted: (response: Json) => Promise<void>;
  /** Records that a worker has taken an activity's task. The engine does this itself for other tasks. */
  readonly started: (workerName: string | undefined) => Promise<void>;
}

export interface CancelledTask extends TaskRequest {
  readonly token: string;
  /** The response to the submission, when one was recorded. */
  readonly response: Json | undefined;
}

/** Finds who carries out a resource. Undefined, or a TaskError, fails the state before it is scheduled. */
export type TaskHandlers = (resource: TaskResource) => TaskHandler | undefined;

/** Why `signal` was aborted. */
export class TaskCancelled extends Error {
  override readonly name = 'TaskCancelled';
  /** `closed` means that only this process stops waiting: the job must go on. */
  readonly reason: 'timeout' | 'heartbeat' | 'aborted' | 'closed';

  constructor(reason: TaskCancelled['reason']) {
    super(`the task was given up: ${reason}`);
    this.reason = reason;
  }
}
