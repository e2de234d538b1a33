import { pagePosition, pageToken } from '../../store/page-token.ts';
import { invalidParameter } from './errors.ts';

const DEFAULT_PAGE = 50;

/** A page of a list that is held in memory, with the marker of the next one. */
export function pageOf<T>(
  items: readonly T[],
  { Marker, MaxItems = DEFAULT_PAGE }: { Marker?: string | undefined; MaxItems?: number | undefined },
  question: unknown,
): { page: T[]; NextMarker: string | undefined } {
  const start = Marker === undefined ? 0 : Number(pagePosition(Marker, question) ?? Number.NaN);
  if (Number.isNaN(start)) throw invalidParameter(`Invalid pagination token: ${Marker}`);
  const end = start + MaxItems;
  return {
    page: items.slice(start, end),
    NextMarker: end < items.length ? pageToken(String(end), question) : undefined,
  };
}
