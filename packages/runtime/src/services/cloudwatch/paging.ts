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
  placeOf: (item: T, index: number) => string,
  question: unknown,
): { items: T[]; NextToken: string | undefined } {
  const after = token === undefined ? undefined : pagePosition(token, question);
  if (token !== undefined && after === undefined) {
    throw new ServiceError('InvalidNextToken', 'Request parameter NextToken is invalid');
  }
  const first = after === undefined ? 0 : list.findIndex((item, index) => placeOf(item, index) === after) + 1;
  const items = list.slice(first, first + limit);
  const last = first + items.length - 1;
  const more = last + 1 < list.length;
  return { items, NextToken: more ? pageToken(placeOf(list[last]!, last), question) : undefined };
}
