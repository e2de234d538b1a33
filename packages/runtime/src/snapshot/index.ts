import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { schemasOf } from '../create-services.ts';
import { services } from '../services/index.ts';
import { Database } from '../store/database.ts';
import { lockStateFolder } from '../store/state-lock.ts';
import { archiveOf } from './archive.ts';
import type { SnapshotManifest } from './format.ts';
import { restoreSnapshot } from './restore.ts';
import { stageSnapshot, transientPaths } from './stage.ts';

/**
 * The archive of a state folder that no runtime uses.
 *
 * @throws StorageError `busy` while a runtime uses the folder: it makes the archive itself then
 */
export async function snapshotOf(stateFolder: string): Promise<Readable> {
  const lock = lockStateFolder(stateFolder);
  try {
    const database = new Database(join(stateFolder, 'slipway.db'));
    try {
      const stage = await stageSnapshot({ stateFolder, database, transient: transientPaths(services) });
      return archiveOf(stage, new Date(), () => lock.close());
    } finally {
      database.close();
    }
  } catch (error) {
    lock.close();
    throw error;
  }
}

/**
 * Makes a state folder of an archive, whole or not at all.
 *
 * @param replace - whether a state that is there already may be replaced
 * @throws SnapshotError; StorageError `busy` while a runtime uses the folder
 */
export async function restore(
  file: string,
  stateFolder: string,
  replace: boolean,
): Promise<SnapshotManifest> {
  return await restoreSnapshot(file, stateFolder, { replace, schemas: schemasOf(services) });
}
