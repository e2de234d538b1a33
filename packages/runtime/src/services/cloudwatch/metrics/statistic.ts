import type { Sample } from './metrics-table.ts';

/** A statistic over the samples of a period; undefined when it cannot be told from them. */
export type Statistic = (samples: readonly Sample[]) => number | undefined;

const BASIC: Readonly<Record<string, Statistic>> = {
  SampleCount: (samples) => total(samples, ({ count }) => count),
  Sum: (samples) => total(samples, ({ sum }) => sum),
  Average: (samples) => total(samples, ({ sum }) => sum) / total(samples, ({ count }) => count),
  Minimum: (samples) => samples.reduce((least, { min }) => Math.min(least, min), Number.POSITIVE_INFINITY),
  Maximum: (samples) => samples.reduce((most, { max }) => Math.max(most, max), Number.NEGATIVE_INFINITY),
};

const SHORT = /^(p|tm|wm|tc|ts)(\d{1,3}(?:\.\d{1,10})?)$/i;
const RANGE = /^(TM|WM|PR|TC|TS)\((-?[\d.]*)(%?):(-?[\d.]*)(%?)\)$/i;

/**
 * A statistic by its name: `Average`, `p99.9`, `tm90`, `TM(2%:98%)`, `PR(:300)`, `IQM` …
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 *
 * @returns undefined when there is no such statistic
 */
export function statisticOf(name: string): Statistic | undefined {
  if (Object.hasOwn(BASIC, name)) return BASIC[name];
  if (/^IQM$/i.test(name)) return extended('tm', { percent: 25 }, { percent: 75 });
  const short = SHORT.exec(name);
  if (short) {
    const kind = short[1]!.toLowerCase();
    const percent = Number(short[2]);
    if (percent > 100) return undefined;
    return kind === 'p' ? percentile(percent) : extended(kind, undefined, { percent });
  }
  const range = RANGE.exec(name);
  if (!range) return undefined;
  const [, kind = '', low = '', lowPercent, high = '', highPercent] = range;
  if ((low === '' && high === '') || (low !== '' && high !== '' && lowPercent !== highPercent))
    return undefined;
  const bound = (text: string, percent: string | undefined): Bound | undefined =>
    text === '' ? undefined : percent === '%' ? { percent: Number(text) } : { value: Number(text) };
  return extended(kind.toLowerCase(), bound(low, lowPercent), bound(high, highPercent));
}

type Bound = { readonly percent: number } | { readonly value: number };

interface Weighted {
  readonly value: number;
  readonly count: number;
}

/**
 * The value that so many percent of all values are lower than or equal to. Of a set of which only the
 * statistics are known this cannot be told, unless all of its values are the same.
 */
function percentile(percent: number): Statistic {
  return (samples) => {
    const values = valuesOf(samples);
    return values && valueAt(values, percent);
  };
}

/** Statistics of the values above one bound and up to another. */
function extended(kind: string, low: Bound | undefined, high: Bound | undefined): Statistic {
  return (samples) => {
    const values = valuesOf(samples);
    if (!values) return undefined;
    const at = (bound: Bound | undefined) =>
      bound && ('percent' in bound ? valueAt(values, bound.percent) : bound.value);
    const least = at(low) ?? Number.NEGATIVE_INFINITY;
    const most = at(high) ?? Number.POSITIVE_INFINITY;
    const inside = values.filter(({ value }) => value > least && value <= most);
    switch (kind) {
      case 'tm':
        return inside.length === 0 ? undefined : sumOf(inside) / countOf(inside);
      case 'tc':
        return countOf(inside);
      case 'ts':
        return sumOf(inside);
      case 'pr':
        return (countOf(inside) / countOf(values)) * 100;
      default: {
        const winsorized = values.map(({ value, count }) => ({
          value: Math.min(Math.max(value, least), most),
          count,
        }));
        return sumOf(winsorized) / countOf(winsorized);
      }
    }
  };
}

/** The value at a rank of sorted values: the first with at least so many percent at or below it. */
function valueAt(values: readonly Weighted[], percent: number): number | undefined {
  const rank = Math.max((percent / 100) * countOf(values), Number.MIN_VALUE);
  let below = 0;
  for (const { value, count } of values) {
    below += count;
    // A hair of tolerance, as 0.95 * 20 is a hair above 19.
    if (below >= rank * (1 - 1e-12)) return value;
  }
  return values.at(-1)?.value;
}

/** The single values, sorted, or undefined when a sample hides them. */
function valuesOf(samples: readonly Sample[]): Weighted[] | undefined {
  if (samples.some(({ min, max }) => min !== max)) return undefined;
  return samples.map(({ min, count }) => ({ value: min, count })).sort((a, b) => a.value - b.value);
}

function countOf(values: readonly Weighted[]): number {
  return total(values, ({ count }) => count);
}

function sumOf(values: readonly Weighted[]): number {
  return total(values, ({ value, count }) => value * count);
}

function total<T>(items: readonly T[], numberOf: (item: T) => number): number {
  return items.reduce((sum, item) => sum + numberOf(item), 0);
}
