import type { S3 } from '@aws-sdk/client-s3';
import type { CallContext } from '../../dispatch/context.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { InputOf, Validated } from '../../dispatch/types.ts';
import { WholeBody } from '../../wire/response.ts';
import type { Bucket } from './bucket-store.ts';
import { checksumMember } from './checksums/wanted.ts';
import { checkRead } from './conditions.ts';
import { checkAccess } from './encryption.ts';
import { fault, invalidRequest } from './errors.ts';
import { findVersion } from './find-version.ts';
import { checkHeaderText, encodeHeaderText } from './header-text.ts';
import { wholeSecond } from './names.ts';
import { lockHeaders } from './object-lock.ts';
import type { ContentHeaders, ObjectVersion } from './object-store.ts';
import { openContent } from './open-content.ts';
import { type ByteRange, parseRange } from './ranges.ts';
import type { Stores } from './stores.ts';

/** Up to here an object is read and sent in one go, beyond it is streamed. */
const AT_ONCE = 64 * 1024;

type ReadInput = Validated<InputOf<S3, 'getObject'>>;

/** GetObject and HeadObject. */
export function getObjectOperations(stores: Stores) {
  return {
    GetObject(input, context) {
      const { bucket, object, range } = resolve(stores, input, 'GET', context);
      checkReadable(object, context.now);
      const { Body, length } = contentOf(stores, object, range);
      return { ...describe(bucket, object, range, input, context), Body, ContentLength: length };
    },

    HeadObject(input, context) {
      const { bucket, object, range } = resolve(stores, input, 'HEAD', context);
      return {
        ...describe(bucket, object, range, input, context),
        ContentLength: range?.length ?? object.size,
      };
    },
  } satisfies Operations<S3>;
}

/** The object that a request reads and the bytes of it, after all its conditions. */
function resolve(stores: Stores, input: ReadInput, method: string, { now }: CallContext) {
  const bucket = stores.buckets.require(input.Bucket, input.ExpectedBucketOwner);
  const object = findVersion(stores, bucket, input.Key, input.VersionId, method);
  checkAccess(object.document.encryption, input);
  checkRead(object, input, now.getTime());
  return { bucket, object, range: rangeOf(object, input) };
}

function rangeOf(object: ObjectVersion, { Range, PartNumber }: ReadInput): ByteRange | undefined {
  if (PartNumber === undefined) return parseRange(Range, object.size);
  if (Range !== undefined) {
    throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
  }
  const parts = object.document.parts ?? [{ number: 1, size: object.size }];
  const index = parts.findIndex(({ number }) => number === PartNumber);
  if (index < 0) {
    throw fault('InvalidPartNumber', { ActualPartCount: parts.length, PartNumberRequested: PartNumber });
  }
  const start = parts.slice(0, index).reduce((sum, { size }) => sum + size, 0);
  return { start, length: parts[index]!.size };
}

/** An archived object has to be restored before it is read. @throws InvalidObjectState */
export function checkReadable(object: ObjectVersion, now: Date, message?: string): void {
  const { storageClass, document } = object;
  if (storageClass !== 'GLACIER' && storageClass !== 'DEEP_ARCHIVE') return;
  if (document.restoredUntil && document.restoredUntil > now) return;
  throw fault('InvalidObjectState', { StorageClass: storageClass }, message);
}

function contentOf(stores: Stores, object: ObjectVersion, range: ByteRange | undefined) {
  const { start, length } = range ?? { start: 0, length: object.size };
  // Opened before anything else can happen: a later overwrite does not take the bytes away.
  const open = length === 0 ? undefined : openContent(stores, object.blob!, start + length);
  if (open && length > AT_ONCE) return { Body: open.stream(start, length), length };
  const bytes = open?.bytes(start, length) ?? new Uint8Array();
  open?.close();
  return { Body: new WholeBody(bytes), length };
}

/** What is answered of an object besides its bytes. */
function describe(
  bucket: Bucket,
  object: ObjectVersion,
  range: ByteRange | undefined,
  input: ReadInput,
  { now }: CallContext,
) {
  const { document, checksum, size } = object;
  const whole = !range || range.length === size;
  return {
    AcceptRanges: 'bytes',
    LastModified: wholeSecond(object.modified),
    ETag: `"${object.etag}"`,
    ...document.headers,
    ...overrides(input),
    // Text in the model, a date in the SDK's types.
    Expires: (input.ResponseExpires?.toUTCString() ?? document.headers.Expires) as Date | undefined,
    Metadata: Object.fromEntries(
      Object.entries(document.metadata).map(([name, value]) => [name, encodeHeaderText(value)]),
    ),
    ...document.encryption,
    VersionId: bucket.settings.versioning && object.versionId,
    StorageClass: object.storageClass === 'STANDARD' ? undefined : (object.storageClass as 'GLACIER'),
    TagCount: document.tags?.length || undefined,
    PartsCount: input.PartNumber === undefined ? undefined : document.parts?.length,
    Restore: restoreHeader(document.restoredUntil, now),
    ...lockHeaders(document.lock),
    ...(input.ChecksumMode === 'ENABLED' &&
      whole && { ...checksumMember(checksum), ChecksumType: checksum?.type }),
    ...(range && {
      ContentRange: `bytes ${range.start}-${range.start + range.length - 1}/${size}`,
      StatusCode: 206,
    }),
  };
}

const OVERRIDES = [
  ['ContentType', 'ResponseContentType', 'response-content-type'],
  ['CacheControl', 'ResponseCacheControl', 'response-cache-control'],
  ['ContentDisposition', 'ResponseContentDisposition', 'response-content-disposition'],
  ['ContentEncoding', 'ResponseContentEncoding', 'response-content-encoding'],
  ['ContentLanguage', 'ResponseContentLanguage', 'response-content-language'],
] as const;

/** Headers that the request wants in place of the object's own. @throws InvalidArgument */
function overrides(input: ReadInput): ContentHeaders {
  const wanted: Record<string, string> = {};
  for (const [header, member, parameter] of OVERRIDES) {
    const value = input[member];
    if (value === undefined) continue;
    checkHeaderText(parameter, value);
    wanted[header] = value;
  }
  return wanted;
}

function restoreHeader(until: Date | undefined, now: Date): string | undefined {
  return until && until > now ? `ongoing-request="false", expiry-date="${until.toUTCString()}"` : undefined;
}
