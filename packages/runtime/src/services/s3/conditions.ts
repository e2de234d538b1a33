import { ServiceError } from '../../dispatch/errors.ts';
import { fault, preconditionFailed } from './errors.ts';
import { wholeSecond } from './names.ts';
import type { ObjectVersion } from './object-store.ts';

/** Conditions of a read. */
export interface ReadConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

/** Conditions of a write. */
export interface WriteConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

interface Compared {
  readonly etag: string;
  readonly modified: number;
}

/**
 * Checks the conditions of a read; RFC 9110, 13.2.2, says which of two decides.
 *
 * @returns the condition that does not hold, and whether the client has the object already
 */
function failing(object: Compared, conditions: ReadConditions, now: number) {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  const modified = wholeSecond(object.modified).getTime();
  if (IfMatch !== undefined) {
    if (!matches(IfMatch, object.etag)) return { condition: 'If-Match', unchanged: false };
  } else if (IfUnmodifiedSince && modified > IfUnmodifiedSince.getTime()) {
    return { condition: 'If-Unmodified-Since', unchanged: false };
  }
  if (IfNoneMatch !== undefined) {
    if (matches(IfNoneMatch, object.etag)) return { condition: 'If-None-Match', unchanged: true };
  } else if (IfModifiedSince && IfModifiedSince.getTime() <= now && modified <= IfModifiedSince.getTime()) {
    return { condition: 'If-Modified-Since', unchanged: true };
  }
  return undefined;
}

/** @throws PreconditionFailed, or 304 when the client has the object already */
export function checkRead(object: Compared, conditions: ReadConditions, now: number): void {
  const failed = failing(object, conditions, now);
  if (!failed) return;
  if (!failed.unchanged) throw preconditionFailed(failed.condition);
  throw new ServiceError('NotModified', 'Not Modified', {
    status: 304,
    headers: { etag: `"${object.etag}"`, 'last-modified': wholeSecond(object.modified).toUTCString() },
  });
}

/** The conditions of a copy on its source. @throws PreconditionFailed */
export function checkCopySource(object: Compared, conditions: ReadConditions, now: number): void {
  const failed = failing(object, conditions, now);
  if (failed) throw preconditionFailed(`x-amz-copy-source-${failed.condition}`);
}

/** Whether S3 takes these conditions at all; before the body is read. @throws NotImplemented */
export function checkWriteHeaders({ IfMatch, IfNoneMatch }: WriteConditions): void {
  const refuse = (Header: string, additionalMessage: string) =>
    fault('NotImplemented', { Header, additionalMessage });
  if (IfMatch !== undefined && IfNoneMatch !== undefined) {
    throw refuse('If-Match,If-None-Match', 'Multiple conditional request headers present in the request');
  }
  const value = (header: string) => `We don't accept the provided value of ${header} header for this API`;
  if (IfNoneMatch !== undefined && IfNoneMatch !== '*') {
    throw refuse('If-None-Match', value('If-None-Match'));
  }
  if (IfMatch === '*') throw refuse('If-Match', value('If-Match'));
}

/**
 * Inside the transaction that writes: so nothing comes between the condition and the write.
 *
 * @param latest - the key's newest version
 * @throws PreconditionFailed, NoSuchKey
 */
export function checkWrite(
  key: string,
  latest: ObjectVersion | undefined,
  { IfMatch, IfNoneMatch }: WriteConditions,
): void {
  const exists = latest !== undefined && !latest.marker;
  if (IfNoneMatch !== undefined && exists) throw preconditionFailed('If-None-Match');
  if (IfMatch === undefined) return;
  if (!exists) throw fault('NoSuchKey', { Key: key });
  if (!matches(IfMatch, latest.etag)) throw preconditionFailed('If-Match');
}

/** Whether an ETag is among those of a condition, with quotes or without; `*` is any. */
export function matches(condition: string, etag: string): boolean {
  return condition.split(',').some((part) => {
    const text = part.trim();
    return text === '*' || text.replace(/^"|"$/g, '') === etag;
  });
}
