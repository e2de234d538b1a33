import { isObject, type Json } from '../json.ts';
import { evaluateSegments, PathNotFoundError } from './evaluate.ts';
import type { Path, PathFunction } from './path.ts';

/**
 * Applies a function at the end of a path to the value before it. The set is Jayway's.
 * @throws PathNotFoundError when the function does not fit the value, as for a missing path
 */
export function applyFunction(called: PathFunction, value: Json, document: Json): Json {
  const args = called.args.map((arg) => (isPath(arg) ? evaluateSegments(arg, document) : arg));
  switch (called.name) {
    case 'length':
    case 'size':
      return length(called, value);
    case 'keys':
      if (!isObject(value)) throw misfit(called, value);
      return Object.keys(value);
    case 'concat':
      return [value, ...args].map(textOf).join('');
    case 'append':
      if (!Array.isArray(value)) throw misfit(called, value);
      return [...value, ...args];
    case 'first':
      return element(called, value, 0);
    case 'last':
      return element(called, value, -1);
    case 'index':
      return element(called, value, Number(args[0]));
    case 'min':
      return Math.min(...numbers(value, args));
    case 'max':
      return Math.max(...numbers(value, args));
    case 'sum':
      return sum(numbers(value, args));
    case 'avg': {
      const list = numbers(value, args);
      return sum(list) / list.length;
    }
    case 'stddev': {
      const list = numbers(value, args);
      const mean = sum(list) / list.length;
      return Math.sqrt(sum(list.map((item) => (item - mean) ** 2)) / list.length);
    }
    default:
      return called.name satisfies never;
  }
}

function isPath(arg: Json | Path): arg is Path {
  return isObject(arg) && 'segments' in arg;
}

function length(called: PathFunction, value: Json): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (isObject(value)) return Object.keys(value).length;
  throw misfit(called, value);
}

function element(called: PathFunction, value: Json, index: number): Json {
  const item = Array.isArray(value) ? value.at(index) : undefined;
  if (item === undefined) throw misfit(called, value);
  return item;
}

function numbers(value: Json, args: readonly Json[]): number[] {
  const list = [...(Array.isArray(value) ? value : []), ...args.flat()];
  const found = list.filter((item) => typeof item === 'number');
  if (found.length === 0)
    throw new PathNotFoundError('Aggregation function attempted to calculate value using empty array');
  return found;
}

function sum(list: readonly number[]): number {
  return list.reduce((total, item) => total + item, 0);
}

function textOf(value: Json): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map(textOf).join('') : JSON.stringify(value);
}

function misfit(called: PathFunction, value: Json): PathNotFoundError {
  return new PathNotFoundError(`Function ${called.name}() cannot be applied to ${JSON.stringify(value)}`);
}
