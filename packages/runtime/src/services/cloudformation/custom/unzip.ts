import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { StepFailure } from '../../../deploy/engine/failure-reason.ts';

/**
 * Unpacks an archive into a folder.
 *
 * @returns the paths of its files, with slashes, relative to the folder
 * @throws StepFailure when an entry would lie outside of the folder
 */
export async function unzip(archive: string, folder: string): Promise<string[]> {
  const zip = await openArchive(archive);
  const paths: string[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      await unpack(zip, entry, folder);
      paths.push(entry.fileName);
    }
  } finally {
    zip.close();
  }
  return paths;
}

async function openArchive(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { lazyEntries: true, autoClose: false });
  } catch (error) {
    throw new StepFailure(`The source is no zip archive: ${(error as Error).message}`);
  }
}

async function unpack(zip: ZipFile, entry: Entry, folder: string): Promise<void> {
  const path = normalize(join(folder, entry.fileName));
  if (!path.startsWith(`${folder}/`)) throw new StepFailure(`The archive has an entry ${entry.fileName}`);
  await mkdir(dirname(path), { recursive: true });
  await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path));
}
