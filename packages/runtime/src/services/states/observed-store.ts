import type { ExecutionChange, ExecutionRecord, Store, StoreWriter } from '@slipway/states';

/** Told of executions inside the very transaction that changes them. */
export interface ExecutionObserver {
  started(record: ExecutionRecord): void;
  /** The status changed; read the execution for the rest. */
  changed(executionArn: string, change: ExecutionChange): void;
}

/**
 * A store whose transactions also tell an observer, so that what follows from an execution's status
 * (events for others) is ordered by the same commit.
 */
export function observedStore(store: Store, observer: ExecutionObserver): Store {
  return {
    ...store,
    transaction: (write) => store.transaction((writer) => write(observedWriter(writer, observer))),
  };
}

function observedWriter(writer: StoreWriter, observer: ExecutionObserver): StoreWriter {
  return {
    ...writer,
    insertExecution(record) {
      const inserted = writer.insertExecution(record);
      if (inserted && record.status === 'RUNNING') observer.started(record);
      return inserted;
    },
    changeExecution(arn, change) {
      writer.changeExecution(arn, change);
      if (change.status !== undefined) observer.changed(arn, change);
    },
  };
}
