import { readFile } from 'node:fs/promises';
import { table } from '../terminal/table.ts';
import type { PreparedTable } from './prepare-table.ts';

const BARS = '▁▂▃▄▅▆▇█';
const MEDIAN = 'p50';

interface Ahead {
  readonly lower: number[];
  readonly middle: number[];
  readonly upper: number[];
}

/**
 * The largest series as a table: the last values and the forecast as bars of one scale, and the forecast's
 * first, last and summed values.
 *
 * @param forecast - the merged forecast: identifiers, date, quantiles in ascending order
 */
export async function seriesTable(prepared: PreparedTable, forecast: string): Promise<string[]> {
  const [heading = '', ...lines] = (await readFile(forecast, 'utf8')).trimEnd().split('\n');
  const names = splitCsv(heading);
  const identifiers = ['item_id', ...prepared.dimensions].map((name) => names.indexOf(name));
  const figures = names.flatMap((name, place) => (/^(p\d+|mean)$/.test(name) ? [place] : []));
  const middle =
    [MEDIAN, 'mean'].map((name) => names.indexOf(name)).find((place) => place >= 0) ?? figures[0]!;
  const quantiles = figures.filter((place) => names[place] !== 'mean');
  const ahead = new Map<string, Ahead>(
    prepared.largest.map(({ keys }) => [keyOf(keys), { lower: [], middle: [], upper: [] }]),
  );
  for (const line of lines) {
    const cells = splitCsv(line);
    const found = ahead.get(keyOf(identifiers.map((place) => cells[place] ?? '')));
    if (!found) continue;
    found.lower.push(Number(cells[quantiles[0] ?? middle]));
    found.middle.push(Number(cells[middle]));
    found.upper.push(Number(cells[quantiles.at(-1) ?? middle]));
  }
  const rows = prepared.largest.flatMap(({ keys, history }) => {
    const found = ahead.get(keyOf(keys))!;
    if (found.middle.length === 0) return [];
    const scale = [...history, ...found.middle];
    return [
      [
        keys.join(' · '),
        `${bars(history, scale)} ${bars(found.middle, scale)}`,
        figure(found.middle[0]!),
        figure(found.middle.at(-1)!),
        `${figure(sum(found.middle))}`,
        `${figure(found.lower[0]!)} to ${figure(found.upper[0]!)}`,
      ],
    ];
  });
  return table(
    [
      { heading: 'series' },
      { heading: 'until now, ahead' },
      { heading: 'next', align: 'right' },
      { heading: 'last', align: 'right' },
      { heading: 'sum', align: 'right' },
      { heading: 'range of next', align: 'right' },
    ],
    rows,
  );
}

/** One character a value, between the scale's extremes; where the values keep far from zero so do the bars. */
function bars(values: readonly number[], scale: readonly number[]): string {
  const lowest = Math.min(...scale);
  const span = Math.max(...scale) - lowest;
  return values
    .map((value) => BARS[span === 0 ? 0 : Math.round(((value - lowest) / span) * (BARS.length - 1))])
    .join('');
}

function figure(value: number): string {
  const digits = Math.abs(value) >= 1000 ? 0 : 4;
  return digits === 0 ? Math.round(value).toString() : Number(value.toPrecision(digits)).toString();
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

const keyOf = (keys: readonly string[]) => JSON.stringify(keys);

/** The cells of a record without line breaks, as the pipeline writes them. */
function splitCsv(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}
