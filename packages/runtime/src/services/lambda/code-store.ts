import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CodeReference } from './function-store.ts';
import { unzip } from './unzip.ts';

/**
 * Archives of functions' and layers' code, as plain files named by their hash, and beside them their
 * content unpacked.
 *
 * An archive is synced and in place before a row names it. The unpacked folders are a cache of one life
 * of the runtime: they are made again from the archives, so that no half-written one is ever run.
 */
export class CodeStore {
  readonly #archives: string;
  readonly #unpacked: string;
  readonly #life: string;
  readonly #newId: () => string;
  readonly #isReferenced: (sha256: string) => boolean;
  readonly #held = new Map<string, number>();
  readonly #unpacking = new Map<string, Promise<string>>();

  /** @param isReferenced - whether a function or layer has the archive of this hash (base64) */
  constructor(folder: string, newId: () => string, isReferenced: (sha256: string) => boolean) {
    this.#archives = join(folder, 'archives');
    this.#unpacked = join(folder, 'unpacked');
    this.#life = join(this.#unpacked, newId());
    this.#newId = newId;
    this.#isReferenced = isReferenced;
    mkdirSync(this.#archives, { recursive: true });
    mkdirSync(this.#life, { recursive: true });
  }

  /**
   * Keeps an archive while `use` runs, and afterwards if a committed row names it.
   *
   * @throws ServiceError when the content is no archive of code
   */
  async keep<T>(content: Uint8Array | Readable, use: (code: CodeReference) => Promise<T>): Promise<T> {
    const incoming = join(this.#archives, `incoming-${this.#newId()}`);
    let sha256: string | undefined;
    try {
      const { hash, size } = await writeSynced(content, incoming);
      sha256 = hash;
      this.#held.set(hash, (this.#held.get(hash) ?? 0) + 1);
      await this.#accept(incoming, hash);
      return await use({ Sha256: hash, Size: size });
    } finally {
      await rm(incoming, { force: true });
      if (sha256 !== undefined) {
        this.#release(sha256);
        this.discardUnused(sha256);
      }
    }
  }

  /** Folder of an archive's content; unpacked now if it is not yet. */
  folderOf(sha256: string): Promise<string> {
    const known = this.#unpacking.get(sha256);
    if (known) return known;
    const unpacking = this.#unpack(this.#archiveOf(sha256), sha256);
    this.#unpacking.set(sha256, unpacking);
    unpacking.catch(() => this.#unpacking.delete(sha256));
    return unpacking;
  }

  /** @returns the archive, or undefined when there is none of this hash */
  read(sha256: string): Readable | undefined {
    const path = this.#archiveOf(sha256);
    return existsSync(path) ? createReadStream(path) : undefined;
  }

  /**
   * Removes an archive that no row names; after the commit that forgot it. Its unpacked folder stays
   * for those who still run in it.
   */
  discardUnused(sha256: string): void {
    if ((this.#held.get(sha256) ?? 0) > 0 || this.#isReferenced(sha256)) return;
    rmSync(this.#archiveOf(sha256), { force: true });
  }

  /** Removes what an earlier life left: interrupted uploads, archives no row names, unpacked folders. */
  async sweep(): Promise<void> {
    for (const name of readdirSync(this.#archives)) {
      const sha256 = Buffer.from(name.replace(/\.zip$/, ''), 'hex').toString('base64');
      if (name.startsWith('incoming-')) rmSync(join(this.#archives, name), { force: true });
      else this.discardUnused(sha256);
    }
    for (const name of readdirSync(this.#unpacked)) {
      const folder = join(this.#unpacked, name);
      if (folder !== this.#life) await rm(folder, { recursive: true, force: true });
    }
  }

  async #accept(incoming: string, sha256: string): Promise<void> {
    if (existsSync(this.#archiveOf(sha256))) return;
    // What cannot be unpacked never becomes an archive.
    await this.#unpack(incoming, sha256);
    renameSync(incoming, this.#archiveOf(sha256));
    syncFolder(this.#archives);
  }

  async #unpack(archive: string, sha256: string): Promise<string> {
    const folder = join(this.#life, nameOf(sha256));
    if (existsSync(folder)) return folder;
    const partial = `${folder}.${this.#newId()}`;
    mkdirSync(partial);
    try {
      await unzip(archive, partial);
      if (!existsSync(folder)) renameSync(partial, folder);
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
    return folder;
  }

  #release(sha256: string): void {
    const left = (this.#held.get(sha256) ?? 1) - 1;
    if (left > 0) this.#held.set(sha256, left);
    else this.#held.delete(sha256);
  }

  #archiveOf(sha256: string): string {
    return join(this.#archives, `${nameOf(sha256)}.zip`);
  }
}

function nameOf(sha256: string): string {
  return Buffer.from(sha256, 'base64').toString('hex');
}

async function writeSynced(
  content: Uint8Array | Readable,
  path: string,
): Promise<{ hash: string; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  const source = content instanceof Uint8Array ? Readable.from([Buffer.from(content)]) : content;
  await pipeline(source, meter, createWriteStream(path, { flush: true }));
  return { hash: hash.digest('base64'), size };
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
