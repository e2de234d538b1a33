import type { Clock } from './clock.ts';
import type { Database } from './database.ts';
import { StorageError } from './errors.ts';

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 15_000;

/**
 * Getting over a store that fails for a while, because the disk is full, say. What must not be given up
 * is tried again here with growing pauses; while the store is well nothing here happens.
 */
export class Recovery {
  readonly #database: Database;
  readonly #clock: Clock;
  /** Ends the pauses under way. */
  readonly #resting = new Set<() => void>();
  #stopped = false;

  static readonly schema = `CREATE TABLE store_probe (writes INTEGER NOT NULL) STRICT;
    INSERT INTO store_probe VALUES (0);`;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /**
   * Does what must not be given up, such as taking in how a job ended; where the store fails, again and
   * again. So `work` has to be repeatable.
   *
   * @param failed - told of each failure of the store
   * @returns false when the runtime ends before; the next life has to do it
   * @throws what `work` throws and is no StorageError
   */
  async insist(work: () => Promise<unknown>, failed: (error: StorageError) => void): Promise<boolean> {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        await work();
        return true;
      } catch (error) {
        if (!(error instanceof StorageError)) throw error;
        if (this.#stopped) return false;
        failed(error);
      }
      await this.#rest(pause);
      if (this.#stopped) return false;
    }
  }

  /** Resolves when the store has taken a write: with true, or with false because the runtime ends. */
  async untilWritable(): Promise<boolean> {
    return await this.insist(
      () =>
        this.#database.transaction(() => this.#database.run('UPDATE store_probe SET writes = writes + 1')),
      () => {},
    );
  }

  stop(): void {
    this.#stopped = true;
    for (const goOn of this.#resting) goOn();
  }

  #rest(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const goOn = () => {
        alarm.cancel();
        this.#resting.delete(goOn);
        resolve();
      };
      const alarm = this.#clock.at(this.#clock.now() + milliseconds, goOn);
      this.#resting.add(goOn);
    });
  }
}
