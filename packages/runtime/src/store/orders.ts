import type { Alarm, Clock } from './clock.ts';
import { decode, encode } from './codec.ts';
import type { Database } from './database.ts';
import type { Recovery } from './recovery.ts';

/** What a handler is told about the order that it carries out. */
export interface OrderRun {
  /** Stable over restarts: the effect token of calls that the order makes. */
  readonly id: string;
  /** 0 at the first try. */
  readonly attempt: number;
  /** Aborts when the runtime stops; the order stays and is carried out after the next start. */
  readonly signal: AbortSignal;
  /** Inside the handler's own transaction: the order is done with that very commit. */
  complete(): void;
}

export type OrderHandler<T> = (body: T, run: OrderRun) => Promise<void>;

export interface PlacedOrder {
  /** Give one to make placing idempotent or to cancel later. */
  readonly id?: string;
  /** Not before this time, in milliseconds since the epoch. */
  readonly due?: number;
}

export interface OrdersParts {
  readonly database: Database;
  readonly recovery: Recovery;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Told of handlers that threw; their orders are tried again with growing pauses. */
  readonly failed: (kind: string, error: unknown) => void;
}

interface Row {
  id: string;
  kind: string;
  due: number;
  attempt: number;
  body: string;
}

const LONGEST_PAUSE = 60_000;

/**
 * Work outside the database that a commit ordered: starting a process, calling a function, waking
 * somebody at a time. An order is a row, so it is carried out after the commit that placed it and,
 * where the runtime died in between, again after the next start, until its handler returns. Handlers
 * make themselves repeatable with the order's id.
 */
export class Orders {
  readonly #database: Database;
  readonly #recovery: Recovery;
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #failed: (kind: string, error: unknown) => void;
  readonly #handlers = new Map<string, OrderHandler<never>>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();
  #alarm: Alarm | undefined;
  #started = false;

  static readonly schema =
    `CREATE TABLE orders (id TEXT PRIMARY KEY, kind TEXT NOT NULL, due INTEGER NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0, body TEXT NOT NULL) STRICT; CREATE INDEX orders_due ON orders (due);`;

  constructor({ database, recovery, clock, newId, failed }: OrdersParts) {
    this.#database = database;
    this.#recovery = recovery;
    this.#clock = clock;
    this.#newId = newId;
    this.#failed = failed;
  }

  /** Says who carries out orders of a kind; before {@link start}. */
  handle<T>(kind: string, handler: OrderHandler<T>): void {
    if (this.#handlers.has(kind)) throw new Error(`Two handlers for orders of kind ${kind}`);
    this.#handlers.set(kind, handler as OrderHandler<never>);
  }

  /** Inside a transaction: orders work. @returns the order's id */
  place<T>(kind: string, body: T, { id = this.#newId(), due = 0 }: PlacedOrder = {}): string {
    if (!this.#handlers.has(kind)) throw new Error(`Nobody handles orders of kind ${kind}`);
    this.#database.run(
      'INSERT INTO orders (id, kind, due, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      id,
      kind,
      due,
      encode(body),
    );
    this.#database.afterCommit(() => this.#wake(id));
    return id;
  }

  /** Inside a transaction: takes back an order that has not been carried out. */
  cancel(id: string): void {
    this.#database.run('DELETE FROM orders WHERE id = ?', id);
  }

  /** Begins to carry out orders, those of an earlier life of the runtime included. */
  start(): void {
    this.#started = true;
    this.#wake();
  }

  /** Lets running handlers know, waits for them, and starts nothing more. */
  async stop(): Promise<void> {
    this.#started = false;
    this.#alarm?.cancel();
    this.#stopping.abort();
    await Promise.allSettled(this.#running.values());
  }

  /** Carries out what is due, one order or all, and sets the alarm for the rest. */
  #wake(id?: string): void {
    if (!this.#started) return;
    const now = this.#clock.now();
    const due = id
      ? this.#database.all<Row>('SELECT * FROM orders WHERE id = ? AND due <= ?', id, now)
      : this.#database.all<Row>('SELECT * FROM orders WHERE due <= ? ORDER BY due', now);
    for (const row of due) {
      if (!this.#running.has(row.id)) this.#running.set(row.id, this.#carryOut(row));
    }
    if (due.length === 0 || !id) this.#setAlarm(now);
  }

  #setAlarm(now: number): void {
    this.#alarm?.cancel();
    const next = this.#database.get<{ due: number | null }>(
      'SELECT min(due) AS due FROM orders WHERE due > ?',
      now,
    );
    if (next?.due) this.#alarm = this.#clock.at(next.due, () => this.#wake());
  }

  async #carryOut(row: Row): Promise<void> {
    let completed = false;
    try {
      const handler = this.#handlers.get(row.kind) as OrderHandler<unknown> | undefined;
      if (!handler) throw new Error(`Nobody handles orders of kind ${row.kind}`);
      await handler(decode(row.body), {
        id: row.id,
        attempt: row.attempt,
        signal: this.#stopping.signal,
        complete: () => {
          this.cancel(row.id);
          this.#database.afterCommit(() => {
            completed = true;
          });
        },
      });
      // What is done must not be done again because that could not be written down.
      if (!completed) await this.#write(row, () => this.cancel(row.id));
      this.#running.delete(row.id);
    } catch (error) {
      if (this.#stopping.signal.aborted) this.#running.delete(row.id);
      else await this.#postpone(row, error);
    }
  }

  async #postpone(row: Row, error: unknown): Promise<void> {
    this.#failed(row.kind, error);
    const due = this.#clock.now() + Math.min(1000 * 2 ** row.attempt, LONGEST_PAUSE);
    await this.#write(row, () => {
      this.#database.run('UPDATE orders SET attempt = attempt + 1, due = ? WHERE id = ?', due, row.id);
      this.#database.afterCommit(() => {
        this.#running.delete(row.id);
        this.#wake(row.id);
      });
    });
  }

  /** Commits, when the store fails as soon as it is well again. */
  async #write(row: Row, work: () => void): Promise<void> {
    await this.#recovery.insist(
      () => this.#database.transaction(work),
      (error) => this.#failed(row.kind, error),
    );
  }
}
