import type { Failure } from '../failures.ts';
import type { HistoryEventType } from '../history/event-types.ts';
import type { Json } from '../json.ts';
import type {
  EventRecord,
  ExecutionRecord,
  ExecutionStatus,
  FlowRecord,
  FlowStatus,
  TaskRecord,
  TaskStatus,
} from './store.ts';

export interface ExecutionRow {
  arn: string;
  name: string;
  type: ExecutionRecord['type'];
  state_machine_arn: string;
  state_machine_name: string;
  role_arn: string;
  definition_hash: string;
  entry: string;
  status: ExecutionStatus;
  input: string;
  output: string | null;
  failure: string | null;
  start_date: number;
  stop_date: number | null;
  due: number | null;
  redrive_count: number;
  redrive_date: number | null;
  map_run_arn: string | null;
  map_run_parent: string | null;
  map_run_flow: string | null;
  map_run_index: number | null;
}

export interface EventRow {
  id: number;
  previous_id: number;
  timestamp: number;
  type: HistoryEventType;
  details: string | null;
  path: string;
  attempt: number;
  key: string;
}

export interface FlowRow {
  path: string;
  parent_path: string | null;
  position: number;
  status: FlowStatus;
  last_event_id: number;
  progress: string;
  visit: string;
  variables: string;
  output: string | null;
}

export interface TaskRow {
  token: string;
  execution_arn: string;
  flow_path: string;
  attempt: number;
  status: TaskStatus;
  request: string;
  submitted: string | null;
  started: number;
  due: number | null;
  heartbeat_due: number | null;
}

export function toExecution(row: ExecutionRow | undefined): ExecutionRecord | undefined {
  if (row === undefined) return undefined;
  return {
    arn: row.arn,
    name: row.name,
    type: row.type,
    stateMachineArn: row.state_machine_arn,
    stateMachineName: row.state_machine_name,
    roleArn: row.role_arn,
    definitionHash: row.definition_hash,
    entry: row.entry,
    status: row.status,
    input: row.input,
    output: row.output ?? undefined,
    failure: row.failure === null ? undefined : (JSON.parse(row.failure) as Failure),
    startDate: row.start_date,
    stopDate: row.stop_date ?? undefined,
    due: row.due ?? undefined,
    redriveCount: row.redrive_count,
    redriveDate: row.redrive_date ?? undefined,
    mapRun:
      row.map_run_arn === null
        ? undefined
        : {
            arn: row.map_run_arn,
            parentArn: row.map_run_parent ?? '',
            flowPath: row.map_run_flow ?? '',
            index: row.map_run_index ?? 0,
          },
  };
}

export function toEvent(row: EventRow): EventRecord {
  return {
    id: row.id,
    previousId: row.previous_id,
    timestamp: row.timestamp,
    type: row.type,
    details: row.details === null ? undefined : (JSON.parse(row.details) as Json),
    path: row.path,
    attempt: row.attempt,
    key: row.key,
  };
}

export function toFlow(row: FlowRow): FlowRecord {
  return {
    path: row.path,
    parentPath: row.parent_path ?? undefined,
    position: row.position,
    status: row.status,
    lastEventId: row.last_event_id,
    progress: row.progress,
    visit: row.visit,
    variables: row.variables,
    output: row.output ?? undefined,
  };
}

export function toTask(row: TaskRow): TaskRecord {
  return {
    token: row.token,
    executionArn: row.execution_arn,
    flowPath: row.flow_path,
    attempt: row.attempt,
    status: row.status,
    request: row.request,
    submitted: row.submitted ?? undefined,
    started: row.started === 1,
    due: row.due ?? undefined,
    heartbeatDue: row.heartbeat_due ?? undefined,
  };
}
