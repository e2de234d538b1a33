import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StorageError } from './errors.ts';
import { tryLock } from './file-lock.ts';

/** Where a runtime says that it runs: `runtime.json` in the state folder. */
export interface RuntimeNotice {
  readonly pid: number;
  readonly endpoint: string;
  /** ISO 8601. */
  readonly started: string;
  readonly version: string;
}

/** The notice of the runtime that uses a folder, or of the last one that did not stop by itself. */
export function readNotice(stateFolder: string): RuntimeNotice | undefined {
  try {
    return JSON.parse(readFileSync(join(stateFolder, 'runtime.json'), 'utf8')) as RuntimeNotice;
  } catch {
    return undefined;
  }
}

/** Whether a runtime uses the folder right now. */
export function isInUse(stateFolder: string): boolean {
  try {
    const lock = tryLock(join(stateFolder, 'lock.db'));
    lock?.close();
    return lock === undefined;
  } catch {
    return false;
  }
}

/**
 * Takes a state folder for this process.
 *
 * @throws StorageError `busy`, naming the process that has it
 */
export function lockStateFolder(stateFolder: string): { close(): void } {
  const lock = tryLock(join(stateFolder, 'lock.db'));
  if (lock) return lock;
  const notice = readNotice(stateFolder);
  const holder = notice ? ` (process ${notice.pid} at ${notice.endpoint})` : '';
  throw new StorageError('busy', `open the folder ${stateFolder}${holder}`);
}
