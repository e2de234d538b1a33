import { ServiceError } from '../../dispatch/errors.ts';
import type { Listed } from '../../store/collection.ts';
import { pagePosition, pageToken } from '../../store/page-token.ts';

const DEFAULT_PAGE = 100;

interface PageInput {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

/** The position that a request's token stands for. @throws InvalidToken */
export function positionOf(input: PageInput, question: unknown): string | undefined {
  if (input.nextToken === undefined) return undefined;
  const position = pagePosition(input.nextToken, question);
  if (position === undefined) throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
  return position;
}

export function pageSize(input: PageInput): number {
  return input.maxResults || DEFAULT_PAGE;
}

/**
 * One page of a list. `read` is asked for one more than a page has, to know whether there is another.
 *
 * @param name - the response's list member
 */
export function page<T, Item, Name extends string>(
  input: PageInput,
  name: Name,
  read: (limit: number, after: string | undefined) => Listed<T>[],
  options: { item: (document: T) => Item; question?: unknown },
): { [Key in Name]: Item[] } & { nextToken: string | undefined } {
  const question = options.question ?? name;
  const size = pageSize(input);
  const found = read(size + 1, positionOf(input, question));
  const shown = found.slice(0, size);
  return {
    [name]: shown.map(({ document }) => options.item(document)),
    nextToken: found.length > size ? pageToken(shown.at(-1)!.position, question) : undefined,
  } as { [Key in Name]: Item[] } & { nextToken: string | undefined };
}
