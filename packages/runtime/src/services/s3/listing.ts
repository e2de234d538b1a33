import { invalidArgument } from './errors.ts';
import { commonPrefix, successor } from './key-order.ts';
import { urlEncode } from './names.ts';
import type { ListPosition, ListRange } from './object-store.ts';

const MOST = 1000;
const LARGEST_INTEGER = 2 ** 31 - 1;

/** What a listing asks for, common to objects, versions and uploads. */
export interface Listing {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  /** Only what comes behind this key or group. */
  readonly after: string | undefined;
  /** Where `after` is a key: of that key, only what lies behind this place in its order. */
  readonly behind?: number | undefined;
  readonly limit: number;
}

/** A page: things, and groups of things whose keys go on alike up to the delimiter. */
export interface Page<T> {
  readonly items: T[];
  readonly prefixes: string[];
  readonly truncated: boolean;
  /** The last thing or group on the page; where the next one begins. */
  readonly last: { readonly name: string; readonly item: T | undefined } | undefined;
}

/**
 * Reads one page. Things come in the order of their keys; those that share the text from the prefix up
 * to the next delimiter count as one, and are passed over without reading them.
 *
 * @param fetch - reads things in order; ranges are by key
 */
export function readPage<T extends { readonly key: string }>(
  { prefix, delimiter, after, behind, limit }: Listing,
  fetch: (range: ListRange) => T[],
): Page<T> {
  const items: T[] = [];
  const prefixes: string[] = [];
  let last: Page<T>['last'];
  const end = successor(prefix);
  let from = limit === 0 ? undefined : startOf(prefix, delimiter, after, behind);
  for (let left = limit; from; ) {
    // One more than there is room for shows whether there is more.
    const found: T[] = fetch({ from, end, limit: left + 1 });
    from = undefined;
    for (const item of found) {
      if (left === 0) return { items, prefixes, truncated: true, last };
      left -= 1;
      const group = commonPrefix(item.key, prefix, delimiter);
      last = group === undefined ? { name: item.key, item } : { name: group, item: undefined };
      if (group === undefined) {
        items.push(item);
      } else {
        prefixes.push(group);
        from = behindGroup(group);
        break;
      }
    }
  }
  return { items, prefixes, truncated: false, last };
}

/**
 * A place within a group is behind the whole group: markers are names of groups too, and would otherwise
 * give the same group again. Unverified for keys within a group that a client makes up as a marker, of
 * which AWS says nothing.
 */
function startOf(
  prefix: string,
  delimiter: string | undefined,
  after: string | undefined,
  behind: number | undefined,
): ListPosition | undefined {
  if (after === undefined || after === '') return { key: prefix, inclusive: true };
  const group = after.startsWith(prefix) ? commonPrefix(after, prefix, delimiter) : undefined;
  if (group !== undefined) return behindGroup(group);
  if (Buffer.compare(Buffer.from(after), Buffer.from(prefix)) < 0) return { key: prefix, inclusive: true };
  return { key: after, inclusive: false, behind };
}

function behindGroup(group: string): ListPosition | undefined {
  const next = successor(group);
  return next === undefined ? undefined : { key: next, inclusive: true };
}

/**
 * A number that a request gives.
 *
 * @param argument - what S3 calls it when it is negative
 * @param parameter - what S3 calls it when it is too large
 * @throws InvalidArgument
 */
export function listNumber(value: number, argument: string, parameter: string): number {
  if (value < 0) {
    const message = `Argument ${argument} must be an integer between 0 and ${LARGEST_INTEGER}`;
    throw invalidArgument(message, argument, value);
  }
  if (!Number.isInteger(value) || value > LARGEST_INTEGER) {
    const message = `Provided ${parameter} not an integer or within integer range`;
    throw invalidArgument(message, parameter, value);
  }
  return value;
}

/** How many a page holds. @throws InvalidArgument */
export function pageLimit(asked: number | undefined, argument: string, parameter = argument): number {
  return asked === undefined ? MOST : Math.min(listNumber(asked, argument, parameter), MOST);
}

/** How keys are written in the answer. @throws InvalidArgument */
export function keyEncoding(type: string | undefined): (text: string) => string {
  if (type === undefined) return (text) => text;
  if (type !== 'url') {
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', type);
  }
  return urlEncode;
}
