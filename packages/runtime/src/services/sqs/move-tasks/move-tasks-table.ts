import type { Database } from '../../../store/database.ts';

export type MoveTaskStatus = 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED' | 'FAILED';

/** Dead letters on their way to where they came from, or somewhere else. */
export interface MoveTask {
  readonly id: string;
  readonly source: string;
  /** Undefined: each to the queue that it came from. */
  readonly destination: string | undefined;
  readonly perSecond: number | undefined;
  readonly status: MoveTaskStatus;
  readonly moved: number;
  readonly toMove: number;
  readonly failure: string | undefined;
  readonly started: number;
}

type Row = { [Name in keyof MoveTask]: Exclude<MoveTask[Name], undefined> | null };

export const moveTasksSchema = `
  CREATE TABLE sqs_move_task (id TEXT PRIMARY KEY, source TEXT NOT NULL, destination TEXT, per_second INTEGER,
    status TEXT NOT NULL, moved INTEGER NOT NULL, to_move INTEGER NOT NULL, failure TEXT, started INTEGER NOT NULL) STRICT;
  CREATE INDEX sqs_move_task_source ON sqs_move_task (source, started);`;

const COLUMNS =
  'id, source, destination, per_second AS perSecond, status, moved, to_move AS toMove, failure, started';

export class MoveTasksTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(id: string): MoveTask | undefined {
    const row = this.#database.get<Row>(`SELECT ${COLUMNS} FROM sqs_move_task WHERE id = ?`, id);
    return row && taskOf(row);
  }

  put({ id, source, destination, perSecond, status, moved, toMove, failure, started }: MoveTask): void {
    this.#database.run(
      'INSERT OR REPLACE INTO sqs_move_task VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      source,
      destination ?? null,
      perSecond ?? null,
      status,
      moved,
      toMove,
      failure ?? null,
      started,
    );
  }

  /** A queue's tasks, the latest first. */
  of(source: string, limit: number): MoveTask[] {
    const sql = `SELECT ${COLUMNS} FROM sqs_move_task WHERE source = ? ORDER BY started DESC, rowid DESC LIMIT ?`;
    return this.#database.all<Row>(sql, source, limit).map(taskOf);
  }
}

function taskOf(row: Row): MoveTask {
  const { destination, perSecond, failure } = row;
  return {
    ...(row as MoveTask),
    destination: destination ?? undefined,
    perSecond: perSecond ?? undefined,
    failure: failure ?? undefined,
  };
}
