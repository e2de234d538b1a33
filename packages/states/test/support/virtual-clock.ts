import { setImmediate as nextTick } from 'node:timers/promises';
import type { Clock } from '../../src/index.ts';

/** A clock that stands still until it is moved, and rings what has come due in order. */
export class VirtualClock implements Clock {
  #now: number;
  readonly #alarms = new Set<{ readonly due: number; readonly ring: () => void }>();

  constructor(start = Date.UTC(2026, 10, 21)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  at(due: number, ring: () => void): () => void {
    const alarm = { due, ring };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  get nextDue(): number | undefined {
    return this.#alarms.size === 0 ? undefined : Math.min(...[...this.#alarms].map(({ due }) => due));
  }

  /** Moves to the next alarm and rings everything due then. */
  skip(): boolean {
    const due = this.nextDue;
    if (due === undefined) return false;
    this.#now = Math.max(this.#now, due);
    for (const alarm of [...this.#alarms].filter((candidate) => candidate.due <= this.#now)) {
      this.#alarms.delete(alarm);
      alarm.ring();
    }
    return true;
  }
}

/** More turns of the event loop than anything in these tests takes without saying that it happened. */
const quietTurns = 20;

/**
 * Waits for something while moving the clock whenever nothing else happens. `activity` counts what
 * happens; it is quiet when the count stands still over several turns of the event loop, which is
 * enough because nothing in these tests waits for real time or for input.
 */
export async function skippingTime<T>(
  clock: VirtualClock,
  wanted: Promise<T>,
  activity: () => number,
): Promise<T> {
  let settled = false;
  const done = wanted.finally(() => {
    settled = true;
  });
  done.catch(() => {});
  for (let quiet = 0, seen = -1; !settled; ) {
    await nextTick();
    const count = activity();
    quiet = count === seen ? quiet + 1 : 0;
    seen = count;
    if (quiet < quietTurns) continue;
    quiet = 0;
    if (!clock.skip()) throw new Error('nothing can happen any more, but the wait is not over');
  }
  return done;
}
