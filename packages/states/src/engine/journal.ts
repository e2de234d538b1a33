import type { HistoryEventType } from '../history/event-types.ts';
import type { Json } from '../json.ts';
import type {
  EventRecord,
  ExecutionChange,
  ExecutionRecord,
  StoreWriter,
  TaskRecord,
} from '../store/store.ts';
import { type Flow, toFlowChange } from './flow.ts';

/**
 * The unit of work of one execution: everything that one or more transitions change, to be written in
 * one transaction, and the effects that may only happen after it.
 */
export class Journal {
  /** Transitions gathered so far. */
  transitions = 0;
  readonly events: EventRecord[] = [];
  readonly #executionArn: string;
  readonly #flows = new Set<Flow>();
  readonly #removedFlows = new Set<string>();
  readonly #tasks = new Map<string, TaskRecord>();
  readonly #closedTasks = new Map<string, 'CANCELLING' | 'CLOSED'>();
  readonly #children: ExecutionRecord[] = [];
  readonly #childChanges: [arn: string, change: ExecutionChange][] = [];
  readonly #effects: (() => void)[] = [];
  readonly #refusals: ((reason: unknown) => void)[] = [];
  #change: ExecutionChange = {};
  #dropFlows = false;

  constructor(executionArn: string) {
    this.#executionArn = executionArn;
  }

  get isEmpty(): boolean {
    return (
      this.events.length === 0 &&
      this.#flows.size === 0 &&
      this.#removedFlows.size === 0 &&
      this.#tasks.size === 0 &&
      this.#closedTasks.size === 0 &&
      this.#children.length === 0 &&
      this.#childChanges.length === 0 &&
      this.#effects.length === 0 &&
      Object.keys(this.#change).length === 0
    );
  }

  append(event: EventRecord): void {
    this.events.push(event);
  }

  save(flow: Flow): void {
    this.#flows.add(flow);
  }

  remove(flow: Flow): void {
    this.#flows.delete(flow);
    this.#removedFlows.add(flow.path);
  }

  /** Forgets all flows: the execution has ended and cannot be redriven. */
  removeAllFlows(): void {
    this.#dropFlows = true;
  }

  saveTask(record: TaskRecord): void {
    this.#tasks.set(record.token, record);
  }

  closeTask(token: string, status: 'CANCELLING' | 'CLOSED'): void {
    this.#closedTasks.set(token, status);
  }

  /** A child of a map run, to be started later. */
  insertChild(record: ExecutionRecord): void {
    this.#children.push(record);
  }

  changeChild(arn: string, change: ExecutionChange): void {
    this.#childChanges.push([arn, change]);
  }

  changeExecution(change: ExecutionChange): void {
    this.#change = { ...this.#change, ...change };
  }

  /** Something outside the store that may only happen once the unit is durable. */
  afterCommit(effect: () => void): void {
    this.#effects.push(effect);
  }

  /** Somebody who waits for the unit, and has to know when it will not become durable. */
  whenDurable(resolve: () => void, reject: (reason: unknown) => void): void {
    this.#effects.push(resolve);
    this.#refusals.push(reject);
  }

  /** To be called where the unit is given up. */
  giveUp(reason: unknown): void {
    for (const reject of this.#refusals.splice(0)) reject(reason);
  }

  write(writer: StoreWriter): void {
    const arn = this.#executionArn;
    if (this.events.length > 0) writer.appendEvents(arn, this.events);
    if (this.#dropFlows) {
      writer.deleteFlows(arn);
    } else {
      for (const path of this.#removedFlows) writer.deleteFlow(arn, path);
      for (const flow of this.#flows) writer.saveFlow(arn, toFlowChange(flow));
    }
    for (const task of this.#tasks.values()) writer.saveTask(task);
    for (const [token, status] of this.#closedTasks) writer.closeTask(token, status);
    for (const record of this.#children) writer.insertExecution(record);
    for (const [childArn, change] of this.#childChanges) writer.changeExecution(childArn, change);
    if (Object.keys(this.#change).length > 0) writer.changeExecution(arn, this.#change);
  }

  /** To be called after the transaction. */
  runEffects(): void {
    for (const flow of this.#flows) {
      flow.changed.visit = false;
      flow.changed.variables = false;
    }
    for (const effect of this.#effects) effect();
  }
}

/** What tells an event of the journal apart besides its type. */
export interface EventPlace {
  readonly path: string;
  readonly attempt: number;
  readonly previousId: number;
  /** Appended to the type where one attempt may have several events of it. */
  readonly discriminator?: string;
}

export interface NewEvent {
  readonly type: HistoryEventType;
  readonly details?: Json;
  readonly place: EventPlace;
}
