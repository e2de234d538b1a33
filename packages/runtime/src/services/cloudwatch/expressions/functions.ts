import type { Series } from '../metrics/series.ts';
import { combine, finite, mapValues, number, series, type Value } from './value.ts';

/** The time that is asked about, in milliseconds since the epoch. */
export interface Range {
  readonly first: number;
  readonly end: number;
}

/** What a function is given; undefined means that it cannot take that. */
export type MathFunction = (args: readonly Value[], range: Range) => Value | undefined;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax-functions-list */
export const FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  ABS: each(Math.abs),
  CEIL: each(Math.ceil),
  FLOOR: each(Math.floor),
  LOG: each(Math.log),
  LOG10: each(Math.log10),
  AVG: reduced((values) => sum(values) / values.length),
  SUM: reduced(sum),
  MIN: reduced((values) => Math.min(...values)),
  MAX: reduced((values) => Math.max(...values)),
  STDDEV: reduced((values) => {
    const mean = sum(values) / values.length;
    return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length);
  }),
  DIFF: onSeries((one) => pairwise(one, (before, after) => after.value - before.value)),
  DIFF_TIME: onSeries((one) => pairwise(one, (before, after) => (after.time - before.time) / 1000)),
  RATE: onSeries((one) =>
    pairwise(one, (before, after) => (after.value - before.value) / ((after.time - before.time) / 1000)),
  ),
  RUNNING_SUM: onSeries((one) => {
    let total = 0;
    return one.points.map(({ time, value }) => {
      total += value;
      return { time, value: total };
    });
  }),
  PERIOD: ([value]) => (value?.kind === 'series' ? number(value.series.period / 1000) : undefined),
  FILL: fill,
  FIRST: ([value]) => (value?.kind === 'array' && value.items[0] ? series(value.items[0]) : undefined),
  LAST: ([value]) =>
    value?.kind === 'array' && value.items.length > 0 ? series(value.items.at(-1)!) : undefined,
  IF: conditional,
  METRIC_COUNT: ([value]) => (value?.kind === 'array' ? number(value.items.length) : undefined),
  DATAPOINT_COUNT: ([value]) => {
    if (value?.kind === 'series') return number(value.series.points.length);
    return undefined;
  },
  REMOVE_EMPTY: ([value]) =>
    value?.kind === 'array'
      ? { kind: 'array', items: value.items.filter(({ points }) => points.length > 0) }
      : undefined,
};

function each(operation: (value: number) => number): MathFunction {
  return ([value, ...more]) => (value && more.length === 0 ? mapValues(value, operation) : undefined);
}

/** One number of a series; one series of several, value by value where any has one. */
function reduced(reduce: (values: readonly number[]) => number): MathFunction {
  return ([value, ...more]) => {
    if (more.length > 0) return undefined;
    if (value?.kind === 'series') {
      const values = value.series.points.map((point) => point.value);
      return values.length === 0 ? undefined : number(reduce(values));
    }
    if (value?.kind !== 'array') return undefined;
    const byTime = new Map<number, number[]>();
    for (const { points } of value.items) {
      for (const point of points) byTime.set(point.time, [...(byTime.get(point.time) ?? []), point.value]);
    }
    const times = [...byTime.keys()].sort((a, b) => a - b);
    const points = times.map((time) => ({ time, value: reduce(byTime.get(time)!) }));
    const period = Math.max(...value.items.map((item) => item.period));
    return series({ label: '', period, points: finite(points) });
  };
}

function onSeries(change: (one: Series) => Series['points']): MathFunction {
  return ([value, ...more]) => {
    if (more.length > 0) return undefined;
    if (value?.kind === 'series') return series({ ...value.series, points: finite(change(value.series)) });
    if (value?.kind !== 'array') return undefined;
    return { kind: 'array', items: value.items.map((item) => ({ ...item, points: finite(change(item)) })) };
  };
}

type Point = Series['points'][number];

function pairwise({ points }: Series, operation: (before: Point, after: Point) => number): Point[] {
  return points
    .slice(1)
    .map((after, index) => ({ time: after.time, value: operation(points[index]!, after) }));
}

