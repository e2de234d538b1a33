import type { S3 } from '@aws-sdk/client-s3';
import type { Operations } from '../../dispatch/service.ts';
import type { Checksum } from './checksums/digest.ts';
import { checksumMember } from './checksums/wanted.ts';
import { enumeration } from './documents.ts';
import { checkAccess } from './encryption.ts';
import { invalidArgument } from './errors.ts';
import { findVersion } from './find-version.ts';
import { pageLimit } from './listing.ts';
import { wholeSecond } from './names.ts';
import type { ObjectVersion } from './object-store.ts';
import type { Stores } from './stores.ts';

const ATTRIBUTES = enumeration('ObjectAttributes');

/** GetObjectAttributes. */
export function objectAttributeOperations(stores: Stores) {
  return {
    GetObjectAttributes(input) {
      const bucket = stores.buckets.require(input.Bucket, input.ExpectedBucketOwner);
      const names: string[] = (input.ObjectAttributes ?? []).filter((name: string) => name !== '');
      if (names.length === 0) {
        throw invalidArgument(
          'The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty',
          'x-amz-object-attributes',
        );
      }
      const wanted = new Set(names);
      const wrong = names.find((name) => !ATTRIBUTES.has(name));
      if (wrong !== undefined) {
        throw invalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', wrong);
      }
      const object = findVersion(stores, bucket, input.Key, input.VersionId, 'GET');
      checkAccess(object.document.encryption, input);
      return {
        LastModified: wholeSecond(object.modified),
        VersionId: bucket.settings.versioning && object.versionId,
        ETag: wanted.has('ETag') ? object.etag : undefined,
        Checksum: wanted.has('Checksum') ? checksumOf(object) : undefined,
        ObjectParts: wanted.has('ObjectParts')
          ? partsOf(object, Number(input.PartNumberMarker || 0), pageLimit(input.MaxParts, 'max-parts'))
          : undefined,
        StorageClass: wanted.has('StorageClass') ? (object.storageClass as 'STANDARD') : undefined,
        ObjectSize: wanted.has('ObjectSize') ? object.size : undefined,
      };
    },
  } satisfies Operations<S3>;
}

function checksumOf({ checksum }: ObjectVersion) {
  if (!checksum) return undefined;
  // A composite checksum is shown without the number of its parts.
  const value = checksum.value.replace(/-\d+$/, '');
  return { ...checksumMember({ ...checksum, value }), ChecksumType: checksum.type };
}

/** The parts of an object that was uploaded in parts; listed only where they have checksums. */
function partsOf({ document, checksum }: ObjectVersion, after: number, limit: number) {
  const { parts } = document;
  if (!parts) return undefined;
  if (!parts.some((part) => part.checksum !== undefined)) return { TotalPartsCount: parts.length };
  const rest = parts.filter(({ number }) => number > after);
  const page = rest.slice(0, limit);
  return {
    TotalPartsCount: parts.length,
    PartNumberMarker: String(after),
    NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
    MaxParts: limit,
    IsTruncated: rest.length > limit,
    Parts: page.map(({ number, size, checksum: value = '' }) => ({
      PartNumber: number,
      Size: size,
      ...partChecksum(checksum, value),
    })),
  };
}

function partChecksum(checksum: Checksum | undefined, value: string) {
  return checksum ? checksumMember({ algorithm: checksum.algorithm, value }) : {};
}
