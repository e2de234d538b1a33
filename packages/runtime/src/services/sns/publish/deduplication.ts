import type { Database } from '../../../store/database.ts';

/** For so long the same deduplication id means the same message. */
const WINDOW_MS = 300_000;

export const deduplicationSchema = `
  CREATE TABLE sns_deduplication (topic TEXT NOT NULL, scope TEXT NOT NULL, id TEXT NOT NULL, message TEXT NOT NULL,
    sequence TEXT NOT NULL, expires INTEGER NOT NULL, PRIMARY KEY (topic, scope, id)) STRICT, WITHOUT ROWID;
  CREATE INDEX sns_deduplication_expires ON sns_deduplication (expires);`;

/** Where a deduplication id counts: in the topic, or in one group of it. */
export interface DeduplicationPlace {
  readonly topic: string;
  readonly scope: string;
  readonly id: string;
}

/** A message as its publisher was told. */
export interface Answered {
  readonly messageId: string;
  readonly sequence: string;
}

/** What was published to FIFO topics in the last five minutes; for use inside transactions. */
export class Deduplication {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find({ topic, scope, id }: DeduplicationPlace, now: number): Answered | undefined {
    return this.#database.get(
      `SELECT message AS messageId, sequence FROM sns_deduplication
       WHERE topic = ? AND scope = ? AND id = ? AND expires > ?`,
      topic,
      scope,
      id,
      now,
    );
  }

  keep({ topic, scope, id }: DeduplicationPlace, { messageId, sequence }: Answered, now: number): void {
    this.#database.run('DELETE FROM sns_deduplication WHERE expires <= ?', now);
    const sql = 'INSERT INTO sns_deduplication VALUES (?, ?, ?, ?, ?, ?)';
    this.#database.run(sql, topic, scope, id, messageId, sequence, now + WINDOW_MS);
  }
}
