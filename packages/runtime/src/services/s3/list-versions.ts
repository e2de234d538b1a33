import type { S3 } from '@aws-sdk/client-s3';
import type { Operations } from '../../dispatch/service.ts';
import type { Bucket } from './bucket-store.ts';
import { invalidArgument } from './errors.ts';
import { listed } from './list-objects.ts';
import { keyEncoding, pageLimit, readPage } from './listing.ts';
import { ownerOf, wholeSecond } from './names.ts';
import type { Stores } from './stores.ts';
import { NULL_VERSION, sequenceOf } from './versions.ts';

/** ListObjectVersions. */
export function listVersionsOperations(stores: Stores) {
  const { buckets, objects } = stores;
  return {
    ListObjectVersions(input) {
      const bucket = buckets.require(input.Bucket, input.ExpectedBucketOwner);
      const encode = keyEncoding(input.EncodingType);
      const { Prefix: prefix = '', Delimiter, KeyMarker: after = '', VersionIdMarker = '' } = input;
      const delimiter = Delimiter || undefined;
      const limit = pageLimit(input.MaxKeys, 'maxKeys', 'max-keys');
      const behind = placeOf(stores, bucket, after, VersionIdMarker);
      const { items, prefixes, truncated, last } = readPage(
        { prefix, delimiter, after, behind, limit },
        (range) => objects.listVersions(bucket.id, range),
      );
      const Owner = ownerOf(bucket.account);
      const versions = items.filter(({ marker }) => !marker);
      const markers = items.filter(({ marker }) => marker);
      return {
        Name: bucket.name,
        Prefix: encode(prefix),
        KeyMarker: encode(after),
        VersionIdMarker,
        MaxKeys: limit,
        Delimiter: delimiter && encode(delimiter),
        EncodingType: input.EncodingType,
        IsTruncated: truncated,
        NextKeyMarker: truncated && last ? encode(last.name) : undefined,
        NextVersionIdMarker: truncated ? last?.item?.versionId : undefined,
        Versions: versions.map((item) => ({
          ...listed(item, encode),
          StorageClass: item.storageClass as 'STANDARD',
          VersionId: item.versionId,
          IsLatest: item.latest,
          Owner,
        })),
        DeleteMarkers: markers.map((item) => ({
          Key: encode(item.key),
          VersionId: item.versionId,
          IsLatest: item.latest,
          LastModified: wholeSecond(item.modified),
          Owner,
        })),
        CommonPrefixes: prefixes.map((Prefix) => ({ Prefix: encode(Prefix) })),
      };
    },
  } satisfies Operations<S3>;
}

/** The place of a version in its key's order, even when the version is gone. */
function placeOf(stores: Stores, bucket: Bucket, key: string, versionId: string): number | undefined {
  if (versionId === '') return undefined;
  if (key === '') {
    throw invalidArgument(
      'A version-id marker cannot be specified without a key marker.',
      'version-id-marker',
      versionId,
    );
  }
  const place =
    versionId === NULL_VERSION
      ? stores.objects.version(bucket.id, key, NULL_VERSION)?.sequence
      : sequenceOf(versionId);
  if (place === undefined && versionId !== NULL_VERSION) {
    throw invalidArgument('Invalid version id specified', 'version-id-marker', versionId);
  }
  return place;
}
