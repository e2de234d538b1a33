import { ServiceError } from '../../../dispatch/errors.ts';
import type { Host } from '../../../dispatch/host.ts';
import { BatchWorker } from './batch-worker.ts';
import type { Mapping, MappingStore } from './mapping-store.ts';

/** As on AWS, where a queue is read by five at first. */
const READERS = 5;

/** Reads the queues of all enabled mappings. What a reader held when it ended comes back in its time. */
export class Pollers {
  readonly #host: Host;
  readonly #mappings: MappingStore;
  readonly #running = new Map<string, { readonly stop: AbortController; readonly ended: Promise<unknown> }>();

  constructor(host: Host, mappings: MappingStore) {
    this.#host = host;
    this.#mappings = mappings;
  }

  /** Goes on with what an earlier life of the runtime left. */
  start(): void {
    for (const { document } of this.#mappings.everywhere()) this.changed(document);
  }

  changed(mapping: Mapping): void {
    this.gone(mapping);
    if (!mapping.enabled) return;
    const stop = new AbortController();
    const count = mapping.concurrency ?? READERS;
    const readers = Array.from({ length: count }, () => this.#read(mapping, stop.signal));
    this.#running.set(mapping.uuid, { stop, ended: Promise.all(readers) });
  }

  gone({ uuid }: Mapping): void {
    this.#running.get(uuid)?.stop.abort();
    this.#running.delete(uuid);
  }

  /** Lets the readers know; what runs for them ends with the functions' processes. */
  async stop(): Promise<void> {
    const running = [...this.#running.values()];
    for (const { stop } of running) stop.abort();
    await Promise.all(running.map(({ ended }) => ended));
  }

  readonly #complain = (error: Error) =>
    this.#host.progress.emit({ type: 'fault', service: 'lambda', message: error.message, error });

  async #read(mapping: Mapping, signal: AbortSignal): Promise<void> {
    const worker = new BatchWorker(this.#host, mapping, signal);
    try {
      while (!signal.aborted) {
        if (!(await this.#host.recovery.insist(() => worker.next(), this.#complain))) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      const reason = error instanceof ServiceError ? error.message : String(error);
      this.#host.progress.emit({
        type: 'warning',
        service: 'lambda',
        message: `${mapping.queueArn} is read for ${mapping.functionArn} no more, until the mapping is updated or the runtime starts again: ${reason}`,
      });
    }
  }
}
