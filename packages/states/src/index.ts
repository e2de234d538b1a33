export { DefinitionError, type Diagnostic, type DiagnosticCode } from './definition/diagnostics.ts';
export type { State, StateGraph, StateMachine, TaskPattern, TaskResource } from './definition/model.ts';
export { parseDefinition, validateDefinition } from './definition/parse.ts';
export { type Clock, systemClock } from './engine/clock.ts';
export { createEngine } from './engine/create-engine.ts';
export type { Engine, StartRequest } from './engine/engine.ts';
export {
  ExecutionAlreadyExistsError,
  ExecutionDoesNotExistError,
  ExecutionNotRedrivableError,
  InvalidTokenError,
  RunHaltedError,
  TaskTimedOutError,
} from './engine/errors.ts';
export { defaultLimits, type EngineOptions, type Limits } from './engine/options.ts';
export {
  type CancelledTask,
  type TaskAttempt,
  TaskCancelled,
  type TaskHandler,
  type TaskHandlers,
  type TaskOutcome,
  type TaskRequest,
} from './engine/task-handler.ts';
export { type Failure, TaskError } from './failures.ts';
export type { HistoryEventType } from './history/event-types.ts';
export { type HistoryEvent, toHistoryEvent } from './history/history-event.ts';
export type { Json, JsonObject } from './json.ts';
export type {
  ObjectListRequest,
  ObjectRequest,
  ObjectStore,
  ObjectSummary,
} from './map-run/object-store.ts';
export { memoryStore } from './store/memory-store.ts';
export { migrations } from './store/migrations.ts';
export { type SqliteDatabase, type SqlValue, sqliteStore } from './store/sqlite-store.ts';
export type {
  EventRecord,
  ExecutionChange,
  ExecutionRecord,
  ExecutionStatus,
  FlowChange,
  FlowRecord,
  FlowStatus,
  HistoryQuery,
  MapRunCounts,
  MapRunMembership,
  Store,
  StoreWriter,
  TaskRecord,
  TaskStatus,
} from './store/store.ts';
