import { link, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beginJobsAnew, unfinishedJobs } from '../compute/unfinished-jobs.ts';
import type { ServiceDefinition } from '../dispatch/service.ts';
import type { Database } from '../store/database.ts';

/** What a snapshot is taken of. */
export interface SnapshotSource {
  readonly stateFolder: string;
  readonly database: Database;
  /** Paths below the state folder that mean something to one life of the runtime only. */
  readonly transient: readonly string[];
}

/** Paths below the state folder that the services declare to be of one life only. */
export function transientPaths(definitions: readonly ServiceDefinition[]): string[] {
  return definitions.flatMap(({ transient = [] }) => transient);
}

/** A state folder's content at one moment. */
export interface Stage {
  readonly folder: string;
  readonly unfinishedJobs: readonly string[];
  remove(): Promise<void>;
}

// The database is copied by SQLite; the others are of this machine or of one life of the runtime.
const LEFT_OUT = /^(slipway\.db(-wal|-shm)?|lock\.db(-journal)?|runtime\.json|logs|\.snapshot)$/;

/**
 * Holds a state folder's content fast while its runtime goes on: the database by SQLite's online backup,
 * the files by a second name each.
 *
 * Links, and names with a backslash, which archives cannot hold, are left out: only programs of jobs make
 * them, in their working folders.
 *
 * Nothing is committed meanwhile. As files are complete before a row names them, and go after the commit
 * that forgets them, what is held is consistent. The folders of jobs that run are left out; these begin
 * anew when the copy is opened.
 */
export async function stageSnapshot({ stateFolder, database, transient }: SnapshotSource): Promise<Stage> {
  // Inside the state folder, as only there every file can have a second name.
  const folder = join(stateFolder, '.snapshot');
  const remove = () => rm(folder, { recursive: true, force: true });
  await remove();
  await mkdir(folder, { mode: 0o700 });
  try {
    const copy = join(folder, 'slipway.db');
    const unfinished = await database.quiesced(async () => {
      await database.backup(copy);
      const jobs = unfinishedJobs(database);
      const leftOut = new Set([...transient, ...jobs.map((job) => `jobs/${job}`)]);
      await holdFiles(stateFolder, folder, (path) => LEFT_OUT.test(path) || leftOut.has(path));
      return jobs;
    });
    beginJobsAnew(copy);
    return { folder, unfinishedJobs: unfinished, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function holdFiles(
  from: string,
  to: string,
  isLeftOut: (path: string) => boolean,
  below = '',
): Promise<void> {
  for (const entry of await readdir(join(from, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (isLeftOut(path)) continue;
    if (entry.isDirectory()) {
      await mkdir(join(to, path));
      await holdFiles(from, to, isLeftOut, path);
    } else if (entry.isFile() && !entry.name.includes('\\')) {
      await link(join(from, path), join(to, path)).catch(unlessGone);
    }
  }
}

/** What goes in this moment was forgotten before. */
function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
