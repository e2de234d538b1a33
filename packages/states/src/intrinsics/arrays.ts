import { type Json, jsonEqual } from '../json.ts';
import { ArgumentError, arrayArgument, integerArgument } from './arguments.ts';

/** AWS: an ArrayRange holds at most 1000 numbers. */
const maxRange = 1000;

export function partition(args: readonly Json[]): Json {
  const list = arrayArgument(args, 0);
  const size = integerArgument(args, 1);
  if (size < 1) throw new ArgumentError(`the chunk size must be positive, but was ${size}`);
  const chunks: Json[][] = [];
  for (let i = 0; i < list.length; i += size) chunks.push(list.slice(i, i + size));
  return chunks;
}

export function contains(args: readonly Json[]): Json {
  const wanted = args[1] as Json;
  return arrayArgument(args, 0).some((item) => jsonEqual(item, wanted));
}

export function range(args: readonly Json[]): Json {
  const from = integerArgument(args, 0);
  const to = integerArgument(args, 1);
  const step = integerArgument(args, 2);
  if (step === 0) throw new ArgumentError('the step must not be zero');
  const count = Math.max(0, Math.floor((to - from) / step) + 1);
  if (count > maxRange) {
    throw new ArgumentError(`the range would hold ${count} elements, but at most ${maxRange} are allowed`);
  }
  return Array.from({ length: count }, (_, i) => from + i * step);
}

export function getItem(args: readonly Json[]): Json {
  const list = arrayArgument(args, 0);
  const index = integerArgument(args, 1);
  const item = index < 0 ? undefined : list[index];
  if (item === undefined) {
    throw new ArgumentError(`index ${index} is out of bounds for an array of ${list.length} elements`);
  }
  return item;
}

export function length(args: readonly Json[]): Json {
  return arrayArgument(args, 0).length;
}

export function unique(args: readonly Json[]): Json {
  const found: Json[] = [];
  for (const item of arrayArgument(args, 0)) {
    if (!found.some((known) => jsonEqual(known, item))) found.push(item);
  }
  return found;
}
