import { DatabaseSync } from 'node:sqlite';

/** One time of a series: the value of each forecast type, null where there is none. */
export interface ForecastRow {
  readonly date: string;
  readonly values: Readonly<Record<string, number | null>>;
}

/** `forecast.sqlite` of a forecast (images/forecast/README.md), open for reading. */
export class ForecastIndex {
  readonly #database: DatabaseSync;
  /** The attribute that names items. */
  readonly identifier: string;
  readonly dimensions: readonly string[];
  /** `p10`, `mean` … */
  readonly types: readonly string[];
  /** First and last time, `2014-10-01T00:00:00`. */
  readonly start: string;
  readonly end: string;

  constructor(path: string) {
    this.#database = new DatabaseSync(path, { readOnly: true });
    const rows = this.#database.prepare('SELECT key, value FROM meta').all() as {
      key: string;
      value: string;
    }[];
    const meta = Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value) as unknown]));
    this.identifier = meta['identifier'] as string;
    this.dimensions = meta['dimensions'] as string[];
    this.types = meta['types'] as string[];
    this.start = meta['start'] as string;
    this.end = meta['end'] as string;
  }

  /**
   * The rows of a series between two times, both included.
   *
   * @param key - values of the identifier and the dimensions, in this order
   * @returns undefined when there is no such series
   */
  read(key: readonly string[], start: string, end: string): ForecastRow[] | undefined {
    const names = [this.identifier, ...this.dimensions];
    const condition = names.map((name) => `${quoted(name)} = ?`).join(' AND ');
    const found = this.#database.prepare(`SELECT series FROM series WHERE ${condition}`).get(...key);
    if (!found) return undefined;
    const columns = ['date', ...this.types].map(quoted).join(', ');
    return this.#database
      .prepare(`SELECT ${columns} FROM forecast WHERE series = ? AND date BETWEEN ? AND ? ORDER BY date`)
      .all(found['series']!, start, end)
      .map(({ date, ...values }) => ({
        date: date as string,
        values: values as Record<string, number | null>,
      }));
  }

  close(): void {
    this.#database.close();
  }
}

const MOST_OPEN = 16;

/** The indexes that were asked last, kept open. */
export class ForecastIndexes {
  readonly #open = new Map<string, ForecastIndex>();

  /** @param files - folder of the forecast's files, by which it is closed again */
  open(files: string, path: string): ForecastIndex {
    const index = this.#open.get(files) ?? new ForecastIndex(path);
    // Asked last, stands last.
    this.#open.delete(files);
    this.#open.set(files, index);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST_OPEN && oldest !== undefined) this.close(oldest);
    return index;
  }

  close(files: string): void {
    this.#open.get(files)?.close();
    this.#open.delete(files);
  }

  closeAll(): void {
    for (const files of [...this.#open.keys()]) this.close(files);
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
