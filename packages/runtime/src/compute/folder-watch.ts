import { type FSWatcher, watch } from 'node:fs';
import type { Alarm, Clock } from '../store/clock.ts';

const PATIENCE_MS = 5000;

/**
 * Tells of changes in a folder: by the file system's own notices, and every few seconds besides,
 * because a process that was killed leaves no notice and network file systems give none.
 */
export class FolderWatch {
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #watcher: FSWatcher | undefined;
  #alarm: Alarm | undefined;
  #noticed = false;

  constructor(folder: string, clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
    this.#watcher = openWatcher(folder, () => this.#notice());
    this.#arm();
  }

  close(): void {
    this.#watcher?.close();
    this.#alarm?.cancel();
    this.#alarm = undefined;
  }

  /** Notices come in bursts; one look serves all of a turn. */
  #notice(): void {
    if (this.#noticed) return;
    this.#noticed = true;
    setImmediate(() => {
      this.#noticed = false;
      if (this.#alarm) this.#changed();
    });
  }

  #arm(): void {
    this.#alarm = this.#clock.at(this.#clock.now() + PATIENCE_MS, () => {
      this.#arm();
      this.#changed();
    });
  }
}

function openWatcher(folder: string, notice: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, notice);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    // Out of watches: the regular look remains.
    return undefined;
  }
}
