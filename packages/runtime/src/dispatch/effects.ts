import { decode, encode } from '../store/codec.ts';
import type { Database } from '../store/database.ts';

const KEPT_MS = 30 * 24 * 3600 * 1000;

/**
 * Answers kept by effect token. A caller that was interrupted repeats its call with the token it had;
 * the answer then comes from here and the effect does not happen again.
 */
export class Effects {
  readonly #database: Database;

  static readonly schema =
    'CREATE TABLE effect (token TEXT PRIMARY KEY, response TEXT NOT NULL, kept INTEGER NOT NULL) STRICT;';

  constructor(database: Database) {
    this.#database = database;
  }

  find(token: string): { response: unknown } | undefined {
    const row = this.#database.get<{ response: string }>(
      'SELECT response FROM effect WHERE token = ?',
      token,
    );
    return row && { response: decode<{ response?: unknown }>(row.response).response };
  }

  /** Inside the transaction that has the effect. */
  keep(token: string, response: unknown, now: number): void {
    this.#database.run('INSERT INTO effect VALUES (?, ?, ?)', token, encode({ response }), now);
  }

  /** Inside a transaction: forgets answers that nobody can ask for any more. */
  prune(now: number): void {
    this.#database.run('DELETE FROM effect WHERE kept < ?', now - KEPT_MS);
  }
}
