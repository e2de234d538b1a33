import type { CallContext } from '../../dispatch/context.ts';
import { decodePercent } from '../../wire/request.ts';
import type { Bucket } from './bucket-store.ts';
import { checkCopySource } from './conditions.ts';
import { checkAccess } from './encryption.ts';
import { invalidArgument, invalidRequest } from './errors.ts';
import { checkVersionId, findVersion } from './find-version.ts';
import { checkReadable } from './get-object.ts';
import type { ObjectVersion } from './object-store.ts';
import type { Stores } from './stores.ts';

/** The headers of a request that name the source of a copy. */
export interface CopySourceInput {
  readonly CopySource: string;
  readonly CopySourceIfMatch?: string | undefined;
  readonly CopySourceIfNoneMatch?: string | undefined;
  readonly CopySourceIfModifiedSince?: Date | undefined;
  readonly CopySourceIfUnmodifiedSince?: Date | undefined;
  readonly CopySourceSSECustomerAlgorithm?: string | undefined;
  readonly CopySourceSSECustomerKey?: string | undefined;
  readonly CopySourceSSECustomerKeyMD5?: string | undefined;
  readonly ExpectedSourceBucketOwner?: string | undefined;
}

export interface Source {
  readonly bucket: Bucket;
  readonly object: ObjectVersion;
  /** The version that the request names. */
  readonly versionId: string | undefined;
}

const ARN = /^arn:aws[a-z-]*:s3:::/;

/**
 * Reads `x-amz-copy-source`: bucket and key, percent-encoded, with or without a slash in front, and a
 * version.
 *
 * @throws InvalidArgument
 */
export function parseCopySource(header: string): { bucket: string; key: string; versionId?: string } {
  const mark = header.lastIndexOf('?versionId=');
  const path = decodePercent(mark < 0 ? header : header.slice(0, mark)).replace(ARN, '');
  const [bucket = '', ...rest] = path.replace(/^\//, '').split('/');
  const key = rest.join('/');
  if (bucket === '' || key === '') {
    throw invalidArgument('Invalid copy source object key', 'x-amz-copy-source', header);
  }
  return mark < 0 ? { bucket, key } : { bucket, key, versionId: header.slice(mark + '?versionId='.length) };
}

/** The source of a copy, after all conditions on it. */
export function findSource(stores: Stores, input: CopySourceInput, { now }: CallContext): Source {
  const { bucket: name, key, versionId } = parseCopySource(input.CopySource);
  const bucket = stores.buckets.require(name, input.ExpectedSourceBucketOwner);
  if (versionId !== undefined) {
    checkVersionId(versionId);
    if (stores.objects.version(bucket.id, key, versionId)?.marker) {
      throw invalidRequest(
        'The source of a copy request may not specifically refer to a delete marker by version id.',
      );
    }
  }
  const object = findVersion(stores, bucket, key, versionId, 'GET');
  checkAccess(object.document.encryption, {
    SSECustomerAlgorithm: input.CopySourceSSECustomerAlgorithm,
    SSECustomerKey: input.CopySourceSSECustomerKey,
    SSECustomerKeyMD5: input.CopySourceSSECustomerKeyMD5,
  });
  const conditions = {
    IfMatch: input.CopySourceIfMatch,
    IfNoneMatch: input.CopySourceIfNoneMatch,
    IfModifiedSince: input.CopySourceIfModifiedSince,
    IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  };
  checkCopySource(object, conditions, now.getTime());
  checkReadable(object, now, "Operation is not valid for the source object's storage class");
  return { bucket, object, versionId };
}
