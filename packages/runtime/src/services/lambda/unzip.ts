import { createWriteStream, mkdirSync, realpathSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { ServiceError } from '../../dispatch/errors.ts';
import { invalidParameter } from './errors.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LARGEST_UNZIPPED = 262_144_000;

const FILE_TYPE = 0o170000;
const SYMLINK = 0o120000;

/**
 * Unpacks an archive of code into a folder.
 *
 * @throws ServiceError InvalidParameterValueException when it is no archive, is empty or too large, or
 * when a name or link in it leads outside
 */
export async function unzip(archive: string, target: string): Promise<void> {
  const zip = await open(archive);
  const folder = realpathSync(target);
  let size = 0;
  let entries = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      entries += 1;
      size += entry.uncompressedSize;
      if (size > LARGEST_UNZIPPED) {
        throw invalidParameter(`Unzipped size must be smaller than ${LARGEST_UNZIPPED} bytes`);
      }
      await unpackEntry(zip, entry, folder);
    }
  } catch (error) {
    throw error instanceof ServiceError ? error : unreadable();
  } finally {
    zip.close();
  }
  if (entries === 0) throw invalidParameter('Uploaded file must be a non-empty zip');
}

async function open(archive: string): Promise<ZipFile> {
  try {
    return await openPromise(archive, { lazyEntries: true, autoClose: false });
  } catch {
    throw unreadable();
  }
}

async function unpackEntry(zip: ZipFile, entry: Entry, folder: string): Promise<void> {
  const path = join(folder, entry.fileName);
  const isFolder = entry.fileName.endsWith('/');
  mkdirSync(isFolder ? path : dirname(path), { recursive: true });
  const parent = realpathSync(isFolder ? path : dirname(path));
  if (!isWithin(folder, parent)) throw unreadable();
  if (isFolder) return;
  const mode = entry.externalFileAttributes >>> 16;
  const content = await zip.openReadStreamPromise(entry);
  if ((mode & FILE_TYPE) === SYMLINK) {
    const target = (await buffer(content)).toString('utf8');
    // Steps up are counted from a real folder; behind a name that is itself a link they could lead anywhere.
    if (/[^./].*\.\./.test(target) || !isWithin(folder, resolve(parent, target))) throw unreadable();
    await symlink(target, path);
  } else {
    // Whatever the archive says of its owner, the function has to be able to read it.
    await pipeline(content, createWriteStream(path, { mode: (mode & 0o777) | 0o600 }));
  }
}

function isWithin(folder: string, path: string): boolean {
  return !relative(folder, path).startsWith('..');
}

function unreadable() {
  return invalidParameter('Could not unzip uploaded file. Please check your file, then try to upload again.');
}
