import { closeSync, fsync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { StorageError } from './errors.ts';

const syncFile = promisify(fsync);

/** So much is held in memory per blob being written; a smaller blob is written in one go. */
const BUFFERED = 256 * 1024;
const LONGEST_RACE = 20;

/** Where a blob is written: under an incoming name first, then under its own. */
export interface BlobPlaces {
  readonly incoming: string;
  /** The final absolute path. */
  readonly final: string;
}

/**
 * One blob being written. Nothing refers to it before {@link BlobWriter.finish} has returned, by when
 * its bytes and its name are on disk.
 *
 * The file is renamed first and synced then: a file's sync writes out the journal up to the file's last
 * change, its new name included, so one sync does for both (ext4, XFS, Btrfs, APFS). The name is the
 * blob's alone, so that nobody looks for it before.
 */
export class BlobWriter {
  readonly #places: BlobPlaces;
  #pending: Uint8Array[] = [];
  #pendingSize = 0;
  #handle: FileHandle | undefined;

  constructor(places: BlobPlaces) {
    this.#places = places;
  }

  /**
   * Takes the next piece.
   *
   * @returns a promise to wait for before the next piece, or undefined when there is nothing to wait for
   * @throws StorageError
   */
  write(piece: Uint8Array): Promise<void> | undefined {
    this.#pending.push(piece);
    this.#pendingSize += piece.length;
    return this.#pendingSize < BUFFERED ? undefined : this.#flush();
  }

  /** Makes the blob last. @throws StorageError */
  async finish(): Promise<void> {
    try {
      if (this.#handle) await this.#finishLarge(this.#handle);
      else await this.#finishSmall();
    } catch (error) {
      await this.discard();
      throw StorageError.from(error, `write ${this.#places.final}`);
    }
  }

  /** Gives up: nothing of the blob stays. */
  async discard(): Promise<void> {
    this.#pending = [];
    await this.#handle?.close().catch(() => {});
    await Promise.all(
      [this.#places.incoming, this.#places.final].map((path) => unlink(path).catch(() => {})),
    );
  }

  async #flush(): Promise<void> {
    const pieces = this.#pending;
    const size = this.#pendingSize;
    this.#pending = [];
    this.#pendingSize = 0;
    try {
      this.#handle ??= await open(this.#places.incoming, 'wx');
      const { bytesWritten } = await this.#handle.writev(pieces);
      const rest = size === bytesWritten ? undefined : Buffer.concat(pieces);
      for (let at = bytesWritten; rest && at < size; )
        at += (await this.#handle.write(rest, at)).bytesWritten;
    } catch (error) {
      await this.discard();
      throw StorageError.from(error, `write ${this.#places.incoming}`);
    }
  }

  async #finishLarge(handle: FileHandle): Promise<void> {
    const { incoming, final } = this.#places;
    if (this.#pendingSize > 0) await this.#flush();
    moveInto(incoming, final);
    await handle.sync();
    await handle.close();
  }

  /**
   * A small blob never left memory. Creating, filling and renaming its file takes some 50 µs when done
   * at once, less than handing each step to a thread; only the sync, which waits for the disk, is.
   */
  async #finishSmall(): Promise<void> {
    const { incoming, final } = this.#places;
    const bytes = this.#take();
    const file = openSync(incoming, 'wx');
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      moveInto(incoming, final);
      await syncFile(file);
    } finally {
      closeSync(file);
    }
  }

  #take(): Uint8Array {
    const bytes = this.#pending.length === 1 ? this.#pending[0]! : Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingSize = 0;
    return bytes;
  }
}

/** Gives a file its final name, making the folders that are missing. */
export function moveInto(incoming: string, final: string): void {
  for (let attempt = 0; ; attempt++) {
    try {
      renameSync(incoming, final);
      return;
    } catch (error) {
      // The folder may go again in between, with the last of its other files.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === LONGEST_RACE) throw error;
      mkdirSync(dirname(final), { recursive: true });
    }
  }
}
