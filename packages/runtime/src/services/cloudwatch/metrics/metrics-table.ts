import type { Dimension, StandardUnit } from '@aws-sdk/client-cloudwatch';
import type { Scope } from '../../../store/collection.ts';
import type { Database, SqlValue } from '../../../store/database.ts';

/** A metric: its name in a namespace together with its dimensions. */
export interface MetricKey {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
}

export interface StoredMetric extends MetricKey {
  readonly id: number;
  /** Time of its newest sample, in milliseconds since the epoch. */
  readonly last: number;
}

/** Values that came together: one value `count` times, or a set of which only the statistics are known. */
export interface Sample {
  readonly time: number;
  readonly unit: StandardUnit;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

export const metricsSchema = `
  CREATE TABLE cloudwatch_metric (id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, region TEXT NOT NULL,
    namespace TEXT NOT NULL, name TEXT NOT NULL, dimensions TEXT NOT NULL, last INTEGER NOT NULL,
    UNIQUE (account, region, namespace, name, dimensions)) STRICT;
  CREATE TABLE cloudwatch_sample (metric INTEGER NOT NULL, time INTEGER NOT NULL, unit TEXT NOT NULL,
    count REAL NOT NULL, sum REAL NOT NULL, min REAL NOT NULL, max REAL NOT NULL) STRICT;
  CREATE INDEX cloudwatch_sample_time ON cloudwatch_sample (metric, time);`;

interface Row {
  id: number;
  namespace: string;
  name: string;
  dimensions: string;
  last: number;
}

/** Metrics and their samples. */
export class MetricsTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Inside a transaction. */
  add(
    { account, region }: Scope,
    { namespace, name, dimensions }: MetricKey,
    samples: readonly Sample[],
  ): void {
    const newest = samples.reduce((latest, { time }) => Math.max(latest, time), 0);
    const metric = this.#database.get<{ id: number }>(
      `INSERT INTO cloudwatch_metric (account, region, namespace, name, dimensions, last) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (account, region, namespace, name, dimensions) DO UPDATE SET last = max(last, excluded.last)
       RETURNING id`,
      account,
      region,
      namespace,
      name,
      dimensionsKey(dimensions),
      newest,
    )!;
    for (const { time, unit, count, sum, min, max } of samples) {
      const sql = 'INSERT INTO cloudwatch_sample VALUES (?, ?, ?, ?, ?, ?, ?)';
      this.#database.run(sql, metric.id, time, unit, count, sum, min, max);
    }
  }

  /** Samples of exactly this metric from a time until before another, in the order of time. */
  samples(
    { account, region }: Scope,
    { namespace, name, dimensions }: MetricKey,
    from: number,
    until: number,
  ): Sample[] {
    return this.#database.all<Sample>(
      `SELECT time, unit, count, sum, min, max FROM cloudwatch_sample WHERE metric =
         (SELECT id FROM cloudwatch_metric WHERE account = ? AND region = ? AND namespace = ? AND name = ? AND dimensions = ?)
       AND time >= ? AND time < ? ORDER BY time`,
      account,
      region,
      namespace,
      name,
      dimensionsKey(dimensions),
      from,
      until,
    );
  }

  /** Metrics with a sample since a time, after the one with the given id. */
  list(
    { account, region }: Scope,
    filter: { namespace?: string | undefined; name?: string | undefined; since: number; after?: number },
  ): StoredMetric[] {
    const conditions = ['account = ?', 'region = ?', 'last >= ?', 'id > ?'];
    const values: SqlValue[] = [account, region, filter.since, filter.after ?? 0];
    if (filter.namespace !== undefined) {
      conditions.push('namespace = ?');
      values.push(filter.namespace);
    }
    if (filter.name !== undefined) {
      conditions.push('name = ?');
      values.push(filter.name);
    }
    const sql = `SELECT id, namespace, name, dimensions, last FROM cloudwatch_metric WHERE ${conditions.join(' AND ')} ORDER BY id`;
    return this.#database
      .all<Row>(sql, ...values)
      .map(({ dimensions, ...row }) => ({ ...row, dimensions: JSON.parse(dimensions) as Dimension[] }));
  }

  /** Removes some of the samples before a time. @returns how many */
  deleteBefore(time: number, limit: number): number {
    const sql = `DELETE FROM cloudwatch_sample WHERE rowid IN (SELECT rowid FROM cloudwatch_sample WHERE time < ? LIMIT ?)`;
    return this.#database.run(sql, time, limit).changes;
  }
}

/** The same text for the same dimensions, in whatever order they were given. */
function dimensionsKey(dimensions: readonly Dimension[]): string {
  const sorted = dimensions
    .map(({ Name, Value }) => ({ Name, Value }))
    .sort((a, b) => (a.Name! < b.Name! ? -1 : a.Name! > b.Name! ? 1 : 0));
  return JSON.stringify(sorted);
}
