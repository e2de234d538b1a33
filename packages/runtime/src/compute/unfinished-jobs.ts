import { DatabaseSync } from 'node:sqlite';
import type { Database } from '../store/database.ts';

/** The jobs that are ordered or run, as the paths of their folders below the folder of all jobs. */
export function unfinishedJobs(database: Database): string[] {
  return database
    .all<{ kind: string; id: string; attempt: number }>('SELECT kind, id, attempt FROM job ORDER BY kind, id')
    .map(({ kind, id, attempt }) => `${kind}/${attempt === 0 ? id : `${id}.${attempt}`}`);
}

/**
 * In a copy of a database that goes without the folders of unfinished jobs: forgets how far these came,
 * so that they are started as if for the first time.
 */
export function beginJobsAnew(path: string): void {
  const copy = new DatabaseSync(path);
  try {
    copy.exec(
      'PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; UPDATE job SET deadline = NULL, stdout = 0, stderr = 0',
    );
  } finally {
    copy.close();
  }
}
