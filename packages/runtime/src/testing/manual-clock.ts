import type { Alarm, Clock } from '../store/clock.ts';

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now: number;
  readonly #alarms = new Set<{ time: number; ring: () => void }>();

  constructor(now = Date.UTC(2026, 10, 21)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  at(time: number, ring: () => void): Alarm {
    const alarm = { time, ring };
    this.#alarms.add(alarm);
    return { cancel: () => this.#alarms.delete(alarm) };
  }

  /** Moves on and rings what became due, in order. */
  advance(milliseconds: number): void {
    const target = this.#now + milliseconds;
    for (;;) {
      const due = [...this.#alarms].filter(({ time }) => time <= target).sort((a, b) => a.time - b.time)[0];
      if (!due) break;
      this.#alarms.delete(due);
      this.#now = Math.max(this.#now, due.time);
      due.ring();
    }
    this.#now = target;
  }

  /** Times of the alarms that are set. */
  get pending(): number[] {
    return [...this.#alarms].map(({ time }) => time);
  }
}
