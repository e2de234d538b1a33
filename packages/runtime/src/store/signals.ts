/**
 * Who waits for a change of something, by its ARN, instead of polling it. Signals carry no data: the
 * one who wakes reads the state, which is in the database and so survives what a signal does not.
 */
export class Signals {
  readonly #listeners = new Map<string, Set<() => void>>();

  /** Tells those who watch `topic` that it changed. Call it after the commit that changed it. */
  changed(topic: string): void {
    for (const listener of [...(this.#listeners.get(topic) ?? [])]) listener();
  }

  /** Calls `listener` at every change of `topic` until the returned function is called. */
  watch(topic: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(topic) === listeners) this.#listeners.delete(topic);
    };
  }

  /**
   * Reads until the answer is there: once now, then after every change of `topic`.
   *
   * @param read - returns undefined while there is nothing to say yet
   * @throws what `read` throws, or the reason of `signal` when that aborts
   */
  async until<T>(
    topic: string,
    read: () => T | undefined | Promise<T | undefined>,
    signal?: AbortSignal,
  ): Promise<T> {
    let changed = true;
    let wake: () => void = () => {};
    const unwatch = this.watch(topic, () => {
      changed = true;
      wake();
    });
    const abort = () => wake();
    signal?.addEventListener('abort', abort);
    try {
      for (;;) {
        signal?.throwIfAborted();
        if (changed) {
          changed = false;
          const answer = await read();
          if (answer !== undefined) return answer;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      unwatch();
      signal?.removeEventListener('abort', abort);
    }
  }
}
