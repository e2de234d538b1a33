import {
  type EventRow,
  type ExecutionRow,
  type FlowRow,
  type TaskRow,
  toEvent,
  toExecution,
  toFlow,
  toTask,
} from './sqlite-rows.ts';
import type {
  EventRecord,
  ExecutionChange,
  ExecutionRecord,
  ExecutionStatus,
  HistoryQuery,
  MapRunCounts,
  Store,
  StoreWriter,
} from './store.ts';

export type SqlValue = string | number | null;

/**
 * The little that this store needs of a SQLite database. Statements are few and fixed, so an adapter
 * should keep them prepared. `transaction` runs the function inside BEGIN IMMEDIATE … COMMIT, perhaps
 * together with others, and resolves after the commit is on disk.
 */
export interface SqliteDatabase {
  run(sql: string, ...params: SqlValue[]): unknown;
  get<T>(sql: string, ...params: SqlValue[]): T | undefined;
  all<T>(sql: string, ...params: SqlValue[]): T[];
  transaction<T>(write: () => T): Promise<T>;
}

const executionId = '(SELECT id FROM states_execution WHERE arn = ?)';

/** A store in the tables of `migrations`, which the caller has run. */
export function sqliteStore(db: SqliteDatabase): Store {
  const writer = sqliteWriter(db);
  return {
    transaction: (write) => db.transaction(() => write(writer)),
    execution: (arn) =>
      toExecution(db.get<ExecutionRow>('SELECT * FROM states_execution WHERE arn = ?', arn)),
    executionsByStatus: (status) =>
      db
        .all<{ arn: string }>('SELECT arn FROM states_execution WHERE status = ? ORDER BY start_date', status)
        .map(({ arn }) => arn),
    definition: (hash) =>
      db.get<{ text: string }>('SELECT text FROM states_definition WHERE hash = ?', hash)?.text,
    flows: (arn) =>
      db.all<FlowRow>(`SELECT * FROM states_flow WHERE execution = ${executionId}`, arn).map(toFlow),
    tasks: (arn, status) =>
      db
        .all<TaskRow>('SELECT * FROM states_task WHERE execution_arn = ? AND status = ?', arn, status)
        .map(toTask),
    tasksByStatus: (status) =>
      db.all<TaskRow>('SELECT * FROM states_task WHERE status = ?', status).map(toTask),
    task: (token) => {
      const row = db.get<TaskRow>('SELECT * FROM states_task WHERE token = ?', token);
      return row && toTask(row);
    },
    lastEventId: (arn) =>
      db.get<{ id: number | null }>(
        `SELECT max(id) AS id FROM states_event WHERE execution = ${executionId}`,
        arn,
      )?.id ?? 0,
    history: (arn, query) => readHistory(db, arn, query),
    mapRunChildren: (mapRunArn, { status, limit }) =>
      db
        .all<ExecutionRow>(
          'SELECT * FROM states_execution WHERE map_run_arn = ? AND (? IS NULL OR status = ?) ORDER BY map_run_index LIMIT ?',
          mapRunArn,
          status ?? null,
          status ?? null,
          limit ?? -1,
        )
        .map((row) => toExecution(row) as ExecutionRecord),
    mapRunCounts: (mapRunArn) => countMapRun(db, mapRunArn),
  };
}

function sqliteWriter(db: SqliteDatabase): StoreWriter {
  return {
    insertDefinition: (hash, text) => {
      db.run('INSERT INTO states_definition (hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING', hash, text);
    },
    insertExecution: (record) => insertExecution(db, record),
    changeExecution: (arn, change) => changeExecution(db, arn, change),
    appendEvents: (arn, events) => {
      const execution = idOf(db, arn);
      for (const event of events) {
        db.run(
          'INSERT INTO states_event (execution, id, previous_id, timestamp, type, details, path, attempt, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
          execution,
          event.id,
          event.previousId,
          event.timestamp,
          event.type,
          event.details === undefined ? null : JSON.stringify(event.details),
          event.path,
          event.attempt,
          event.key,
        );
      }
    },
    saveFlow: (arn, flow) => {
      db.run(
        `INSERT INTO states_flow (execution, path, parent_path, position, status, last_event_id, progress, visit, variables, output)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (execution, path) DO UPDATE SET
           status = excluded.status, last_event_id = excluded.last_event_id, progress = excluded.progress,
           visit = coalesce(excluded.visit, visit), variables = coalesce(excluded.variables, variables),
           output = excluded.output`,
        idOf(db, arn),
        flow.path,
        flow.parentPath ?? null,
        flow.position,
        flow.status,
        flow.lastEventId,
        flow.progress,
        flow.visit ?? null,
        flow.variables ?? null,
        flow.output ?? null,
      );
    },
    deleteFlow: (arn, path) => {
      db.run('DELETE FROM states_flow WHERE execution = ? AND path = ?', idOf(db, arn), path);
    },
    deleteFlows: (arn) => {
      db.run('DELETE FROM states_flow WHERE execution = ?', idOf(db, arn));
    },
    saveTask: (task) => {
      db.run(
        `INSERT INTO states_task (token, execution_arn, flow_path, attempt, status, request, submitted, started, due, heartbeat_due)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (token) DO UPDATE SET
           status = excluded.status, submitted = excluded.submitted, started = excluded.started,
           heartbeat_due = excluded.heartbeat_due`,
        task.token,
        task.executionArn,
        task.flowPath,
        task.attempt,
        task.status,
        task.request,
        task.submitted ?? null,
        task.started ? 1 : 0,
        task.due ?? null,
        task.heartbeatDue ?? null,
      );
    },
    closeTask: (token, status) => {
      db.run('UPDATE states_task SET status = ? WHERE token = ?', status, token);
    },
    deleteExecution: (arn) => {
      db.run('DELETE FROM states_task WHERE execution_arn = ?', arn);
      const execution = idOf(db, arn);
      db.run('DELETE FROM states_flow WHERE execution = ?', execution);
      db.run('DELETE FROM states_event WHERE execution = ?', execution);
      db.run('DELETE FROM states_execution WHERE id = ?', execution);
    },
  };
}

