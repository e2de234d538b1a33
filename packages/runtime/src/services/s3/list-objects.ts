import type { S3 } from '@aws-sdk/client-s3';
import type { Operations } from '../../dispatch/service.ts';
import { pagePosition, pageToken } from '../../store/page-token.ts';
import type { Bucket } from './bucket-store.ts';
import { invalidArgument } from './errors.ts';
import { keyEncoding, type Listing, pageLimit, readPage } from './listing.ts';
import { ownerOf, wholeSecond } from './names.ts';
import type { ObjectVersion } from './object-store.ts';
import type { Stores } from './stores.ts';

/** ListObjects and ListObjectsV2. */
export function listObjectsOperations(stores: Stores) {
  const { buckets, objects } = stores;
  const page = (bucket: Bucket, listing: Listing) =>
    readPage(listing, (range) => objects.listLatest(bucket.id, range));
  return {
    ListObjects(input) {
      const bucket = buckets.require(input.Bucket, input.ExpectedBucketOwner);
      const encode = keyEncoding(input.EncodingType);
      const { Prefix: prefix = '', Delimiter, Marker: after = '' } = input;
      const delimiter = Delimiter || undefined;
      const limit = pageLimit(input.MaxKeys, 'maxKeys', 'max-keys');
      const { items, prefixes, truncated, last } = page(bucket, { prefix, delimiter, after, limit });
      const Owner = ownerOf(bucket.account);
      return {
        Name: bucket.name,
        Prefix: encode(prefix),
        Marker: encode(after),
        MaxKeys: limit,
        Delimiter: delimiter && encode(delimiter),
        EncodingType: input.EncodingType,
        IsTruncated: truncated,
        // Without a delimiter the last key is where the next page begins.
        NextMarker: truncated && delimiter && last ? encode(last.name) : undefined,
        Contents: items.map((item) => ({ ...listed(item, encode), Owner })),
        CommonPrefixes: prefixes.map((Prefix) => ({ Prefix: encode(Prefix) })),
      };
    },

    ListObjectsV2(input) {
      const bucket = buckets.require(input.Bucket, input.ExpectedBucketOwner);
      const encode = keyEncoding(input.EncodingType);
      const { Prefix: prefix = '', Delimiter, StartAfter, ContinuationToken } = input;
      const delimiter = Delimiter || undefined;
      const limit = pageLimit(input.MaxKeys, 'maxKeys', 'max-keys');
      const after = ContinuationToken === undefined ? StartAfter : positionOf(ContinuationToken);
      const { items, prefixes, truncated, last } = page(bucket, { prefix, delimiter, after, limit });
      const owner = input.FetchOwner && { Owner: ownerOf(bucket.account) };
      return {
        Name: bucket.name,
        Prefix: encode(prefix),
        Delimiter: delimiter && encode(delimiter),
        MaxKeys: limit,
        KeyCount: items.length + prefixes.length,
        EncodingType: input.EncodingType,
        IsTruncated: truncated,
        ContinuationToken,
        NextContinuationToken: truncated && last ? pageToken(last.name, QUESTION) : undefined,
        StartAfter: ContinuationToken === undefined && StartAfter ? encode(StartAfter) : undefined,
        Contents: items.map((item) => ({ ...listed(item, encode), ...owner })),
        CommonPrefixes: prefixes.map((Prefix) => ({ Prefix: encode(Prefix) })),
      };
    },
  } satisfies Operations<S3>;
}

// A token names a key and is good for any listing, as on S3.
const QUESTION = 's3 objects';

function positionOf(token: string): string {
  const position = token === '' ? undefined : pagePosition(token, QUESTION);
  if (position === undefined) {
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token');
  }
  return position;
}

/** An object as lists show it. */
export function listed(item: ObjectVersion, encode: (text: string) => string) {
  return {
    Key: encode(item.key),
    LastModified: wholeSecond(item.modified),
    ETag: `"${item.etag}"`,
    ChecksumAlgorithm: item.checksum ? [item.checksum.algorithm] : undefined,
    ChecksumType: item.checksum?.type,
    Size: item.size,
    StorageClass: item.storageClass as 'STANDARD',
  };
}
