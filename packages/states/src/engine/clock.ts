/** Time as the engine sees it. Nothing here polls: a due moment calls back. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `ring` once when `due` (milliseconds since the epoch) has come. Returns how to call that off. */
  at(due: number, ring: () => void): () => void;
}

/** setTimeout counts in 32 bits: a longer delay would fire at once. */
const longestTimeout = 2 ** 31 - 1;

/** The machine's clock. Like all timers, those of waiting executions keep the process alive until the engine is closed. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    at(due, ring) {
      let timer: NodeJS.Timeout;
      const arm = (): void => {
        const left = Math.max(0, due - Date.now());
        timer = left > longestTimeout ? setTimeout(arm, longestTimeout) : setTimeout(ring, left);
      };
      arm();
      return () => clearTimeout(timer);
    },
  };
}
