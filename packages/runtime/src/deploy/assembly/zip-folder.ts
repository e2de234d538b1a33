import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

// The same for every archive, so that the same files make the same bytes.
const DATE = new Date('1980-01-01T00:00:00');

/** Files up to this size are packed from memory, which gives the very bytes that the CDK's command line makes. */
const LARGE = 16 << 20;

/** Packs a folder's files, links followed, as the CDK packs its assets. */
export async function zipFolder(folder: string, target: string): Promise<void> {
  const zip = new ZipFile();
  const done = pipeline(zip.outputStream, createWriteStream(target));
  for (const file of (await filesIn(folder)).sort()) {
    const path = join(folder, file);
    const { mode, size } = await stat(path);
    const options = { mtime: DATE, mode, forceDosTimestamp: true };
    if (size > LARGE) zip.addReadStream(createReadStream(path), file, { ...options, size });
    else zip.addBuffer(await readFile(path), file, options);
  }
  zip.end();
  await done;
}

async function filesIn(folder: string, below = ''): Promise<string[]> {
  const names = await readdir(join(folder, below));
  const found = await Promise.all(
    names.map(async (name) => {
      const path = below === '' ? name : `${below}/${name}`;
      return (await stat(join(folder, path))).isDirectory() ? await filesIn(folder, path) : [path];
    }),
  );
  return found.flat();
}
