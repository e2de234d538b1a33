import { type Alarm, type Clock, systemClock } from '../store/clock.ts';

/** The machine's clock, put forward by as much as a test says. It never stands still. */
export class ShiftedClock implements Clock {
  #shift = 0;
  readonly #alarms = new Set<{ readonly time: number; readonly ring: () => void; timer: Alarm }>();

  now(): number {
    return Date.now() + this.#shift;
  }

  at(time: number, ring: () => void): Alarm {
    const alarm = {
      time,
      ring: () => {
        this.#alarms.delete(alarm);
        ring();
      },
      timer: { cancel() {} } as Alarm,
    };
    this.#alarms.add(alarm);
    alarm.timer = systemClock.at(time - this.#shift, alarm.ring);
    return {
      cancel: () => {
        this.#alarms.delete(alarm);
        alarm.timer.cancel();
      },
    };
  }

  /** Puts the clock forward. What became due rings soon after, earlier times first. */
  advance(milliseconds: number): void {
    this.#shift += milliseconds;
    for (const alarm of [...this.#alarms].toSorted((a, b) => a.time - b.time)) {
      alarm.timer.cancel();
      alarm.timer = systemClock.at(alarm.time - this.#shift, alarm.ring);
    }
  }
}
