import type { Listed, Page } from '../../store/collection.ts';
import { pagePosition, pageToken } from '../../store/page-token.ts';
import { invalidBecause } from './errors.ts';

const PAGE = 100;

/** A page of a hundred. @throws InvalidParameterException for a token of another list */
export function pageOf<T>(
  list: (page: Page) => Listed<T>[],
  token: string | undefined,
  question: unknown,
): { page: T[]; next: string | undefined } {
  const after = token === undefined ? undefined : pagePosition(token, question);
  if (token !== undefined && after === undefined) {
    throw invalidBecause('NextToken', 'this is no token of this list');
  }
  const found = list({ limit: PAGE + 1, after });
  const page = found.slice(0, PAGE);
  return {
    page: page.map(({ document }) => document),
    next: found.length > PAGE ? pageToken(page.at(-1)!.position, question) : undefined,
  };
}
