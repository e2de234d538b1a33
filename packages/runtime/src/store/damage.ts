import { DatabaseSync } from 'node:sqlite';

/**
 * Looks through a database that nobody uses, page by page, without changing it.
 *
 * @returns what is wrong with it first, or undefined when it is sound
 */
export function databaseDamage(path: string): string | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true });
    const { integrity_check: found } = database.prepare('PRAGMA integrity_check(1)').get() as {
      integrity_check: string;
    };
    return found === 'ok' ? undefined : found.replaceAll('\n', ' ').trim();
  } catch (error) {
    return (error as Error).message;
  } finally {
    database?.close();
  }
}
