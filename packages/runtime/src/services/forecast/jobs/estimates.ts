interface Seen {
  readonly done: number;
  readonly total: number;
  readonly elapsedSeconds?: number;
}

/**
 * How long jobs are likely to take yet, from what they report: as much work as is left at the pace so
 * far. Kept in memory only: after a restart the next report brings it back.
 */
export class Estimates {
  readonly #seen = new Map<string, Seen>();

  take(arn: string, seen: Seen): void {
    this.#seen.set(arn, seen);
  }

  forget(arn: string): void {
    this.#seen.delete(arn);
  }

  /** Whole minutes, at least 1; undefined while there is nothing to go by. */
  minutesLeft(arn: string): number | undefined {
    const { done, total, elapsedSeconds } = this.#seen.get(arn) ?? { done: 0, total: 0 };
    // The end of a phase says nothing about the next one.
    if (elapsedSeconds === undefined || done <= 0 || done >= total) return undefined;
    return Math.max(1, Math.ceil((elapsedSeconds * (total - done)) / done / 60));
  }
}
