import {
  closeSync,
  createReadStream,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
} from 'node:fs';
import { constants, copyFile, open, readdir, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { blobId, blobPath } from './blob-path.ts';
import { BlobWriter, moveInto } from './blob-writer.ts';
import { LostFileError, StorageError } from './errors.ts';
import type { Ids } from './ids.ts';

const INCOMING = '.incoming';
const READ_AT_ONCE = 256 * 1024;

/** A blob opened for reading: it stays readable even when it is removed meanwhile. Close it or stream it. */
export interface OpenBlob {
  /** Reads so many bytes at once; for small amounts. */
  bytes(start: number, length: number): Uint8Array;
  /** Streams so many bytes and closes the blob. */
  stream(start: number, length: number): Readable;
  close(): void;
}

/**
 * Plain files that rows refer to. A blob is written once and never changed: what is written again is
 * another blob. Its file is whole and on disk before a row with its path can be committed, and goes
 * after the commit that forgot it; so a crash leaves files without rows, never rows without files.
 */
export class Blobs {
  readonly #root: string;
  readonly #ids: Ids;
  readonly #removals = new Set<Promise<void>>();

  /** @param root - the folder, which is the blobs' alone */
  constructor(root: string, ids: Ids) {
    this.#root = root;
    this.#ids = ids;
    // What an earlier life had not finished writing.
    rmSync(join(root, INCOMING), { recursive: true, force: true });
    mkdirSync(join(root, INCOMING), { recursive: true });
  }

  /**
   * Begins a blob.
   *
   * @param segments - readable folders and name, see {@link blobPath}
   * @returns its path, for the row, and where its bytes go
   */
  create(segments: readonly string[]): { path: string; writer: BlobWriter } {
    const { path, incoming, final } = this.#place(segments);
    return { path, writer: new BlobWriter({ incoming, final }) };
  }

  /** Makes a blob with the same bytes, where the file system can without copying them. */
  async copy(source: string, segments: readonly string[]): Promise<string> {
    const { path, incoming, final } = this.#place(segments);
    // A second name, so that the source's bytes stay while they are copied.
    const held = `${incoming}.source`;
    try {
      linkSync(join(this.#root, source), held);
      await copyFile(held, incoming, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      moveInto(incoming, final);
      const file = await open(final, 'r+');
      try {
        await file.sync();
      } finally {
        await file.close();
      }
      return path;
    } catch (error) {
      await unlink(incoming).catch(() => {});
      throw StorageError.from(error, `copy ${source}`);
    } finally {
      await unlink(held).catch(() => {});
    }
  }

  /**
   * @param size - how many bytes were written to it; fewer may be told, where no more are read
   * @throws LostFileError when somebody else has taken the file away or cut it short
   */
  open(path: string, size: number): OpenBlob {
    const absolute = join(this.#root, path);
    const file = openWhole(absolute, size);
    return {
      bytes(start, length) {
        const bytes = Buffer.allocUnsafe(length);
        let at = 0;
        while (at < length) {
          const count = readSync(file, bytes, at, length - at, start + at);
          if (count === 0) throw new LostFileError(absolute, 'shorter');
          at += count;
        }
        return bytes;
      },
      stream: (start, length) =>
        createReadStream('', { fd: file, start, end: start + length - 1, highWaterMark: READ_AT_ONCE }),
      close: () => closeSync(file),
    };
  }

  /** Removes a blob that no row has any more; call it after the commit that forgot it. */
  remove(path: string): void {
    const removal = this.#remove(path).finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
  }

  /** Resolves when all removals so far are done. */
  async settle(): Promise<void> {
    await Promise.all(this.#removals);
  }

  /**
   * Removes what a crash left: files older than this life of the runtime that no row has.
   *
   * @param isKnown - whether a row has the blob with this identifier
   * @param started - milliseconds since the epoch by the machine's clock; newer files are left alone
   * @returns how many were removed
   */
  async sweep(isKnown: (id: string) => boolean, started: number): Promise<number> {
    let removed = 0;
    for await (const path of this.#files('')) {
      const id = blobId(path);
      if (id === undefined || isKnown(id)) continue;
      const about = await stat(join(this.#root, path)).catch(() => undefined);
      if (!about || about.ctimeMs >= started) continue;
      await this.#remove(path);
      removed += 1;
    }
    return removed;
  }

  #place(segments: readonly string[]): { path: string; incoming: string; final: string } {
    const id = this.#ids.base32(12).toLowerCase();
    const path = blobPath(segments, id);
    return { path, incoming: join(this.#root, INCOMING, id), final: join(this.#root, path) };
  }

  async #remove(path: string): Promise<void> {
    await unlink(join(this.#root, path)).catch(() => {});
    // Folders go with their last file, but not the bucket's own, which fills again.
    for (let folder = dirname(path); folder.includes('/'); folder = dirname(folder)) {
      try {
        await rmdir(join(this.#root, folder));
      } catch {
        return;
      }
    }
  }

  async *#files(folder: string): AsyncGenerator<string> {
    for (const entry of await readdir(join(this.#root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (path === INCOMING) continue;
      if (entry.isDirectory()) yield* this.#files(path);
      else yield path;
    }
  }
}

/** A file that ends too early would otherwise show only when an answer of its length has begun. */
function openWhole(path: string, size: number): number {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new LostFileError(path, 'missing');
    throw StorageError.from(error, `read ${path}`);
  }
  if (fstatSync(file).size >= size) return file;
  closeSync(file);
  throw new LostFileError(path, 'shorter');
}
