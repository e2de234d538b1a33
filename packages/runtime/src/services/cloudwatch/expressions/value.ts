import type { Series } from '../metrics/series.ts';

/** What an expression can be worth: a number, a time series, several of them, or a text given to a function. */
export type Value =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'series'; readonly series: Series }
  | { readonly kind: 'array'; readonly items: readonly Series[] }
  | { readonly kind: 'text'; readonly text: string };

export function number(value: number): Value {
  return { kind: 'number', value };
}

export function series(one: Series): Value {
  return { kind: 'series', series: one };
}

/** Combines two series where both have a value, a series and a number everywhere. */
export function combine(
  left: Value,
  right: Value,
  operation: (a: number, b: number) => number,
): Value | undefined {
  if (left.kind === 'text' || right.kind === 'text') return undefined;
  if (left.kind === 'array') {
    const items = left.items.map((item, index) => combine(series(item), pick(right, index), operation));
    return arrayOf(items);
  }
  if (right.kind === 'array')
    return arrayOf(right.items.map((item) => combine(left, series(item), operation)));
  if (left.kind === 'number') {
    if (right.kind === 'number') return number(operation(left.value, right.value));
    return mapSeries(right.series, (value) => operation(left.value, value));
  }
  if (right.kind === 'number') return mapSeries(left.series, (value) => operation(value, right.value));
  const others = new Map(right.series.points.map(({ time, value }) => [time, value]));
  const points = left.series.points.flatMap(({ time, value }) => {
    const other = others.get(time);
    return other === undefined ? [] : [{ time, value: operation(value, other) }];
  });
  return series({ ...left.series, points: finite(points) });
}

/** Applies a function to every value. */
export function mapValues(value: Value, operation: (a: number) => number): Value | undefined {
  switch (value.kind) {
    case 'number':
      return number(operation(value.value));
    case 'series':
      return mapSeries(value.series, operation);
    case 'array':
      return arrayOf(value.items.map((item) => mapSeries(item, operation)));
    case 'text':
      return undefined;
    default:
      return value satisfies never;
  }
}

/** A division by zero has no value. */
export function finite(points: Series['points']): Series['points'] {
  return points.filter(({ value }) => Number.isFinite(value));
}

function mapSeries(one: Series, operation: (a: number) => number): Value {
  return series({
    ...one,
    points: finite(one.points.map(({ time, value }) => ({ time, value: operation(value) }))),
  });
}

/** Arrays are combined element by element. */
function pick(value: Value, index: number): Value {
  if (value.kind !== 'array') return value;
  const item = value.items[index];
  return item ? series(item) : { kind: 'text', text: '' };
}

function arrayOf(values: readonly (Value | undefined)[]): Value | undefined {
  const items = values.map((value) => (value?.kind === 'series' ? value.series : undefined));
  return items.every((item) => item !== undefined) ? { kind: 'array', items } : undefined;
}
