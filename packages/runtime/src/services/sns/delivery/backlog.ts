import { decode, encode } from '../../../store/codec.ts';
import type { Database } from '../../../store/database.ts';
import type { Published } from '../publish/message.ts';

export const backlogSchema = `
  CREATE TABLE sns_backlog (id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, subscription TEXT NOT NULL,
    message TEXT NOT NULL) STRICT;
  CREATE INDEX sns_backlog_subscription ON sns_backlog (subscription, id);`;

/** Messages of FIFO topics that are still to be delivered, in the order in which they were published. */
export class Backlog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(topic: string, subscription: string, message: Published): void {
    this.#database.run(
      'INSERT INTO sns_backlog (topic, subscription, message) VALUES (?, ?, ?)',
      topic,
      subscription,
      encode(message),
    );
  }

  first(subscription: string): { id: number; message: Published } | undefined {
    const row = this.#database.get<{ id: number; message: string }>(
      'SELECT id, message FROM sns_backlog WHERE subscription = ? ORDER BY id LIMIT 1',
      subscription,
    );
    return row && { id: row.id, message: decode<Published>(row.message) };
  }

  delete(id: number): void {
    this.#database.run('DELETE FROM sns_backlog WHERE id = ?', id);
  }

  forgetTopic(topic: string): void {
    this.#database.run('DELETE FROM sns_backlog WHERE topic = ?', topic);
  }
}
