import type { Json } from '../json.ts';
import type { Sources } from '../scope.ts';
import { ArgumentError, integerArgument } from './arguments.ts';
import { JavaRandom } from './java-random.ts';

/** AWS adds 32-bit integers; recorded: fractions are rounded first. */
const maxInteger = 2_147_483_647;

export function add(args: readonly Json[]): Json {
  return bounded(integerArgument(args, 0)) + bounded(integerArgument(args, 1));
}

/**
 * `States.MathRandom(start, end, [seed])`: an integer from start to end - 1. Unverified: that a seed
 * goes through java.util.Random here as it does for JSONata's `$random`.
 */
export function random(args: readonly Json[], sources: Sources): Json {
  const start = bounded(integerArgument(args, 0));
  const end = bounded(integerArgument(args, 1));
  if (end <= start) throw new ArgumentError(`the end (${end}) must be greater than the start (${start})`);
  if (args.length > 2 && end - start < 2 ** 31) {
    return start + new JavaRandom(integerArgument(args, 2)).nextInt(end - start);
  }
  return start + Math.floor(sources.random() * (end - start));
}

function bounded(value: number): number {
  if (Math.abs(value) > maxInteger + 1) throw new ArgumentError(`${value} is not a 32-bit integer`);
  return value;
}
