import type { ObjectStore } from '../map-run/object-store.ts';
import type { Sources } from '../scope.ts';
import type { Store, TaskRecord } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { EngineOptions, Limits } from './options.ts';
import type { Run } from './run.ts';
import type { TaskHandlers } from './task-handler.ts';

/** What a running execution needs of the engine around it. */
export interface Host extends Sources {
  readonly store: Store;
  readonly tasks: TaskHandlers;
  readonly objects: ObjectStore | undefined;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly timeScale: number;
  readonly onEvents: NonNullable<EngineOptions['onEvents']>;
  readonly onFault: NonNullable<EngineOptions['onFault']>;
  /** The run has ended and its end is durable. */
  ended(run: Run): void;
  /** The run cannot go on in this process, because its store failed; the store still has it running. */
  lost(run: Run): void;
  /** Tells the handler of a CANCELLING task to give its job up. */
  cancelTask(record: TaskRecord): void;
  /** Starts a PENDING execution. */
  startPending(executionArn: string): void;
  /** Stops a child of a map run that was given up. */
  abortChild(executionArn: string): void;
}
