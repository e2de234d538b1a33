import type { Host } from '../../../dispatch/host.ts';
import {
  deliverLogEvents,
  type LogEvent,
  type LogTarget,
  MOST_LOG_EVENTS,
} from '../../../dispatch/log-delivery.ts';
import type { Alarm } from '../../../store/clock.ts';

const PAUSE_MS = 1000;

/**
 * Brings log lines to the logs service, in batches and behind the invocations' back: nothing waits for
 * it, and what cannot be delivered fails nobody.
 */
export class LogShipper {
  readonly #host: Host;
  readonly #queues = new Map<string, { target: LogTarget; events: LogEvent[] }>();
  readonly #shipping = new Map<string, Promise<void>>();
  readonly #complained = new Set<string>();
  #alarm: Alarm | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  add(target: LogTarget, message: string): void {
    const key = keyOf(target);
    const queue = this.#queues.get(key) ?? { target, events: [] };
    this.#queues.set(key, queue);
    queue.events.push({ timestamp: this.#host.clock.now(), message });
    if (queue.events.length >= MOST_LOG_EVENTS) this.flush(target);
    // Somebody may be watching a function that runs for long.
    this.#alarm ??= this.#host.clock.at(this.#host.clock.now() + PAUSE_MS, () => this.#flushAll());
  }

  /** Sends on what a stream has, after what it sent before. */
  flush(target: LogTarget): void {
    const key = keyOf(target);
    const queue = this.#queues.get(key);
    if (!queue) return;
    this.#queues.delete(key);
    const shipping = (this.#shipping.get(key) ?? Promise.resolve()).then(() =>
      this.#ship(queue.target, queue.events),
    );
    this.#shipping.set(key, shipping);
    void shipping.then(() => {
      if (this.#shipping.get(key) === shipping) this.#shipping.delete(key);
    });
  }

  async stop(): Promise<void> {
    this.#flushAll();
    this.#alarm?.cancel();
    await Promise.all(this.#shipping.values());
  }

  #flushAll(): void {
    this.#alarm = undefined;
    for (const { target } of [...this.#queues.values()]) this.flush(target);
  }

  async #ship(target: LogTarget, events: readonly LogEvent[]): Promise<void> {
    try {
      await deliverLogEvents(this.#host, target, events);
    } catch (error) {
      this.#complain(target, error);
    }
  }

  /** Once for each group: a role without permission fails on every line. */
  #complain({ group }: LogTarget, error: unknown): void {
    if (this.#complained.has(group)) return;
    this.#complained.add(group);
    const reason = error instanceof Error ? error.message : String(error);
    this.#host.progress.emit({
      type: 'warning',
      service: 'lambda',
      message: `Log lines for ${group} could not be delivered: ${reason}`,
    });
  }
}

function keyOf({ caller, region, group, stream }: LogTarget): string {
  return `${caller.account}/${region}/${group}/${stream}`;
}
