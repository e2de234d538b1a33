import type { Failure } from '../failures.ts';
import type { HistoryEventType } from '../history/event-types.ts';
import type { Json } from '../json.ts';

/** How far an execution is. PENDING executions wait in a Distributed Map's queue and have not started. */
export type ExecutionStatus = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface ExecutionRecord {
  readonly arn: string;
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string;
  readonly definitionHash: string;
  /** JSON pointer to the graph that runs; empty for the whole machine, an ItemProcessor for a map run's children. */
  readonly entry: string;
  readonly status: ExecutionStatus;
  /** JSON text. */
  readonly input: string;
  /** JSON text. */
  readonly output: string | undefined;
  readonly failure: Failure | undefined;
  /** Milliseconds since the epoch, as all times here. */
  readonly startDate: number;
  readonly stopDate: number | undefined;
  /** When TimeoutSeconds of the machine ends the execution. */
  readonly due: number | undefined;
  readonly redriveCount: number;
  readonly redriveDate: number | undefined;
  readonly mapRun: MapRunMembership | undefined;
}

/** Ties a child execution to the Map state that started it. */
export interface MapRunMembership {
  readonly arn: string;
  readonly parentArn: string;
  /** Path of the flow in the parent whose current state is the Map. */
  readonly flowPath: string;
  readonly index: number;
}

/** What may change about an execution after it was created. */
export type ExecutionChange = Partial<
  Pick<
    ExecutionRecord,
    'status' | 'output' | 'failure' | 'startDate' | 'stopDate' | 'due' | 'redriveCount' | 'redriveDate'
  >
>;

/** One row of the journal, which is also the history that GetExecutionHistory shows. */
export interface EventRecord {
  readonly id: number;
  readonly previousId: number;
  readonly timestamp: number;
  readonly type: HistoryEventType;
  /** The type's event details; absent for types that have none. */
  readonly details: Json | undefined;
  /** Address of the visit, flow or execution the event is about. */
  readonly path: string;
  readonly attempt: number;
  /** The type, and what tells apart several such events of one attempt. */
  readonly key: string;
}

export type FlowStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

/**
 * One line of progress through a graph: the root of an execution, a branch of Parallel or an
 * iteration of an inline Map. The JSON texts are the engine's own; see engine/flow.ts.
 */
export interface FlowRecord {
  readonly path: string;
  readonly parentPath: string | undefined;
  readonly position: number;
  readonly status: FlowStatus;
  readonly lastEventId: number;
  readonly progress: string;
  readonly visit: string;
  readonly variables: string;
  readonly output: string | undefined;
}

/** A flow to write; `undefined` for visit and variables keeps what is stored. */
export type FlowChange = Omit<FlowRecord, 'visit' | 'variables'> & {
  readonly visit: string | undefined;
  readonly variables: string | undefined;
};

/** OPEN tasks wait for a result. CANCELLING ones were given up, and their handler is still to be told. */
export type TaskStatus = 'OPEN' | 'CANCELLING' | 'CLOSED';

export interface TaskRecord {
  readonly token: string;
  readonly executionArn: string;
  readonly flowPath: string;
  readonly attempt: number;
  readonly status: TaskStatus;
  /** JSON text of what the handler needs; see engine/task-handler.ts. */
  readonly request: string;
  /** JSON text of the response to the submission, once there is one. */
  readonly submitted: string | undefined;
  readonly started: boolean;
  readonly due: number | undefined;
  readonly heartbeatDue: number | undefined;
}

export interface HistoryQuery {
  /** Event ids behind (or, in reverse, before) this one; from the beginning when left out. */
  readonly after?: number;
  readonly limit: number;
  readonly reverse?: boolean;
}

export interface MapRunCounts {
  readonly pending: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
  readonly total: number;
}

/**
 * Where executions live. Reads are synchronous; all writes happen inside a transaction, a synchronous
 * function that is applied whole or not at all. Its promise resolves when the writes are durable.
 */
export interface Store {
  transaction<T>(write: (writer: StoreWriter) => T): Promise<T>;
  execution(arn: string): ExecutionRecord | undefined;
  executionsByStatus(status: ExecutionStatus): string[];
  definition(hash: string): string | undefined;
  flows(executionArn: string): FlowRecord[];
  tasks(executionArn: string, status: TaskStatus): TaskRecord[];
  tasksByStatus(status: TaskStatus): TaskRecord[];
  task(token: string): TaskRecord | undefined;
  /** The id of the newest event, 0 when there is none. */
  lastEventId(executionArn: string): number;
  history(executionArn: string, query: HistoryQuery): EventRecord[];
  /** Children of a map run by index; of one status only when given. */
  mapRunChildren(mapRunArn: string, query: { status?: ExecutionStatus; limit?: number }): ExecutionRecord[];
  mapRunCounts(mapRunArn: string): MapRunCounts;
}

export interface StoreWriter {
  insertDefinition(hash: string, text: string): void;
  /** False, and nothing written, when the ARN exists. */
  insertExecution(record: ExecutionRecord): boolean;
  changeExecution(arn: string, change: ExecutionChange): void;
  /** Fails the transaction when an id or a (path, key, attempt) exists: the journal is append-only. */
  appendEvents(executionArn: string, events: readonly EventRecord[]): void;
  saveFlow(executionArn: string, flow: FlowChange): void;
  deleteFlow(executionArn: string, path: string): void;
  deleteFlows(executionArn: string): void;
  saveTask(record: TaskRecord): void;
  closeTask(token: string, status: 'CANCELLING' | 'CLOSED'): void;
  deleteExecution(arn: string): void;
}
