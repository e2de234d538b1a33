import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';

const PAUSE_MS = 200;

/**
 * Runs something that only one process at a time may do. The lock is SQLite's on a file of its own:
 * the operating system lets go of it when its holder dies, however it dies.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = await acquire(path);
  try {
    return await work();
  } finally {
    lock.close();
  }
}

async function acquire(path: string): Promise<DatabaseSync> {
  for (;;) {
    const lock = tryLock(path);
    if (lock) return lock;
    await setTimeout(PAUSE_MS);
  }
}

/** @returns the lock, released by `close()` or by the end of the process; undefined when another has it */
export function tryLock(path: string): DatabaseSync | undefined {
  const lock = new DatabaseSync(path);
  try {
    lock.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    const busy = (error as { errcode?: number }).errcode === 5;
    if (!busy) throw error;
    return undefined;
  }
}