/** Values for periods that have none: a number, those of a series, the last one again, or a line between two. */
function fill(args: readonly Value[], range: Range): Value | undefined {
  const [value, filler, ...more] = args;
  if (!filler || more.length > 0) return undefined;
  if (value?.kind === 'array') {
    const items = value.items.map((item) => fill([series(item), filler], range));
    const filled = items.map((item) => (item?.kind === 'series' ? item.series : undefined));
    return filled.every((item) => item !== undefined) ? { kind: 'array', items: filled } : undefined;
  }
  if (value?.kind !== 'series') return undefined;
  const { points, period } = value.series;
  const known = new Map(points.map((point) => [point.time, point.value]));
  const others =
    filler.kind === 'series' ? new Map(filler.series.points.map((p) => [p.time, p.value])) : undefined;
  const valueAt = (time: number): number | undefined => {
    if (filler.kind === 'number') return filler.value;
    if (others) return others.get(time);
    const before = points.findLast((point) => point.time < time);
    if (filler.kind !== 'text' || filler.text === 'REPEAT') return before?.value;
    const after = points.find((point) => point.time > time);
    if (!before || !after) return undefined;
    return before.value + ((after.value - before.value) * (time - before.time)) / (after.time - before.time);
  };
  const filled: Point[] = [];
  for (let time = range.first; time < range.end; time += period) {
    const found = known.get(time) ?? valueAt(time);
    if (found !== undefined) filled.push({ time, value: found });
  }
  return series({ ...value.series, points: filled });
}

/** IF(condition, then, else): where there is no else, nothing. */
function conditional(args: readonly Value[]): Value | undefined {
  const [condition, then, otherwise, ...more] = args;
  if (!condition || !then || more.length > 0 || condition.kind === 'text' || condition.kind === 'array') {
    return undefined;
  }
  if (condition.kind === 'number') return condition.value !== 0 ? then : otherwise;
  const at = (value: Value | undefined): ((time: number) => number | undefined) => {
    if (value?.kind === 'number') return () => value.value;
    if (value?.kind !== 'series') return () => undefined;
    const known = new Map(value.series.points.map((point) => [point.time, point.value]));
    return (time) => known.get(time);
  };
  const yes = at(then);
  const no = at(otherwise);
  const points = condition.series.points.flatMap(({ time, value }) => {
    const found = value !== 0 ? yes(time) : no(time);
    return found === undefined ? [] : [{ time, value: found }];
  });
  return series({ ...condition.series, points });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

const truth = (value: boolean) => (value ? 1 : 0);

export const OPERATORS: Readonly<Record<string, (left: Value, right: Value) => Value | undefined>> = {
  '+': (left, right) => combine(left, right, (a, b) => a + b),
  '-': (left, right) => combine(left, right, (a, b) => a - b),
  '*': (left, right) => combine(left, right, (a, b) => a * b),
  '/': (left, right) => combine(left, right, (a, b) => a / b),
  '%': (left, right) => combine(left, right, (a, b) => a % b),
  '^': (left, right) => combine(left, right, (a, b) => a ** b),
  '<': (left, right) => combine(left, right, (a, b) => truth(a < b)),
  '<=': (left, right) => combine(left, right, (a, b) => truth(a <= b)),
  '>': (left, right) => combine(left, right, (a, b) => truth(a > b)),
  '>=': (left, right) => combine(left, right, (a, b) => truth(a >= b)),
  '==': (left, right) => combine(left, right, (a, b) => truth(a === b)),
  '!=': (left, right) => combine(left, right, (a, b) => truth(a !== b)),
  '&&': (left, right) => combine(left, right, (a, b) => truth(a !== 0 && b !== 0)),
  AND: (left, right) => combine(left, right, (a, b) => truth(a !== 0 && b !== 0)),
  '||': (left, right) => combine(left, right, (a, b) => truth(a !== 0 || b !== 0)),
  OR: (left, right) => combine(left, right, (a, b) => truth(a !== 0 || b !== 0)),
};
