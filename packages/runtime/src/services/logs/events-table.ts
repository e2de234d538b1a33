import type { Database, SqlValue } from '../../store/database.ts';

/** A log event as it is stored; `id` counts all events in the order of their arrival. */
export interface LogEvent {
  readonly id: number;
  readonly stream: number;
  readonly time: number;
  readonly ingested: number;
  readonly message: string;
}

export interface LogStream {
  readonly id: number;
  readonly name: string;
  readonly created: number;
  readonly firstEvent: number | null;
  readonly lastEvent: number | null;
  readonly lastIngestion: number | null;
  readonly bytes: number;
}

/** A place between events: behind the event with this time and id. */
export interface Place {
  readonly time: number;
  readonly id: number;
}

export const eventsSchema = `
  CREATE TABLE logs_stream (id INTEGER PRIMARY KEY AUTOINCREMENT, log_group INTEGER NOT NULL, name TEXT NOT NULL,
    created INTEGER NOT NULL, first_event INTEGER, last_event INTEGER, last_ingestion INTEGER,
    bytes INTEGER NOT NULL DEFAULT 0, UNIQUE (log_group, name)) STRICT;
  CREATE TABLE logs_event (id INTEGER PRIMARY KEY AUTOINCREMENT, log_group INTEGER NOT NULL, stream INTEGER NOT NULL,
    time INTEGER NOT NULL, ingested INTEGER NOT NULL, message TEXT NOT NULL) STRICT;
  CREATE INDEX logs_event_group ON logs_event (log_group, time, id);
  CREATE INDEX logs_event_stream ON logs_event (stream, time, id);`;

/** Bytes that the service counts for an event beside its message. */
export const EVENT_OVERHEAD = 26;

const STREAM =
  'id, name, created, first_event AS firstEvent, last_event AS lastEvent, last_ingestion AS lastIngestion, bytes';

