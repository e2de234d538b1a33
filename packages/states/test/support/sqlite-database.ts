import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { migrations, type SqliteDatabase, type SqlValue } from '../../src/index.ts';

/** The smallest database that fits the SQLite store: one connection, prepared statements kept. */
export function openDatabase(path: string): SqliteDatabase & { close(): void } {
  const connection = new DatabaseSync(path);
  connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    const statement = statements.get(sql) ?? connection.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const version = (prepared('PRAGMA user_version').get() as { user_version: number }).user_version;
  for (const migration of migrations.slice(version)) connection.exec(migration);
  connection.exec(`PRAGMA user_version = ${migrations.length}`);
  return {
    run: (sql, ...params) => prepared(sql).run(...params),
    get: <T>(sql: string, ...params: SqlValue[]) => prepared(sql).get(...params) as T | undefined,
    all: <T>(sql: string, ...params: SqlValue[]) => prepared(sql).all(...params) as T[],
    async transaction(write) {
      prepared('BEGIN IMMEDIATE').run();
      try {
        const result = write();
        prepared('COMMIT').run();
        return result;
      } catch (error) {
        prepared('ROLLBACK').run();
        throw error;
      }
    },
    close: () => connection.close(),
  };
}
