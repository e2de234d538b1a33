import { backup, DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { StorageError } from './errors.ts';

export type SqlValue = SQLInputValue;

/** Observers of commits: tests kill the process at an exact one, the request log counts them. */
export interface CommitHooks {
  beforeCommit?(commit: number): void;
  afterCommit?(commit: number): void;
}

/** Of a backup: 40 MB, so that reads come in between. */
const PAGES_AT_ONCE = 10_000;

interface QueuedTransaction {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The one SQLite connection of a runtime.
 *
 * A transaction is a synchronous function: nothing awaits inside it, so no other work can come
 * between its reads and its writes. Transactions queued in the same turn of the event loop share one
 * commit ("group commit"): each runs in a savepoint of its own, one sync makes all of them durable,
 * and only then are their callers answered. One that throws is rolled back alone.
 *
 * Reads outside a transaction see committed data only, for the same reason.
 */
export class Database {
  readonly #path: string;
  readonly #connection: DatabaseSync;
  readonly #hooks: CommitHooks;
  readonly #statements = new Map<string, StatementSync>();
  #queue: QueuedTransaction[] = [];
  #afterCommit: (() => void)[] = [];
  readonly #riders: (() => void)[] = [];
  #inTransaction = false;
  #holds = 0;
  #commits = 0;
  #failure: unknown;

  /**
   * @param path - the database file, or `:memory:`
   * @throws StorageError when the file cannot be opened or is no database
   */
  constructor(path: string, hooks: CommitHooks = {}) {
    this.#path = path;
    this.#hooks = hooks;
    try {
      this.#connection = new DatabaseSync(path);
      this.#connection.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;');
    } catch (error) {
      throw StorageError.from(error, `open ${path}`);
    }
  }

  get<T>(sql: string, ...parameters: SqlValue[]): T | undefined {
    return this.#read(sql, (statement) => statement.get(...parameters) as T | undefined);
  }

  all<T>(sql: string, ...parameters: SqlValue[]): T[] {
    return this.#read(sql, (statement) => statement.all(...parameters) as T[]);
  }

  /** Writes; allowed inside a transaction only. */
  run(sql: string, ...parameters: SqlValue[]): { changes: number } {
    if (!this.#inTransaction) throw new Error(`A write outside a transaction: ${sql}`);
    const { changes } = this.#read(sql, (statement) => statement.run(...parameters));
    return { changes: Number(changes) };
  }

  /** Runs a script of several statements; for migrations, inside a transaction. */
  script(sql: string): void {
    this.#connection.exec(sql);
  }

  /**
   * Queues a synchronous transaction.
   *
   * @returns what `work` returns, once the commit that contains it is on disk
   * @throws what `work` throws (its writes are undone), or StorageError when the commit fails
   */
  transaction<T>(work: () => T): Promise<T> {
    if (this.#inTransaction) throw new Error('A transaction inside a transaction');
    return new Promise<T>((resolve, reject) => {
      if (this.#queue.length === 0) this.#flushSoon();
      this.#queue.push({ work, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** Inside a transaction: runs `effect` once its commit is on disk, never if it is undone. */
  afterCommit(effect: () => void): void {
    if (!this.#inTransaction) throw new Error('afterCommit outside a transaction');
    this.#afterCommit.push(effect);
  }

  /**
   * Runs `work` within every commit that somebody makes, to write down what is worth no commit of its own.
   * Where it fails, only its own writes are undone.
   */
  withEachCommit(work: () => void): void {
    this.#riders.push(work);
  }

  /**
   * Runs `work` while nothing is committed: transactions wait until it has ended, reads go on.
   */
  async quiesced<T>(work: () => Promise<T>): Promise<T> {
    this.#holds += 1;
    try {
      return await work();
    } finally {
      this.#holds -= 1;
      if (this.#queue.length > 0) this.#flushSoon();
    }
  }

  /** Copies the committed content into a new file, in one piece. @throws StorageError */
  async backup(path: string): Promise<void> {
    try {
      await backup(this.#connection, path, { rate: PAGES_AT_ONCE });
    } catch (error) {
      throw StorageError.from(error, `copy the database to ${path}`);
    }
  }

  /** Whether a transaction runs, and may see what is not committed. */
  get inTransaction(): boolean {
    return this.#inTransaction;
  }

  /** Number of commits so far; a crash test enumerates them. */
  get commits(): number {
    return this.#commits;
  }

  /** Commits what is queued and closes the connection. */
  close(): void {
    this.#flush();
    this.#statements.clear();
    this.#connection.close();
  }

  #read<T>(sql: string, use: (statement: StatementSync) => T): T {
    try {
      let statement = this.#statements.get(sql);
      if (!statement) {
        statement = this.#connection.prepare(sql);
        this.#statements.set(sql, statement);
      }
      return use(statement);
    } catch (error) {
      throw StorageError.from(error, `use ${this.#path}`);
    }
  }

  #flushSoon(): void {
    setImmediate(() => {
      if (this.#holds === 0) this.#flush();
    });
  }

  #flush(): void {
    const batch = this.#queue;
    this.#queue = [];
    if (batch.length === 0) return;
    const answers: (() => void)[] = [];
    try {
      if (this.#failure !== undefined) throw this.#failure;
      this.#connection.exec('BEGIN IMMEDIATE');
      for (const transaction of batch) answers.push(this.#runOne(transaction));
      for (const work of this.#riders) this.#runOne({ work, resolve: () => {}, reject: () => {} });
      this.#hooks.beforeCommit?.(this.#commits + 1);
      this.#connection.exec('COMMIT');
    } catch (error) {
      this.#afterCommit = [];
      const failure = StorageError.from(error, `write ${this.#path}`);
      this.#undo(failure);
      for (const { reject } of batch) reject(failure);
      return;
    }
    this.#commits += 1;
    this.#hooks.afterCommit?.(this.#commits);
    const effects = this.#afterCommit;
    this.#afterCommit = [];
    for (const answer of answers) answer();
    for (const effect of effects) effect();
  }

  #runOne({ work, resolve, reject }: QueuedTransaction): () => void {
    const effects = this.#afterCommit.length;
    this.#connection.exec('SAVEPOINT work');
    this.#inTransaction = true;
    try {
      const value = work();
      if (value instanceof Promise) throw new Error('A transaction must be synchronous');
      this.#connection.exec('RELEASE work');
      return () => resolve(value);
    } catch (error) {
      this.#afterCommit.length = effects;
      this.#connection.exec('ROLLBACK TO work; RELEASE work');
      return () => reject(error);
    } finally {
      this.#inTransaction = false;
    }
  }

  #undo(failure: unknown): void {
    try {
      if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
    } catch {
      // A connection that cannot roll back is lost: every later call says why.
      this.#failure = failure;
    }
  }
}
