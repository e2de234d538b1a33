import { ServiceError } from '../../dispatch/errors.ts';
import type { Listed } from '../../store/collection.ts';
import { pagePosition, pageToken } from '../../store/page-token.ts';

/** @throws ValidationException for a token of another list */
export function positionIn(token: string | undefined, question: unknown): string | undefined {
  if (token === undefined) return undefined;
  const position = pagePosition(token, question);
  if (position !== undefined) return position;
  throw new ServiceError('ValidationException', 'Parameter NextToken is not valid.');
}

/** The first `limit` of what was found, and the token for the rest. */
export function nextPage<T>(
  found: readonly Listed<T>[],
  limit: number,
  question: unknown,
): { items: T[]; NextToken: string | undefined } {
  const page = found.slice(0, limit);
  return {
    items: page.map(({ document }) => document),
    NextToken: found.length > limit ? pageToken(page.at(-1)!.position, question) : undefined,
  };
}
