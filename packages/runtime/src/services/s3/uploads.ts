import type { S3 } from '@aws-sdk/client-s3';
import type { Operations } from '../../dispatch/service.ts';
import type { Bucket } from './bucket-store.ts';
import { type Algorithm, type CoverageType, isAlgorithm } from './checksums/digest.ts';
import { unsupportedAlgorithm } from './checksums/wanted.ts';
import { documentOf, storageClass } from './content.ts';
import { fault, invalidArgument, invalidRequest } from './errors.ts';
import { keyEncoding, pageLimit, readPage } from './listing.ts';
import { checkKey, ownerOf, wholeSecond } from './names.ts';
import type { Stores } from './stores.ts';
import { forgetBlob } from './stores.ts';
import type { Upload } from './upload-store.ts';

/** Operations on uploads in parts as such. */
export function uploadOperations(stores: Stores) {
  const { buckets, uploads, sequence, host } = stores;
  return {
    CreateMultipartUpload(input, context) {
      const { Bucket: name, Key: key } = input;
      checkKey(key);
      const bucket = buckets.require(name, input.ExpectedBucketOwner);
      const document = {
        ...documentOf(input, bucket, context.now),
        storageClass: storageClass(input.StorageClass),
        checksum: checksumOf(input.ChecksumAlgorithm, input.ChecksumType),
      };
      const id = host.ids.base32(64);
      return context.transaction(() => {
        const now = context.now.getTime();
        const upload = { id, key, initiated: now, sequence: sequence.next(now), document };
        uploads.insert(buckets.require(name).id, upload);
        return {
          Bucket: name,
          Key: key,
          UploadId: id,
          ChecksumAlgorithm: document.checksum?.algorithm,
          ChecksumType: document.checksum?.type,
          ...document.encryption,
        };
      });
    },

    AbortMultipartUpload(input, context) {
      return context.transaction(() => {
        const bucket = buckets.require(input.Bucket, input.ExpectedBucketOwner);
        const upload = requireUpload(stores, bucket, input.Key, input.UploadId);
        for (const { blob } of uploads.delete(upload.id)) forgetBlob(stores, blob);
        return {};
      });
    },

    ListMultipartUploads(input) {
      const bucket = buckets.require(input.Bucket, input.ExpectedBucketOwner);
      const encode = keyEncoding(input.EncodingType);
      const { Prefix: prefix = '', Delimiter, KeyMarker: after = '' } = input;
      const delimiter = Delimiter || undefined;
      const limit = pageLimit(input.MaxUploads, 'max-uploads');
      // Without a key the upload's marker means nothing.
      const marker = after === '' ? '' : (input.UploadIdMarker ?? '');
      const behind = marker === '' ? undefined : placeOf(stores, bucket, after, marker);
      const { items, prefixes, truncated } = readPage({ prefix, delimiter, after, behind, limit }, (range) =>
        uploads.list(bucket.id, range),
      );
      const Owner = ownerOf(bucket.account);
      return {
        Bucket: bucket.name,
        KeyMarker: encode(after),
        UploadIdMarker: marker,
        Prefix: prefix === '' ? undefined : encode(prefix),
        Delimiter: delimiter && encode(delimiter),
        EncodingType: input.EncodingType,
        MaxUploads: limit,
        IsTruncated: truncated,
        NextKeyMarker: encode(items.at(-1)?.key ?? ''),
        NextUploadIdMarker: items.at(-1)?.id ?? '',
        Uploads: items.map(({ id, key, initiated, document }) => ({
          UploadId: id,
          Key: encode(key),
          Initiated: wholeSecond(initiated),
          StorageClass: document.storageClass as 'STANDARD',
          Owner,
          Initiator: Owner,
          ChecksumAlgorithm: document.checksum?.algorithm,
          ChecksumType: document.checksum?.type,
        })),
        CommonPrefixes: prefixes.map((Prefix) => ({ Prefix: encode(Prefix) })),
      };
    },
  } satisfies Operations<S3>;
}

/** @throws NoSuchUpload, OperationAborted while it is being completed */
export function requireUpload({ uploads }: Stores, bucket: Bucket, key: string, id: string): Upload {
  const upload = uploads.find(bucket.id, key, id);
  if (!upload) throw fault('NoSuchUpload', { UploadId: id });
  if (uploads.completing.has(id)) throw fault('OperationAborted');
  return upload;
}

function placeOf({ uploads }: Stores, bucket: Bucket, key: string, id: string): number {
  const upload = uploads.find(bucket.id, key, id);
  if (!upload) throw invalidArgument('Invalid uploadId marker', 'upload-id-marker', id);
  return upload.sequence;
}

/**
 * The checksum that an upload is to have.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
function checksumOf(
  algorithm: string | undefined,
  type: string | undefined,
): { algorithm: Algorithm; type: CoverageType } | undefined {
  if (algorithm === undefined) {
    if (type === undefined) return undefined;
    throw invalidRequest(
      'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    );
  }
  const name = algorithm.toUpperCase();
  if (!isAlgorithm(name)) throw unsupportedAlgorithm();
  if (type !== undefined && type !== 'COMPOSITE' && type !== 'FULL_OBJECT') {
    throw invalidRequest('Value for x-amz-checksum-type header is invalid.');
  }
  const chosen = type ?? (name === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  const impossible = chosen === 'COMPOSITE' ? name === 'CRC64NVME' : !name.startsWith('CRC');
  if (impossible) {
    throw invalidRequest(
      `The ${chosen} checksum type cannot be used with the ${name.toLowerCase()} checksum algorithm.`,
    );
  }
  return { algorithm: name, type: chosen };
}
