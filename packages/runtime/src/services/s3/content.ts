import type { AclInput } from './acl.ts';
import { aclInHeaders } from './acl.ts';
import type { Bucket } from './bucket-store.ts';
import { type EncryptionInput, encryptionOf } from './encryption.ts';
import { fault } from './errors.ts';
import { checkHeaderText, decodeHeaderText } from './header-text.ts';
import { type LockInput, lockOf } from './object-lock.ts';
import type { ContentHeaders, ObjectDocument } from './object-store.ts';
import { tagsInHeader } from './tags.ts';

const LARGEST_METADATA = 2048;
const DEFAULT_TYPE = 'binary/octet-stream';

const STORAGE_CLASSES = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
]);

/** What a request that makes an object says of it besides its bytes. */
export interface ContentInput extends Omit<ContentHeaders, 'Expires'>, EncryptionInput, AclInput, LockInput {
  /** Text on the wire, whatever it says; a date from callers within the process. */
  readonly Expires?: Date | string | undefined;
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
  readonly StorageClass?: string | undefined;
  readonly Tagging?: string | undefined;
}

/** The headers that are kept with an object. @throws InvalidArgument */
export function contentHeaders(input: ContentInput): ContentHeaders {
  const headers: ContentHeaders = {
    ContentType: input.ContentType || DEFAULT_TYPE,
    CacheControl: input.CacheControl,
    ContentDisposition: input.ContentDisposition,
    // The SDKs' own framing is taken off and is no encoding of the object.
    ContentEncoding: withoutFraming(input.ContentEncoding),
    ContentLanguage: input.ContentLanguage,
    Expires: input.Expires instanceof Date ? input.Expires.toUTCString() : input.Expires,
    WebsiteRedirectLocation: input.WebsiteRedirectLocation,
  };
  for (const [name, value] of Object.entries(headers)) checkHeaderText(name, value as string | undefined);
  return headers;
}

/** User metadata. @throws MetadataTooLarge */
export function userMetadata({ Metadata = {} }: ContentInput): Record<string, string> {
  const size = Object.entries(Metadata).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (size > LARGEST_METADATA) {
    throw fault('MetadataTooLarge', { Size: size, MaxSizeAllowed: LARGEST_METADATA });
  }
  return Object.fromEntries(Object.entries(Metadata).map(([name, value]) => [name, decodeHeaderText(value)]));
}

/** @throws InvalidStorageClass */
export function storageClass(name = 'STANDARD'): string {
  if (!STORAGE_CLASSES.has(name)) throw fault('InvalidStorageClass', { StorageClassRequested: name });
  return name;
}

/** Everything that a new object's row holds besides its content. */
export function documentOf(input: ContentInput, bucket: Bucket, now: Date): ObjectDocument {
  return {
    headers: contentHeaders(input),
    metadata: userMetadata(input),
    encryption: encryptionOf(input, bucket),
    tags: tagsInHeader(input.Tagging),
    lock: lockOf(input, bucket, now),
    acl: aclInHeaders(input, bucket.account),
  };
}

function withoutFraming(encoding: string | undefined): string | undefined {
  const rest = encoding
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== 'aws-chunked');
  return rest?.join(',') || undefined;
}
