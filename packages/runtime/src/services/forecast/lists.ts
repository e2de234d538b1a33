import type { Filter } from '@aws-sdk/client-forecast';
import type { CallContext } from '../../dispatch/context.ts';
import { pagePosition, pageToken } from '../../store/page-token.ts';
import { invalidInput, invalidNextToken } from './errors.ts';
import type { Kind, Kinds } from './resource.ts';
import type { Resources } from './resources-table.ts';

const LONGEST_PAGE = 100;
const TOKEN_LIFETIME_MS = 24 * 3600 * 1000;

interface ListInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
  readonly Filters?: readonly Filter[] | undefined;
}

/** What a list can be filtered by: the key → the value of a resource. */
export type FilterKeys<R> = Readonly<Record<string, (resource: R) => string>>;

/**
 * One page of the resources of a kind, newest first, those that pass all filters.
 *
 * @throws InvalidInputException for an unknown filter key; InvalidNextTokenException for a token of
 *   another list or with other filters, a damaged one, or one older than 24 hours
 */
export function listPage<K extends Kind>(
  resources: Resources,
  context: CallContext,
  kind: K,
  { MaxResults: size = LONGEST_PAGE, NextToken, Filters = [] }: ListInput,
  keys: FilterKeys<Kinds[K]> = {},
): { page: Kinds[K][]; NextToken: string | undefined } {
  const passes = filterOf(Filters, keys);
  const question = [kind, context.account, context.region, Filters];
  let after = NextToken === undefined ? undefined : positionOf(NextToken, question, context.now);
  const page: Kinds[K][] = [];
  for (;;) {
    const batch = resources.page(context, kind, after, LONGEST_PAGE);
    for (const { document, position } of batch) {
      if (passes(document)) {
        if (page.length === size) return { page, NextToken: tokenFor(after!, question, context.now) };
        page.push(document);
      }
      after = position;
    }
    if (batch.length < LONGEST_PAGE) return { page, NextToken: undefined };
  }
}

function filterOf<R>(filters: readonly Filter[], keys: FilterKeys<R>): (resource: R) => boolean {
  const conditions = filters.map(({ Key = '', Value, Condition }) => {
    const read = keys[Key];
    if (!read) {
      const known = Object.keys(keys).join(', ');
      throw invalidInput(`Filter key ${Key} is not valid. Valid keys: ${known}`);
    }
    return (resource: R) => (read(resource) === Value) === (Condition === 'IS');
  });
  return (resource) => conditions.every((condition) => condition(resource));
}

function tokenFor(position: string, question: unknown, now: Date): string {
  return pageToken(`${position}@${now.getTime()}`, question);
}

function positionOf(token: string, question: unknown, now: Date): string {
  const [position, issued] = pagePosition(token, question)?.split('@') ?? [];
  if (position === undefined || now.getTime() - Number(issued) > TOKEN_LIFETIME_MS) throw invalidNextToken();
  return position;
}
