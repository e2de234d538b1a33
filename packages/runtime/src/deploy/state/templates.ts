import { createHash } from 'node:crypto';
import type { Database } from '../../store/database.ts';

/**
 * Texts of templates, each once: a stack, its change sets and its operations name them by a digest.
 * Writing methods are for use inside a transaction.
 */
export class Templates {
  readonly #database: Database;

  static readonly schema =
    'CREATE TABLE cloudformation_template (digest TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;';

  constructor(database: Database) {
    this.#database = database;
  }

  /** The key under which a text is, or will be, kept. */
  static key(text: string): string {
    return createHash('sha256').update(text).digest('hex');
  }

  keep(text: string): string {
    const key = Templates.key(text);
    this.#database.run('INSERT INTO cloudformation_template VALUES (?, ?) ON CONFLICT DO NOTHING', key, text);
    return key;
  }

  get(key: string): string {
    const row = this.#database.get<{ text: string }>(
      'SELECT text FROM cloudformation_template WHERE digest = ?',
      key,
    );
    if (!row) throw new Error(`No template ${key}`);
    return row.text;
  }

  /** Forgets the texts that nobody names any more. */
  prune(named: ReadonlySet<string>): void {
    for (const { digest } of this.#database.all<{ digest: string }>(
      'SELECT digest FROM cloudformation_template',
    )) {
      if (!named.has(digest))
        this.#database.run('DELETE FROM cloudformation_template WHERE digest = ?', digest);
    }
  }
}
