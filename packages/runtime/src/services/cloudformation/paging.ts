import { pagePosition, pageToken } from '../../store/page-token.ts';
import { invalid } from './failures.ts';

export interface PagedItems<T> {
  readonly items: readonly T[];
  readonly NextToken: string | undefined;
}

/**
 * One page of a list whose items are read by position.
 *
 * @param read - at most so many items after a position
 * @param question - what the list is a list of; a token of another one is refused
 */
export function pageOf<T>(
  question: unknown,
  token: string | undefined,
  size: number,
  read: (limit: number, after: string | undefined) => readonly { item: T; position: string }[],
): PagedItems<T> {
  const after = token === undefined ? undefined : pagePosition(token, question);
  if (token !== undefined && after === undefined) throw invalid(`Invalid value for the NextToken: ${token}`);
  const found = read(size + 1, after);
  const page = found.slice(0, size);
  return {
    items: page.map(({ item }) => item),
    NextToken: found.length > size ? pageToken(page.at(-1)!.position, question) : undefined,
  };
}

/** One page of a list that is in memory. */
export function pageOfList<T>(
  question: unknown,
  token: string | undefined,
  size: number,
  list: readonly T[],
): PagedItems<T> {
  return pageOf(question, token, size, (limit, after) => {
    const from = after === undefined ? 0 : Number(after);
    return list
      .slice(from, from + limit)
      .map((item, index) => ({ item, position: String(from + index + 1) }));
  });
}