/** Streams and their events. */
export class EventsTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  stream(group: number, name: string): LogStream | undefined {
    const sql = `SELECT ${STREAM} FROM logs_stream WHERE log_group = ? AND name = ?`;
    return this.#database.get(sql, group, name);
  }

  streamById(id: number): LogStream | undefined {
    return this.#database.get(`SELECT ${STREAM} FROM logs_stream WHERE id = ?`, id);
  }

  /** @returns false when the group has one with this name already */
  insertStream(group: number, name: string, now: number): boolean {
    const sql = 'INSERT INTO logs_stream (log_group, name, created) VALUES (?, ?, ?) ON CONFLICT DO NOTHING';
    return this.#database.run(sql, group, name, now).changes > 0;
  }

  /** All streams of a group whose names begin so, by name. */
  streams(group: number, prefix = ''): LogStream[] {
    const sql = `SELECT ${STREAM} FROM logs_stream WHERE log_group = ? AND substr(name, 1, ?) = ? ORDER BY name`;
    return this.#database.all(sql, group, prefix.length, prefix);
  }

  deleteStream({ id }: LogStream): void {
    this.#database.run('DELETE FROM logs_stream WHERE id = ?', id);
  }

  deleteStreams(group: number): void {
    this.#database.run('DELETE FROM logs_stream WHERE log_group = ?', group);
  }

  /** Adds events, in the order of their times. @returns the ids of the first and the last */
  append(
    group: number,
    stream: number,
    events: readonly { timestamp: number; message: string }[],
    now: number,
  ): { first: number; last: number } {
    const sql = 'INSERT INTO logs_event (log_group, stream, time, ingested, message) VALUES (?, ?, ?, ?, ?)';
    let bytes = 0;
    for (const { timestamp, message } of events) {
      this.#database.run(sql, group, stream, timestamp, now, message);
      bytes += Buffer.byteLength(message) + EVENT_OVERHEAD;
    }
    this.#database.run(
      `UPDATE logs_stream SET first_event = min(coalesce(first_event, ?1), ?1),
         last_event = max(coalesce(last_event, ?2), ?2), last_ingestion = ?3, bytes = bytes + ?4 WHERE id = ?5`,
      events[0]!.timestamp,
      events.at(-1)!.timestamp,
      now,
      bytes,
      stream,
    );
    const { last } = this.#database.get<{ last: number }>('SELECT last_insert_rowid() AS last')!;
    return { first: last - events.length + 1, last };
  }

  /**
   * Events in the order of their times, or the newest first.
   *
   * @param of - a stream, or a whole group
   * @param from - first time wanted; `until` the last one
   */
  read(
    of: { stream: number } | { group: number },
    range: { from: number; until: number; after?: Place | undefined; before?: Place | undefined },
    limit: number,
    order: 'oldest' | 'newest' = 'oldest',
  ): LogEvent[] {
    const [column, id] = 'stream' in of ? ['stream', of.stream] : ['log_group', of.group];
    const conditions = [`${column} = ?`, 'time BETWEEN ? AND ?'];
    const values: SqlValue[] = [id, range.from, range.until];
    if (range.after) {
      conditions.push('(time, id) > (?, ?)');
      values.push(range.after.time, range.after.id);
    }
    if (range.before) {
      conditions.push('(time, id) < (?, ?)');
      values.push(range.before.time, range.before.id);
    }
    const by = order === 'oldest' ? 'time, id' : 'time DESC, id DESC';
    return this.#database.all(
      `SELECT id, stream, time, ingested, message FROM logs_event WHERE ${conditions.join(' AND ')}
       ORDER BY ${by} LIMIT ?`,
      ...values,
      limit,
    );
  }

  /** Events of a stream by the order of arrival, both ends included. */
  arrived(stream: number, first: number, last: number): LogEvent[] {
    const sql =
      'SELECT id, stream, time, ingested, message FROM logs_event WHERE id BETWEEN ? AND ? AND stream = ?';
    return this.#database.all(sql, first, last, stream);
  }

  /** Removes some of a group's events that are too old. @returns how many */
  deleteBefore(group: number, time: number, limit: number): number {
    const removed = this.#database.all<{ stream: number; bytes: number }>(
      `DELETE FROM logs_event WHERE id IN (SELECT id FROM logs_event WHERE log_group = ? AND time < ? LIMIT ?)
       RETURNING stream, octet_length(message) + ${EVENT_OVERHEAD} AS bytes`,
      group,
      time,
      limit,
    );
    const bytes = new Map<number, number>();
    for (const event of removed) bytes.set(event.stream, (bytes.get(event.stream) ?? 0) + event.bytes);
    for (const [stream, less] of bytes) {
      this.#database.run(
        `UPDATE logs_stream SET bytes = bytes - ?1,
           first_event = (SELECT min(time) FROM logs_event WHERE stream = ?2) WHERE id = ?2`,
        less,
        stream,
      );
    }
    return removed.length;
  }

  /** Removes some of the events whose stream is gone. @returns how many */
  deleteOfStream(stream: number, limit: number): number {
    return this.#deleteSome('stream = ?', [stream], limit);
  }

  /** Removes some of the events whose group is gone. @returns how many */
  deleteOfGroup(group: number, limit: number): number {
    return this.#deleteSome('log_group = ?', [group], limit);
  }

  #deleteSome(condition: string, values: readonly SqlValue[], limit: number): number {
    const sql = `DELETE FROM logs_event WHERE id IN (SELECT id FROM logs_event WHERE ${condition} LIMIT ?)`;
    return this.#database.run(sql, ...values, limit).changes;
  }
}

const ID_BITS = 142n;
const ID_MASK = (1n << ID_BITS) - 1n;

/** An event's id on the wire: 56 digits, as the service has them. */
export function eventId({ time, id }: Place): string {
  return ((BigInt(time) << ID_BITS) + BigInt(id)).toString().padStart(56, '0');
}

export function placeOf(digits: string): Place {
  const number = BigInt(digits);
  return { time: Number(number >> ID_BITS), id: Number(number & ID_MASK) };
}
