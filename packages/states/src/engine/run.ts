import { setImmediate as nextTick } from 'node:timers/promises';
import type { StateMachine } from '../definition/model.ts';
import type { Json } from '../json.ts';
import type { LiveMapRun } from '../map-run/live-map-run.ts';
import type { ExecutionRecord, StoreWriter } from '../store/store.ts';
import { advance, isRunnable } from './advance.ts';
import { RunHaltedError } from './errors.ts';
import { finish } from './finish.ts';
import type { Flow } from './flow.ts';
import type { Host } from './host.ts';
import { Journal, type NewEvent } from './journal.ts';
import type { LiveTask } from './live-task.ts';

/** So many transitions may share a transaction before their history must be on disk. */
const maxGroupedTransitions = 64;

interface Message {
  readonly work: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One execution in memory. All that happens to it passes through one loop: messages from outside
 * (results, timers, stop) first, then the flows that can go on, then a commit, then the effects that
 * the commit allows. So a transition sees no half-done neighbour, and the store has one writer.
 */
export class Run {
  readonly host: Host;
  readonly machine: StateMachine;
  readonly root: Flow;
  readonly flows = new Map<string, Flow>();
  readonly tasks = new Map<string, LiveTask>();
  /** By the path of the flow that stands at the Map. */
  readonly mapRuns = new Map<string, LiveMapRun>();
  readonly input: Json;
  record: ExecutionRecord;
  journal: Journal;
  /** True once the last event was emitted. */
  ended = false;
  #lastEventId: number;
  readonly #queue: Flow[] = [];
  readonly #mailbox: Message[] = [];
  readonly #alarms = new Map<string, () => void>();
  #working = false;
  #halted = false;

  constructor(host: Host, record: ExecutionRecord, machine: StateMachine, root: Flow, lastEventId: number) {
    this.host = host;
    this.record = record;
    this.machine = machine;
    this.root = root;
    this.input = JSON.parse(record.input) as Json;
    this.journal = new Journal(record.arn);
    this.#lastEventId = lastEventId;
    this.flows.set(root.path, root);
  }

  get lastEventId(): number {
    return this.#lastEventId;
  }

  /** Makes the first commit, together with `insert`. False, and nothing written, when that refuses. */
  async open(insert: (writer: StoreWriter) => boolean): Promise<boolean> {
    const unit = this.journal;
    this.journal = new Journal(this.record.arn);
    const opened = await this.host.store.transaction((writer) => {
      if (!insert(writer)) return false;
      unit.write(writer);
      return true;
    });
    if (opened) this.#announce(unit);
    return opened;
  }

  /** Writes an event and returns its id. */
  emit({ type, details, place }: NewEvent): number {
    this.#lastEventId += 1;
    const { redriveCount } = this.record;
    const suffix = `${place.discriminator ?? ''}${redriveCount > 0 ? `#${redriveCount}` : ''}`;
    this.journal.append({
      id: this.#lastEventId,
      previousId: place.previousId,
      timestamp: this.host.now(),
      type,
      details,
      path: place.path,
      attempt: place.attempt,
      key: `${type}${suffix}`,
    });
    return this.#lastEventId;
  }

  /** Lets a flow go on when its turn comes. */
  enqueue(flow: Flow): void {
    this.#queue.push(flow);
    this.#wake();
  }

  /**
   * Hands work to the loop. The work must not fail halfway: it checks before it changes anything.
   * @returns a promise for the commit that holds its changes
   */
  post(work: () => void): Promise<void> {
    if (this.#halted)
      return Promise.reject(new RunHaltedError(`execution ${this.record.arn} is not running here`));
    return new Promise((resolve, reject) => {
      this.#mailbox.push({ work, resolve, reject });
      this.#wake();
    });
  }

  /** `post` for work that nobody waits for. */
  notify(work: () => void): void {
    this.post(work).catch((error: unknown) => {
      // Why the run was lost has been told once.
      if (!this.#halted) this.host.onFault(error, this.record.arn);
    });
  }

  /** Does `work` at an absolute time; a later alarm of the same name replaces this one. */
  setAlarm(name: string, due: number, work: () => void): void {
    if (this.#halted) return;
    this.clearAlarm(name);
    const cancel = this.host.clock.at(due, () => {
      this.#alarms.delete(name);
      this.notify(work);
    });
    this.#alarms.set(name, cancel);
  }

  clearAlarm(name: string): void {
    this.#alarms.get(name)?.();
    this.#alarms.delete(name);
  }

  /** Stops for good without touching the store: what is not committed is left to the next start. */
  halt(reason: unknown): void {
    if (this.#halted) return;
    this.#halted = true;
    for (const cancel of this.#alarms.values()) cancel();
    this.#alarms.clear();
    this.journal.giveUp(reason);
    for (const message of this.#mailbox.splice(0)) message.reject(reason);
    for (const task of this.tasks.values()) task.leave();
  }

  #wake(): void {
    if (this.#working || this.#halted) return;
    this.#working = true;
    // Deferred, so that a caller can queue several flows before the first one moves.
    queueMicrotask(() => {
      this.#loop().catch((error: unknown) => this.lose(error));
    });
  }

  async #loop(): Promise<void> {
    while (!this.#halted) {
      const message = this.#mailbox.shift();
      if (message !== undefined) {
        this.#receive(message);
      } else if (this.#canAdvance()) {
        await this.#advanceNext();
      } else if (!this.journal.isEmpty) {
        await this.#commit();
      } else {
        break;
      }
    }
    this.#working = false;
  }

  #receive({ work, resolve, reject }: Message): void {
    try {
      work();
    } catch (error) {
      reject(error);
      return;
    }
    this.journal.whenDurable(resolve, reject);
  }

  #canAdvance(): boolean {
    return !this.ended && this.#queue.length > 0 && this.journal.transitions < maxGroupedTransitions;
  }

  async #advanceNext(): Promise<void> {
    const flow = this.#queue.shift() as Flow;
    if (flow.status !== 'RUNNING' || !isRunnable(flow)) return;
    this.journal.transitions += 1;
    try {
      await advance(this, flow);
      this.#enforceHistoryLimit();
    } catch (error) {
      // Nothing that a definition or its data contain may come here: the fault is the engine's own.
      this.host.onFault(error, this.record.arn);
      const cause = `The engine failed in state '${flow.visit.state}': ${String(error)}`;
      finish(this, { status: 'FAILED', failure: { error: 'States.Runtime', cause } });
    }
  }

  /** Unverified: the text; the quota itself is documented. */
  #enforceHistoryLimit(): void {
    const limit = this.host.limits.historyEvents;
    if (this.ended || this.#lastEventId < limit - 1) return;
    const cause = `The execution reached the maximum number of history events (${limit}).`;
    finish(this, { status: 'FAILED', failure: { error: 'States.Runtime', cause } });
  }

  async #commit(): Promise<void> {
    const unit = this.journal;
    this.journal = new Journal(this.record.arn);
    try {
      await this.host.store.transaction((writer) => unit.write(writer));
    } catch (error) {
      unit.giveUp(error);
      this.lose(error);
      return;
    }
    if (this.#halted) return;
    this.#announce(unit);
    // Lets timers, handlers and other executions in between two groups of a busy one.
    await nextTick();
  }

  /** The store failed: all that is not committed is left to whoever takes the execution up again. */
  lose(error: unknown): void {
    this.host.onFault(error, this.record.arn);
    this.halt(error);
    this.host.lost(this);
  }

  #announce(unit: Journal): void {
    if (unit.events.length > 0) this.host.onEvents(this.record.arn, unit.events);
    unit.runEffects();
  }
}
