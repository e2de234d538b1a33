import type { ObjectStore } from '../map-run/object-store.ts';
import type { EventRecord, Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { TaskHandlers } from './task-handler.ts';

export interface EngineOptions {
  readonly store: Store;
  readonly tasks: TaskHandlers;
  /** S3 for Distributed Map; without it ItemReader and ResultWriter fail their state. */
  readonly objects?: ObjectStore;
  readonly clock?: Clock;
  /** Numbers in [0, 1), for jitter and the random functions. */
  readonly random?: () => number;
  /** Version 4 UUIDs. */
  readonly uuid?: () => string;
  readonly limits?: Partial<Limits>;
  /**
   * How many times faster Wait states and Retry intervals pass; timeouts and heartbeats never do.
   * A shortened delay is still 0.1 s. Above 1 a retrier's attempts are a time budget: see
   * states/retry.ts.
   */
  readonly timeScale?: number;
  /** Called with new events after they are durable. */
  readonly onEvents?: (executionArn: string, events: readonly EventRecord[]) => void;
  /** Called with errors that are no one's input: a broken store, a fault of the engine. */
  readonly onFault?: (error: unknown, executionArn: string) => void;
}

export interface Limits {
  /** Bytes of JSON that a state, a task or an execution may take or give. AWS: 262,144. */
  readonly payloadBytes: number;
  /** Events of one execution before it fails. AWS: 25,000; here unlimited unless asked for. */
  readonly historyEvents: number;
  /** Iterations of an inline Map at the same time. AWS: 40. */
  readonly inlineConcurrency: number;
  /** Children of a Distributed Map at the same time. AWS: 10,000, more than one machine can use. */
  readonly distributedConcurrency: number;
}

export const defaultLimits: Limits = {
  payloadBytes: 262_144,
  historyEvents: Number.POSITIVE_INFINITY,
  inlineConcurrency: 40,
  distributedConcurrency: 100,
};
