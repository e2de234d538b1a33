import type { Database } from '../../../store/database.ts';

/** For so long the same deduplication id means the same message. */
const WINDOW_MS = 300_000;

export const deduplicationSchema = `
  CREATE TABLE sqs_deduplication (queue TEXT NOT NULL, scope TEXT NOT NULL, id TEXT NOT NULL, message TEXT NOT NULL,
    number INTEGER NOT NULL, expires INTEGER NOT NULL, PRIMARY KEY (queue, scope, id)) STRICT, WITHOUT ROWID;
  CREATE INDEX sqs_deduplication_expires ON sqs_deduplication (expires);
  CREATE TABLE sqs_receive_attempt (queue TEXT NOT NULL, id TEXT NOT NULL, receipts TEXT NOT NULL,
    expires INTEGER NOT NULL, PRIMARY KEY (queue, id)) STRICT, WITHOUT ROWID;
  CREATE INDEX sqs_receive_attempt_expires ON sqs_receive_attempt (expires);`;

/** A message as its sender was told. */
export interface SentMessage {
  readonly messageId: string;
  /** The message's number, from which its sequence number is made. */
  readonly number: number;
}

/** Where a deduplication id counts: in the queue, or in one of its groups. */
export interface DeduplicationPlace {
  readonly queue: string;
  readonly scope: string;
  readonly id: string;
}

/** What was sent to and received from FIFO queues in the last five minutes; for use inside transactions. */
export class Deduplication {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  sent({ queue, scope, id }: DeduplicationPlace, now: number): SentMessage | undefined {
    return this.#database.get(
      `SELECT message AS messageId, number FROM sqs_deduplication
       WHERE queue = ? AND scope = ? AND id = ? AND expires > ?`,
      queue,
      scope,
      id,
      now,
    );
  }

  keepSent({ queue, scope, id }: DeduplicationPlace, { messageId, number }: SentMessage, now: number): void {
    this.#database.run('DELETE FROM sqs_deduplication WHERE expires <= ?', now);
    const sql = 'INSERT INTO sqs_deduplication VALUES (?, ?, ?, ?, ?, ?)';
    this.#database.run(sql, queue, scope, id, messageId, number, now + WINDOW_MS);
  }

  /** Receipts, by message number, that a receive attempt with this id was given. */
  attempt(queue: string, id: string, now: number): [number, string][] | undefined {
    const row = this.#database.get<{ receipts: string }>(
      'SELECT receipts FROM sqs_receive_attempt WHERE queue = ? AND id = ? AND expires > ?',
      queue,
      id,
      now,
    );
    return row && (JSON.parse(row.receipts) as [number, string][]);
  }

  keepAttempt(queue: string, id: string, receipts: readonly [number, string][], now: number): void {
    this.#database.run('DELETE FROM sqs_receive_attempt WHERE expires <= ?', now);
    const sql = 'INSERT OR REPLACE INTO sqs_receive_attempt VALUES (?, ?, ?, ?)';
    this.#database.run(sql, queue, id, JSON.stringify(receipts), now + WINDOW_MS);
  }

  forget(queue: string): void {
    this.#database.run('DELETE FROM sqs_deduplication WHERE queue = ?', queue);
    this.#database.run('DELETE FROM sqs_receive_attempt WHERE queue = ?', queue);
  }
}
