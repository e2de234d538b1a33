import { existsSync, readdirSync, renameSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Database } from '../store/database.ts';
import { StorageError } from '../store/errors.ts';
import { checkSchemas, type Schema } from '../store/migrations.ts';
import { lockStateFolder } from '../store/state-lock.ts';
import { SnapshotError, type SnapshotManifest } from './format.ts';
import { unpackSnapshot } from './unpack.ts';

/** How a snapshot is restored. */
export interface RestoreOptions {
  /** Whether a state that is there already may be replaced. */
  readonly replace: boolean;
  /** Tables that this version knows. */
  readonly schemas: readonly Schema[];
}

/**
 * Makes a state folder of an archive. It is unpacked and checked beside the folder and takes its place by
 * a rename when all is well; before that nothing there is touched.
 *
 * @throws SnapshotError; StorageError `busy` while a runtime uses the folder, `newer` for an archive whose
 * tables this version does not know
 */
export async function restoreSnapshot(
  file: string,
  stateFolder: string,
  { replace, schemas }: RestoreOptions,
): Promise<SnapshotManifest> {
  checkPlace(stateFolder, replace);
  if (existsSync(join(stateFolder, 'slipway.db'))) lockStateFolder(stateFolder).close();
  const draft = `${stateFolder}.restoring-${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(dirname(draft), { recursive: true });
  await mkdir(draft, { mode: 0o700 });
  try {
    const manifest = await unpackSnapshot(file, draft);
    checkDatabase(file, join(draft, 'slipway.db'), schemas);
    await takePlace(draft, stateFolder, replace);
    return manifest;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** What a runtime or a question for one leaves in a folder that holds no state. */
const NO_STATE = new Set(['lock.db', 'logs']);

function checkPlace(stateFolder: string, replace: boolean): void {
  if (!existsSync(stateFolder)) return;
  const found = readdirSync(stateFolder).filter((name) => !NO_STATE.has(name));
  if (found.length === 0) return;
  if (!found.includes('slipway.db')) {
    throw new SnapshotError('refused', `${stateFolder} is no state folder of Slipway; nothing was changed.`);
  }
  if (!replace) {
    throw new SnapshotError(
      'refused',
      `${stateFolder} holds a state already; nothing was changed. Choose another folder with --state, or replace it with --force.`,
    );
  }
}

function checkDatabase(file: string, path: string, schemas: readonly Schema[]): void {
  if (!existsSync(path)) throw new SnapshotError('unusable', `${file} holds no database.`);
  const database = new Database(path);
  try {
    checkSchemas(database, schemas);
  } catch (error) {
    if (!(error instanceof StorageError) || error.fault !== 'newer') throw error;
    throw new SnapshotError('unusable', `${file} was written by a newer Slipway. Update Slipway.`, {
      cause: error,
    });
  } finally {
    database.close();
  }
}

/** A kill between the two renames leaves both states whole, the old one as `<folder>.replaced-<pid>`. */
async function takePlace(draft: string, stateFolder: string, replace: boolean): Promise<void> {
  if (!existsSync(stateFolder)) {
    renameSync(draft, stateFolder);
    return;
  }
  // Somebody may have filled it meanwhile.
  checkPlace(stateFolder, replace);
  const lock = lockStateFolder(stateFolder);
  const replaced = `${stateFolder}.replaced-${process.pid}`;
  try {
    renameSync(stateFolder, replaced);
    renameSync(draft, stateFolder);
  } finally {
    lock.close();
  }
  await rm(replaced, { recursive: true, force: true });
}
