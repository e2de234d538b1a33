/** A cancellable appointment with the clock. */
export interface Alarm {
  cancel(): void;
}

/** Time as the runtime sees it. Tests inject their own and never sleep. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `ring` at or after the given absolute time in milliseconds since the epoch. */
  at(time: number, ring: () => void): Alarm;
}

// setTimeout takes 32-bit milliseconds and fires at once beyond that, so far times are waited in parts.
const LONGEST_TIMER = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  at(time, ring) {
    let timer: NodeJS.Timeout;
    const arm = () => {
      const left = time - Date.now();
      timer = setTimeout(left > LONGEST_TIMER ? arm : ring, Math.min(Math.max(left, 0), LONGEST_TIMER));
    };
    arm();
    return { cancel: () => clearTimeout(timer) };
  },
};
