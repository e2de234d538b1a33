import { pagePosition, pageToken } from '../../store/page-token.ts';
import { invalid } from './errors.ts';
import type { Resource } from './resource-store.ts';

/** What every List operation of the service can be asked. */
export interface ListInput {
  readonly NameContains?: string | undefined;
  readonly CreationTimeAfter?: Date | undefined;
  readonly CreationTimeBefore?: Date | undefined;
  readonly LastModifiedTimeAfter?: Date | undefined;
  readonly LastModifiedTimeBefore?: Date | undefined;
  readonly StatusEquals?: string | undefined;
  readonly SortBy?: string | undefined;
  readonly SortOrder?: string | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

// Unverified: https://docs.aws.amazon.com/sagemaker/latest/APIReference/ names it for most operations.
const PAGE = 10;

/**
 * A page of a list. Filters come before the page's size, so no page is short while there is another one.
 *
 * @param order - the operation's default
 */
export function listPage<T extends Resource>(
  all: readonly T[],
  input: ListInput,
  { order, operation }: { order: 'Ascending' | 'Descending'; operation: string },
): { page: T[]; NextToken?: string } {
  const { SortBy = 'CreationTime', SortOrder = order, MaxResults = PAGE, NextToken } = input;
  const question = [operation, { ...input, NextToken: undefined, MaxResults: undefined }];
  const direction = SortOrder === 'Descending' ? -1 : 1;
  const sorted = all
    .filter((resource) => matches(resource, input))
    .map((resource) => ({ resource, key: [sortValue(resource, SortBy), resource.arn] as const }))
    .sort((a, b) => direction * compare(a.key, b.key));
  const after = positionOf(NextToken, question);
  const rest = after ? sorted.filter(({ key }) => direction * compare(key, after) > 0) : sorted;
  const shown = rest.slice(0, MaxResults);
  return {
    page: shown.map(({ resource }) => resource),
    ...(rest.length > shown.length && {
      NextToken: pageToken(JSON.stringify(shown.at(-1)!.key), question),
    }),
  };
}

type Key = readonly [value: string, arn: string];

function positionOf(token: string | undefined, question: unknown): Key | undefined {
  if (token === undefined) return undefined;
  const position = pagePosition(token, question);
  if (position === undefined) throw invalid('Invalid NextToken.');
  return JSON.parse(position) as Key;
}

function compare([a, first]: Key, [b, second]: Key): number {
  if (a !== b) return a < b ? -1 : 1;
  return first < second ? -1 : first > second ? 1 : 0;
}

function sortValue({ name, status, created }: Resource, by: string): string {
  if (by === 'Name') return name;
  return by === 'Status' ? status : created.toISOString();
}

function matches({ name, created, modified, status }: Resource, input: ListInput): boolean {
  const { NameContains, CreationTimeAfter, CreationTimeBefore, StatusEquals } = input;
  const { LastModifiedTimeAfter, LastModifiedTimeBefore } = input;
  return (
    (NameContains === undefined || name.includes(NameContains)) &&
    (StatusEquals === undefined || status === StatusEquals) &&
    (!CreationTimeAfter || created > CreationTimeAfter) &&
    (!CreationTimeBefore || created < CreationTimeBefore) &&
    (!LastModifiedTimeAfter || modified > LastModifiedTimeAfter) &&
    (!LastModifiedTimeBefore || modified < LastModifiedTimeBefore)
  );
}
