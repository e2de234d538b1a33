import type { Failure } from '../failures.ts';
import type { HistoryEvent } from '../history/history-event.ts';
import type { Json } from '../json.ts';
import type { ExecutionRecord, HistoryQuery } from '../store/store.ts';

export interface StartRequest {
  readonly executionArn: string;
  readonly name: string;
  readonly stateMachine: {
    readonly arn: string;
    readonly name: string;
    readonly roleArn: string;
    /** The text of the definition; the execution keeps it, whatever happens to the state machine. */
    readonly definition: string;
    readonly type?: 'STANDARD' | 'EXPRESS';
  };
  readonly input: Json;
}

/** Runs executions of state machines. See README.md for an example. */
export interface Engine {
  /**
   * Starts an execution; the promise resolves when that is durable. The same request again while it
   * runs gives the same answer.
   * @param also further writes for the same transaction, after the execution's own; not called when the
   *   execution was there before
   * @throws DefinitionError, ExecutionAlreadyExistsError
   */
  start(request: StartRequest, also?: () => void): Promise<ExecutionRecord>;
  /** Aborts an execution. One that has ended, or waits in a map run's queue, stays as it is. @throws ExecutionDoesNotExistError */
  stop(executionArn: string, failure?: Failure): Promise<ExecutionRecord>;
  /** Continues an unsuccessful execution. @throws ExecutionDoesNotExistError, ExecutionNotRedrivableError */
  redrive(executionArn: string): Promise<ExecutionRecord>;
  /**
   * Takes up all executions that are running in the store but not here: after a restart, or a fault
   * of the store. One that cannot be taken up is reported to `onFault` and keeps no other one back.
   */
  recover(): void;
  /** @throws InvalidTokenError, TaskTimedOutError */
  succeedTask(token: string, output: Json): Promise<void>;
  /** @throws InvalidTokenError, TaskTimedOutError */
  failTask(token: string, failure: Failure): Promise<void>;
  /** @throws InvalidTokenError, TaskTimedOutError */
  heartbeatTask(token: string): Promise<void>;
  /** The execution as the store has it. */
  describe(executionArn: string): ExecutionRecord | undefined;
  /** A page of the history, in AWS's shape. */
  history(executionArn: string, query: HistoryQuery): HistoryEvent[];
  /** Resolves when the execution has ended; not at all when the engine is closed before. @throws ExecutionDoesNotExistError */
  ended(executionArn: string): Promise<ExecutionRecord>;
  /** Stops working and leaves everything as the store has it. Handlers are told to stop waiting. */
  close(): void;
}
