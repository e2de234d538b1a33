import { decode, encode } from './codec.ts';
import type { Database, SqlValue } from './database.ts';

/** Whose resource it is: each account has its own in each region. */
export interface Scope {
  readonly account: string;
  readonly region: string;
}

/** Columns kept beside the document so that lists can filter on them: name → value of a document. */
export type Columns<T> = Readonly<Record<string, (document: T) => string | number | null>>;

export interface Page {
  /** At most so many. */
  readonly limit?: number;
  /** Only those after this position, in the list's order; from {@link Listed.position}. */
  readonly after?: string | undefined;
  /** Column name → value it must have. */
  readonly where?: Readonly<Record<string, SqlValue>>;
  /** By identifier (default), or by time of creation. */
  readonly order?: 'id' | 'oldest' | 'newest';
  /** Only identifiers that begin so. */
  readonly prefix?: string;
}

export interface Listed<T> {
  readonly id: string;
  readonly document: T;
  /** Where this one stands in the list; give it as `after` to go on behind it. */
  readonly position: string;
}

interface Row {
  seq: number;
  id: string;
  doc: string;
}

/**
 * A table of documents, one per resource, keyed by scope and identifier. Most resources of most
 * services need no more than this: the document is what Describe answers, and lists come in the
 * service's order with stable positions to page by.
 *
 * Writing methods are for use inside a transaction.
 */
export class Collection<T> {
  readonly #database: Database;
  readonly #table: string;
  readonly #columns: Columns<T>;

  constructor(database: Database, table: string, columns: Columns<T> = {}) {
    this.#database = database;
    this.#table = table;
    this.#columns = columns;
  }

  /** The migration that creates the table of a collection; `columns` as `name TYPE` in SQLite's terms. */
  static schema(table: string, columns: readonly string[] = []): string {
    const extra = columns.map((column) => `${column}, `).join('');
    const indexes = columns.map((column) => {
      const name = column.split(' ')[0];
      return `CREATE INDEX ${table}_${name} ON ${table} (scope, ${name});`;
    });
    return `CREATE TABLE ${table} (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, scope TEXT NOT NULL, id TEXT NOT NULL, ${extra}doc TEXT NOT NULL,
      UNIQUE (scope, id)) STRICT; ${indexes.join(' ')}`;
  }

  get(scope: Scope, id: string): T | undefined {
    const row = this.#database.get<Row>(
      `SELECT doc FROM ${this.#table} WHERE scope = ? AND id = ?`,
      key(scope),
      id,
    );
    return row && decode<T>(row.doc);
  }

  /** @returns false when there is one with this identifier already */
  insert(scope: Scope, id: string, document: T): boolean {
    const names = Object.keys(this.#columns);
    const { changes } = this.#database.run(
      `INSERT INTO ${this.#table} (scope, id, doc${names.map((name) => `, ${name}`).join('')})
       VALUES (?, ?, ?${names.map(() => ', ?').join('')}) ON CONFLICT DO NOTHING`,
      key(scope),
      id,
      encode(document),
      ...this.#values(document),
    );
    return changes > 0;
  }

  /** Replaces the document; it must exist. */
  update(scope: Scope, id: string, document: T): void {
    const assignments = Object.keys(this.#columns).map((name) => `, ${name} = ?`);
    const { changes } = this.#database.run(
      `UPDATE ${this.#table} SET doc = ?${assignments.join('')} WHERE scope = ? AND id = ?`,
      encode(document),
      ...this.#values(document),
      key(scope),
      id,
    );
    if (changes === 0) throw new Error(`No row ${id} in ${this.#table} to update`);
  }

  put(scope: Scope, id: string, document: T): void {
    if (!this.insert(scope, id, document)) this.update(scope, id, document);
  }

  /** @returns whether there was one */
  delete(scope: Scope, id: string): boolean {
    const { changes } = this.#database.run(
      `DELETE FROM ${this.#table} WHERE scope = ? AND id = ?`,
      key(scope),
      id,
    );
    return changes > 0;
  }

  list(scope: Scope, page: Page = {}): Listed<T>[] {
    const { order = 'id', limit = -1 } = page;
    const conditions = ['scope = ?'];
    const values: SqlValue[] = [key(scope)];
    for (const [name, value] of Object.entries(page.where ?? {})) {
      conditions.push(`${name} = ?`);
      values.push(value);
    }
    if (page.prefix) {
      conditions.push('substr(id, 1, ?) = ?');
      values.push(page.prefix.length, page.prefix);
    }
    if (page.after !== undefined) {
      conditions.push(order === 'id' ? 'id > ?' : order === 'oldest' ? 'seq > ?' : 'seq < ?');
      values.push(order === 'id' ? page.after : Number(page.after));
    }
    const by = order === 'id' ? 'id' : order === 'oldest' ? 'seq' : 'seq DESC';
    return this.#database
      .all<Row>(
        `SELECT seq, id, doc FROM ${this.#table} WHERE ${conditions.join(' AND ')} ORDER BY ${by} LIMIT ?`,
        ...values,
        limit,
      )
      .map(({ seq, id, doc }) => ({
        id,
        document: decode<T>(doc),
        position: order === 'id' ? id : String(seq),
      }));
  }

  count(scope: Scope, where: Readonly<Record<string, SqlValue>> = {}): number {
    const conditions = Object.keys(where).map((name) => ` AND ${name} = ?`);
    const row = this.#database.get<{ n: number }>(
      `SELECT count(*) AS n FROM ${this.#table} WHERE scope = ?${conditions.join('')}`,
      key(scope),
      ...Object.values(where),
    );
    return row?.n ?? 0;
  }

  /** All scopes' documents that have the given column values: what a restart has to pick up again. */
  everywhere(where: Readonly<Record<string, SqlValue>> = {}): { scope: Scope; id: string; document: T }[] {
    const conditions = Object.keys(where).map((name) => `${name} = ?`);
    const filter = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    return this.#database
      .all<Row & { scope: string }>(
        `SELECT scope, id, doc FROM ${this.#table} ${filter} ORDER BY seq`,
        ...Object.values(where),
      )
      .map((row) => ({ scope: scopeOf(row.scope), id: row.id, document: decode<T>(row.doc) }));
  }

  #values(document: T): SqlValue[] {
    return Object.values(this.#columns).map((column) => column(document));
  }
}

function key({ account, region }: Scope): string {
  return `${account}/${region}`;
}

function scopeOf(text: string): Scope {
  const [account = '', region = ''] = text.split('/');
  return { account, region };
}
