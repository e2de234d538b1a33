import type { Database } from './database.ts';
import { StorageError } from './errors.ts';

/** One step of a component's schema: SQL, or a function for steps that SQL alone cannot do. */
export type Migration = string | ((database: Database) => void);

/** A component's schema history. Steps are appended, never edited once released. */
export interface Schema {
  readonly component: string;
  readonly migrations: readonly Migration[];
}

/** @throws StorageError `newer` when a database was written by a version that knows more steps */
export function checkSchemas(database: Database, schemas: readonly Schema[]): void {
  const known = new Map(schemas.map(({ component, migrations }) => [component, migrations.length]));
  const rows = database.all<{ component: string; version: number }>('SELECT * FROM schema_version');
  for (const { component, version } of rows) {
    if (version > (known.get(component) ?? 0))
      throw new StorageError('newer', `open the data of ${component}`);
  }
}

/**
 * Brings every component's tables to its newest version, each component in one transaction, so that a
 * crash in between leaves whole versions only.
 *
 * @throws StorageError `newer` when the folder was written by a version that knows more steps
 */
export async function migrate(database: Database, schemas: readonly Schema[]): Promise<void> {
  await database.transaction(() =>
    database.script(
      'CREATE TABLE IF NOT EXISTS schema_version (component TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT',
    ),
  );
  for (const { component, migrations } of schemas) {
    const row = database.get<{ version: number }>(
      'SELECT version FROM schema_version WHERE component = ?',
      component,
    );
    const version = row?.version ?? 0;
    if (version > migrations.length) throw new StorageError('newer', `open the data of ${component}`);
    if (version === migrations.length) continue;
    await database.transaction(() => {
      for (const step of migrations.slice(version)) {
        if (typeof step === 'string') database.script(step);
        else step(database);
      }
      database.run(
        `INSERT INTO schema_version VALUES (?, ?)
         ON CONFLICT (component) DO UPDATE SET version = excluded.version`,
        component,
        migrations.length,
      );
    });
  }
}
