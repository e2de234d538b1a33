import { setImmediate } from 'node:timers/promises';
import { blobId } from '../../store/blob-path.ts';
import type { Stores } from './stores.ts';

const BATCH = 5000;

/**
 * Removes what a crash left of blobs: those written but never committed, and those forgotten but not yet
 * removed. After an orderly stop there are none, and nothing is searched.
 */
export class Sweeper {
  readonly #stores: Stores;
  #sweep: Promise<void> | undefined;
  #swept = true;
  #stopped = false;

  constructor(stores: Stores) {
    this.#stores = stores;
  }

  async start(): Promise<void> {
    const { database } = this.#stores.host;
    const orderly = database.get("SELECT 1 FROM s3_state WHERE name = 'stopped'") !== undefined;
    await database.transaction(() => database.run("DELETE FROM s3_state WHERE name = 'stopped'"));
    const unused = database.get('SELECT 1 FROM s3_bucket LIMIT 1') === undefined;
    if (orderly || unused) return;
    this.#swept = false;
    this.#sweep = this.#run().catch((error: unknown) =>
      this.#stores.host.progress.emit({
        type: 'fault',
        service: 's3',
        message: 'Files that a crash left could not be looked for',
        error,
      }),
    );
  }

  async stop(): Promise<void> {
    const { host, blobs } = this.#stores;
    this.#stopped = true;
    await this.#sweep;
    await blobs.settle();
    if (!this.#swept) return;
    await host.database.transaction(() =>
      host.database.run("INSERT INTO s3_state VALUES ('stopped', '') ON CONFLICT DO NOTHING"),
    );
  }

  async #run(): Promise<void> {
    const { objects, uploads, blobs } = this.#stores;
    // Compared with the times of files, which are the machine's.
    const started = Date.now();
    const known = new Set<string>();
    const add = (paths: readonly string[]) => {
      for (const path of paths) known.add(blobId(path) ?? path);
    };
    add(uploads.blobs());
    for (const paths of objects.blobs(BATCH)) {
      add(paths);
      await setImmediate();
      if (this.#stopped) return;
    }
    await blobs.sweep((id) => this.#stopped || known.has(id), started);
    this.#swept = !this.#stopped;
  }
}
