import jsonata from 'jsonata';
import { digest } from '../intrinsics/encoding.ts';
import { JavaRandom } from '../intrinsics/java-random.ts';
import type { Json } from '../json.ts';
import type { Sources } from '../scope.ts';

/** A function of Step Functions' JSONata dialect does not take its arguments. */
export class DialectError extends Error {
  override readonly name = 'DialectError';
}

type JsonataFunction = (...args: (Json | undefined)[]) => unknown;

/**
 * The functions that Step Functions adds to JSONata ("Transforming data with JSONata" in the
 * developer guide), and its replacements: `$eval` does not exist there, and the clock is injected.
 */
export function dialectFunctions(sources: Sources): Record<string, JsonataFunction | undefined> {
  return {
    partition,
    range,
    hash: (data, algorithm) => digest(text('hash', data), text('hash', algorithm)),
    random: (seed) =>
      seed === undefined ? sources.random() : new JavaRandom(number('random', seed)).nextDouble(),
    uuid: () => sources.uuid(),
    parse,
    eval: undefined,
    millis: () => sources.now(),
    now: (picture, zone) => formatNow(sources.now(), picture, zone),
  };
}

function partition(list: Json | undefined, size: Json | undefined): unknown {
  if (list === undefined || size === undefined) return undefined;
  const items = Array.isArray(list) ? list : [list];
  const length = Math.trunc(number('partition', size));
  if (length < 1) throw new DialectError(`$partition needs a positive chunk size, but got ${length}`);
  const chunks: Json[] = [];
  for (let i = 0; i < items.length; i += length) chunks.push(items.slice(i, i + length));
  return sequence(chunks);
}

/** Measured on the service: fractions are cut off, not rounded, and the end is included. */
function range(from: Json | undefined, to: Json | undefined, step: Json | undefined): unknown {
  if (from === undefined || to === undefined || step === undefined) return undefined;
  const [start, end, by] = [from, to, step].map((value) => Math.trunc(number('range', value))) as [
    number,
    number,
    number,
  ];
  if (by === 0) throw new DialectError('$range needs a step other than zero');
  const count = Math.max(0, Math.floor((end - start) / by) + 1);
  // Measured: 360,145 elements are accepted, one more exceeds the memory limit.
  if (count > 360_145)
    throw new DialectError('Expression evaluation memory limit exceeded: Check for excessive memory usage');
  return sequence(Array.from({ length: count }, (_, i) => start + i * by));
}

function parse(source: Json | undefined): unknown {
  if (source === undefined) return undefined;
  try {
    return JSON.parse(text('parse', source));
  } catch {
    throw new DialectError(`$parse was given text that is not valid JSON: ${text('parse', source)}`);
  }
}

/** JSONata collapses a sequence of one item to that item; recorded: so does AWS for `$range`. */
function sequence(items: Json[]): Json[] {
  return Object.defineProperty(items, 'sequence', { enumerable: false, value: true });
}

let formatter: jsonata.Expression | undefined;

function formatNow(now: number, picture: Json | undefined, zone: Json | undefined): unknown {
  formatter ??= jsonata('$fromMillis($now, $picture, $zone)');
  return formatter.evaluate(undefined, { now, picture, zone });
}

function text(name: string, value: Json | undefined): string {
  if (typeof value !== 'string')
    throw new DialectError(`$${name} needs a string, but got ${JSON.stringify(value)}`);
  return value;
}

function number(name: string, value: Json | undefined): number {
  if (typeof value !== 'number')
    throw new DialectError(`$${name} needs a number, but got ${JSON.stringify(value)}`);
  return value;
}
