import { ServiceError } from '../../dispatch/errors.ts';
import { pagePosition, pageToken } from '../../store/page-token.ts';

/**
 * A page of a list in which every item has its own place.
 *
 * @throws InvalidNextToken for a token of another list
 */
export function pageOf<T>(
  list: readonly T[],
  limit: number,
  token: string | undefined,
  placeOf: (item: T) => string,
  question: unknown,
): { items: T[]; NextToken: string | undefined } {
  const after = token === undefined ? undefined : pagePosition(token, question);
  if (token !== undefined && after === undefined) {
    throw new ServiceError('InvalidNextToken', 'The specified token is not valid.');
  }
  const first = after === undefined ? 0 : list.findIndex((item) => placeOf(item) === after) + 1;
  const items = list.slice(first, first + limit);
  const last = items.at(-1);
  const more = first + items.length < list.length && last !== undefined;
  return { items, NextToken: more ? pageToken(placeOf(last), question) : undefined };
}