/** Events and flows refer to their execution by a number: an ARN in each row and index would be most of it. */
function idOf(db: SqliteDatabase, arn: string): number {
  const row = db.get<{ id: number }>('SELECT id FROM states_execution WHERE arn = ?', arn);
  if (row === undefined) throw new Error(`execution ${arn} is not in the store`);
  return row.id;
}

function insertExecution(db: SqliteDatabase, record: ExecutionRecord): boolean {
  if (db.get('SELECT 1 FROM states_execution WHERE arn = ?', record.arn) !== undefined) return false;
  const row: ExecutionRow = {
    arn: record.arn,
    name: record.name,
    type: record.type,
    state_machine_arn: record.stateMachineArn,
    state_machine_name: record.stateMachineName,
    role_arn: record.roleArn,
    definition_hash: record.definitionHash,
    entry: record.entry,
    input: record.input,
    redrive_count: record.redriveCount,
    map_run_arn: record.mapRun?.arn ?? null,
    map_run_parent: record.mapRun?.parentArn ?? null,
    map_run_flow: record.mapRun?.flowPath ?? null,
    map_run_index: record.mapRun?.index ?? null,
    status: record.status,
    output: record.output ?? null,
    failure: record.failure === undefined ? null : JSON.stringify(record.failure),
    start_date: record.startDate,
    stop_date: record.stopDate ?? null,
    due: record.due ?? null,
    redrive_date: record.redriveDate ?? null,
  };
  const columns = Object.keys(row);
  const marks = columns.map(() => '?').join(', ');
  db.run(`INSERT INTO states_execution (${columns.join(', ')}) VALUES (${marks})`, ...Object.values(row));
  return true;
}

const changeColumns: Record<keyof ExecutionChange, string> = {
  status: 'status',
  output: 'output',
  failure: 'failure',
  startDate: 'start_date',
  stopDate: 'stop_date',
  due: 'due',
  redriveCount: 'redrive_count',
  redriveDate: 'redrive_date',
};

function changeExecution(db: SqliteDatabase, arn: string, change: ExecutionChange): void {
  const names = Object.keys(change) as (keyof ExecutionChange)[];
  const values = names.map((name): SqlValue => {
    const value = change[name];
    if (value === undefined) return null;
    return typeof value === 'object' ? JSON.stringify(value) : value;
  });
  const assignments = names.map((name) => `${changeColumns[name]} = ?`).join(', ');
  db.run(`UPDATE states_execution SET ${assignments} WHERE arn = ?`, ...values, arn);
}

function readHistory(db: SqliteDatabase, arn: string, query: HistoryQuery): EventRecord[] {
  const rows =
    query.reverse === true
      ? db.all<EventRow>(
          `SELECT * FROM states_event WHERE execution = ${executionId} AND id < ? ORDER BY id DESC LIMIT ?`,
          arn,
          query.after ?? Number.MAX_SAFE_INTEGER,
          query.limit,
        )
      : db.all<EventRow>(
          `SELECT * FROM states_event WHERE execution = ${executionId} AND id > ? ORDER BY id LIMIT ?`,
          arn,
          query.after ?? 0,
          query.limit,
        );
  return rows.map(toEvent);
}

function countMapRun(db: SqliteDatabase, mapRunArn: string): MapRunCounts {
  const rows = db.all<{ status: ExecutionStatus; n: number }>(
    'SELECT status, count(*) AS n FROM states_execution WHERE map_run_arn = ? GROUP BY status',
    mapRunArn,
  );
  const of = (status: ExecutionStatus): number => rows.find((row) => row.status === status)?.n ?? 0;
  return {
    pending: of('PENDING'),
    running: of('RUNNING'),
    succeeded: of('SUCCEEDED'),
    failed: of('FAILED'),
    timedOut: of('TIMED_OUT'),
    aborted: of('ABORTED'),
    total: rows.reduce((total, row) => total + row.n, 0),
  };
}
