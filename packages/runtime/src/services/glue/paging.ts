import type { Listed } from '../../store/collection.ts';
import { pagePosition, pageToken } from '../../store/page-token.ts';
import { invalidInput } from './errors.ts';

/**
 * A page of a list with the token of the next one.
 *
 * @param list - gives so many items behind a position
 * @param question - what the list is of, so that a token of another list is recognised
 */
export function pageOf<T>(
  list: (after: string | undefined, limit: number) => Listed<T>[],
  { NextToken, MaxResults }: { NextToken?: string | undefined; MaxResults: number },
  question: unknown,
): { page: T[]; NextToken?: string } {
  const after = NextToken === undefined ? undefined : pagePosition(NextToken, question);
  if (NextToken !== undefined && after === undefined) {
    throw invalidInput(`Invalid pagination token: ${NextToken}`);
  }
  const found = list(after, MaxResults + 1);
  const shown = found.slice(0, MaxResults);
  return {
    page: shown.map(({ document }) => document),
    ...(found.length > MaxResults && { NextToken: pageToken(shown.at(-1)!.position, question) }),
  };
}
