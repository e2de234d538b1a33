import { pagePosition, pageToken } from '../../store/page-token.ts';
import { validationError } from './failures.ts';

export interface PageRequest {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface IamPage<T> {
  readonly items: T[];
  readonly IsTruncated: boolean;
  readonly Marker: string | undefined;
}

const DEFAULT_ITEMS = 100;

/**
 * A page of a list in IAM's fashion.
 *
 * @param list - everything, in the order of `nameOf`
 * @param nameOf - tells items apart and orders them
 * @param question - what the list is of; a marker of another list is refused
 */
export function pageOf<T>(
  list: readonly T[],
  { Marker, MaxItems = DEFAULT_ITEMS }: PageRequest,
  nameOf: (item: T) => string,
  question: unknown,
): IamPage<T> {
  const after = Marker === undefined ? undefined : pagePosition(Marker, question);
  if (Marker !== undefined && after === undefined) throw validationError(`Invalid Marker: ${Marker}`);
  const first = after === undefined ? 0 : list.findIndex((item) => nameOf(item) > after);
  const rest = first < 0 ? [] : list.slice(first);
  const items = rest.slice(0, MaxItems);
  const last = items.at(-1);
  const more = rest.length > items.length && last !== undefined;
  return { items, IsTruncated: more, Marker: more ? pageToken(nameOf(last), question) : undefined };
}

/** Orders by name as {@link pageOf} compares. */
export function byName<T>(nameOf: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0);
}
