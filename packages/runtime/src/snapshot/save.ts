import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SnapshotError, type SnapshotManifest } from './format.ts';
import { readManifest } from './unpack.ts';

/**
 * Writes an archive to a file, whole or not at all, readable by its owner only: a state may hold secrets.
 *
 * @param open - begins the archive, once the file is known to be free
 * @param replace - whether a file that is there already may be replaced
 * @throws SnapshotError
 */
export async function saveSnapshot(
  open: () => Promise<Readable>,
  file: string,
  replace: boolean,
): Promise<SnapshotManifest> {
  if (existsSync(file) && !replace) {
    throw new SnapshotError(
      'refused',
      `${file} is there already; choose another name or replace it with --force.`,
    );
  }
  const partial = `${file}.partial-${process.pid}`;
  try {
    await pipeline(await open(), createWriteStream(partial, { mode: 0o600, flush: true }));
    const manifest = await readManifest(partial);
    await rename(partial, file);
    return manifest;
  } finally {
    await rm(partial, { force: true });
  }
}
