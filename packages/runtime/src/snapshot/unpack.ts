import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { StorageError } from '../store/errors.ts';
import { checksum } from './archive.ts';
import { MANIFEST_FILE, SNAPSHOT_FORMAT, SnapshotError, type SnapshotManifest } from './format.ts';

/**
 * Reads what an archive says of itself.
 *
 * @throws SnapshotError when it is no snapshot, is cut off, or is of a newer format
 */
export async function readManifest(file: string): Promise<SnapshotManifest> {
  return await reading(file, async (zip) => {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName === MANIFEST_FILE) return await manifestOf(zip, entry, file);
    }
    throw new SnapshotError('unusable', `${file} is no snapshot of Slipway: it has no ${MANIFEST_FILE}.`);
  });
}

/**
 * Unpacks an archive into an empty folder, each file on disk and compared with its checksum.
 *
 * @throws SnapshotError naming the first file that is not what was archived
 */
export async function unpackSnapshot(file: string, folder: string): Promise<SnapshotManifest> {
  const manifest = await readManifest(file);
  const expected = new Map(manifest.files.map((entry) => [entry.path, entry.sha256]));
  await reading(file, async (zip) => {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName === MANIFEST_FILE) continue;
      const sha256 = await unpackEntry(zip, entry, folder);
      if (expected.get(entry.fileName) !== sha256) throw damaged(file, `${entry.fileName} has other bytes`);
      expected.delete(entry.fileName);
    }
  });
  const [missing] = expected.keys();
  if (missing !== undefined) throw damaged(file, `${missing} is missing`);
  return manifest;
}

async function reading<T>(file: string, work: (zip: ZipFile) => Promise<T>): Promise<T> {
  let zip: ZipFile | undefined;
  try {
    // Names that lead out of the folder are refused by the library.
    zip = await openPromise(file, { lazyEntries: true, autoClose: false });
    return await work(zip);
  } catch (error) {
    const stored = StorageError.from(error, `read ${file}`);
    if (stored instanceof StorageError || error instanceof SnapshotError) throw stored;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new SnapshotError('unusable', `There is no file ${file}.`, { cause: error });
    }
    throw damaged(file, (error as Error).message, error);
  } finally {
    zip?.close();
  }
}

async function manifestOf(zip: ZipFile, entry: Entry, file: string): Promise<SnapshotManifest> {
  const manifest = JSON.parse(await text(await zip.openReadStreamPromise(entry))) as SnapshotManifest;
  if (manifest.format > SNAPSHOT_FORMAT) {
    throw new SnapshotError(
      'unusable',
      `${file} was written by Slipway ${manifest.slipway} in format ${manifest.format}; this version reads up to ${SNAPSHOT_FORMAT}. Update Slipway.`,
    );
  }
  return manifest;
}

async function unpackEntry(zip: ZipFile, entry: Entry, folder: string): Promise<string> {
  const path = join(folder, entry.fileName);
  await mkdir(dirname(path), { recursive: true });
  let sha256 = '';
  await pipeline(
    await zip.openReadStreamPromise(entry),
    checksum((sum) => {
      sha256 = sum;
    }),
    createWriteStream(path, {
      flags: 'wx',
      flush: true,
      mode: (entry.externalFileAttributes >>> 16) & 0o777,
    }),
  );
  return sha256;
}

function damaged(file: string, what: string, cause?: unknown): SnapshotError {
  return new SnapshotError('unusable', `${file} is no snapshot of Slipway, or a damaged one: ${what}.`, {
    cause,
  });
}
