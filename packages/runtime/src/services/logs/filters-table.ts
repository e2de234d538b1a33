import type { MetricTransformation } from '@aws-sdk/client-cloudwatch-logs';
import { decode, encode } from '../../store/codec.ts';
import type { Database } from '../../store/database.ts';

export interface MetricFilter {
  readonly name: string;
  readonly pattern: string;
  readonly created: number;
  readonly transformations: readonly MetricTransformation[];
}

export interface SubscriptionFilter {
  readonly name: string;
  readonly pattern: string;
  readonly created: number;
  readonly destinationArn: string;
  readonly roleArn?: string | undefined;
  readonly distribution: 'ByLogStream' | 'Random';
}

interface Kinds {
  metric: MetricFilter;
  subscription: SubscriptionFilter;
}

export const filtersSchema = `CREATE TABLE logs_filter (log_group INTEGER NOT NULL, kind TEXT NOT NULL,
  name TEXT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (log_group, kind, name)) STRICT;`;

/** Metric and subscription filters of log groups. */
export class FiltersTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  put<Kind extends keyof Kinds>(group: number, kind: Kind, filter: Kinds[Kind]): void {
    this.#database.run(
      `INSERT INTO logs_filter VALUES (?, ?, ?, ?)
       ON CONFLICT (log_group, kind, name) DO UPDATE SET doc = excluded.doc`,
      group,
      kind,
      filter.name,
      encode(filter),
    );
  }

  /** A group's filters of a kind, by name. */
  of<Kind extends keyof Kinds>(group: number, kind: Kind): Kinds[Kind][] {
    const sql = 'SELECT doc FROM logs_filter WHERE log_group = ? AND kind = ? ORDER BY name';
    return this.#database.all<{ doc: string }>(sql, group, kind).map(({ doc }) => decode(doc));
  }

  count(group: number, kind: keyof Kinds): number {
    const sql = 'SELECT count(*) AS n FROM logs_filter WHERE log_group = ? AND kind = ?';
    return this.#database.get<{ n: number }>(sql, group, kind)!.n;
  }

  /** @returns whether there was one */
  delete(group: number, kind: keyof Kinds, name: string): boolean {
    const sql = 'DELETE FROM logs_filter WHERE log_group = ? AND kind = ? AND name = ?';
    return this.#database.run(sql, group, kind, name).changes > 0;
  }

  deleteOfGroup(group: number): void {
    this.#database.run('DELETE FROM logs_filter WHERE log_group = ?', group);
  }
}
