import type { Failure } from '../failures.ts';
import type { Json } from '../json.ts';
import type { ExecutionStatus, Store } from '../store/store.ts';
import type { SourcedItem } from './item-reader.ts';

/** The part of a map run that lives in memory; all of it can be found again in the store. */
export class LiveMapRun {
  /** The reader's answer, until the children are made of it. */
  read: { readonly items: SourcedItem[] } | { readonly failure: Failure } | undefined;
  /** The writer's answer. */
  written: { readonly result: Json } | { readonly failure: Failure } | undefined;
  /** True while the reader or the writer is at work. */
  busy = false;
  total = 0;
  failed = 0;
  readonly running = new Set<string>();
  readonly #waiting: string[] = [];

  /** Takes the state of the children from the store. */
  load(store: Store, mapRunArn: string): void {
    const counts = store.mapRunCounts(mapRunArn);
    this.total = counts.total;
    this.failed = counts.failed + counts.timedOut + counts.aborted;
    this.running.clear();
    this.#waiting.length = 0;
    for (const { arn } of store.mapRunChildren(mapRunArn, { status: 'RUNNING' })) this.running.add(arn);
    for (const { arn } of store.mapRunChildren(mapRunArn, { status: 'PENDING' })) this.#waiting.push(arn);
    this.#waiting.reverse();
  }

  get isDone(): boolean {
    return this.running.size === 0 && this.#waiting.length === 0;
  }

  /** The next child to start; it counts as running from now on. */
  takeNext(): string | undefined {
    const arn = this.#waiting.pop();
    if (arn !== undefined) this.running.add(arn);
    return arn;
  }

  /** Counts a child's end once. False when it was counted before, as after a restart. */
  countEnd(arn: string, status: ExecutionStatus): boolean {
    if (!this.running.delete(arn)) return false;
    if (status !== 'SUCCEEDED') this.failed += 1;
    return true;
  }
}
