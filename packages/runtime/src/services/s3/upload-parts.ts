import type { S3 } from '@aws-sdk/client-s3';
import type { CallContext } from '../../dispatch/context.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { RequestStream } from '../../wire/body.ts';
import type { Algorithm } from './checksums/digest.ts';
import { checksumMember, checksumOfBody } from './checksums/wanted.ts';
import { findSource } from './copy-source.ts';
import { type CustomerKey, checkAccess } from './encryption.ts';
import { invalidArgument, invalidRequest } from './errors.ts';
import { listNumber, pageLimit } from './listing.ts';
import { checkKey, ownerOf, wholeSecond } from './names.ts';
import { parseCopyRange } from './ranges.ts';
import { type BodyInput, type Received, receiveBody, receiveCopy } from './receive.ts';
import { forgetBlob, type Stores } from './stores.ts';
import type { Part, Upload } from './upload-store.ts';
import { requireUpload } from './uploads.ts';

const MOST_PARTS = 10_000;
const MARKER = 'part-number-marker';

interface PartInput extends CustomerKey {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
  readonly PartNumber: number;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** Operations on the parts of an upload. */
export function uploadPartOperations(stores: Stores) {
  const { buckets, uploads } = stores;

  const begin = (input: PartInput) => {
    checkKey(input.Key);
    const { PartNumber } = input;
    if (!Number.isInteger(PartNumber) || PartNumber < 1 || PartNumber > MOST_PARTS) {
      throw invalidArgument(
        `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`,
        'partNumber',
        PartNumber,
      );
    }
    const bucket = buckets.require(input.Bucket, input.ExpectedBucketOwner);
    const upload = requireUpload(stores, bucket, input.Key, input.UploadId);
    checkAccess(upload.document.encryption, input);
    return { upload, segments: ['.uploads', upload.id, String(PartNumber)] };
  };

  /** Inside a transaction: the part takes the place of an earlier one of its number. */
  const keep = (input: PartInput, { blob, size, etag, checksums }: Received, { now }: CallContext): Part => {
    const upload = requireUpload(stores, buckets.require(input.Bucket), input.Key, input.UploadId);
    const part = { number: input.PartNumber, modified: now.getTime(), size, etag, checksums, blob };
    forgetBlob(stores, uploads.part(upload.id, part.number)?.blob);
    uploads.putPart(upload.id, part);
    return part;
  };

  return {
    async UploadPart(input, context) {
      const { upload, segments } = begin(input);
      const needed = checkAlgorithm(upload, input);
      const received = await receiveBody(stores, segments, input, needed);
      return await keeping(stores, received, () =>
        context.transaction(() => {
          const part = keep(input, received, context);
          return {
            ETag: `"${part.etag}"`,
            ...checksumMember(received.checksum),
            ...upload.document.encryption,
          };
        }),
      );
    },

    async UploadPartCopy(input, context) {
      const { upload, segments } = begin(input);
      const source = findSource(stores, input, context);
      const range = parseCopyRange(input.CopySourceRange, source.object.size);
      const { checksum, encryption } = upload.document;
      const from = { blob: source.object.blob!, ...range };
      const received = await receiveCopy(stores, segments, from, checksum?.algorithm ?? 'CRC64NVME');
      return await keeping(stores, received, () =>
        context.transaction(() => {
          const part = keep(input, received, context);
          return {
            CopySourceVersionId: source.bucket.settings.versioning && source.object.versionId,
            CopyPartResult: {
              ETag: `"${part.etag}"`,
              LastModified: wholeSecond(part.modified),
              ...(checksum && checksumMember(received.checksum)),
            },
            ...encryption,
          };
        }),
      );
    },

    ListParts(input) {
      const bucket = buckets.require(input.Bucket, input.ExpectedBucketOwner);
      const upload = requireUpload(stores, bucket, input.Key, input.UploadId);
      const { checksum, storageClass } = upload.document;
      const after = listNumber(Number(input.PartNumberMarker || 0), MARKER, MARKER);
      const limit = pageLimit(input.MaxParts, 'max-parts');
      const found = uploads.parts(upload.id, after, limit + 1);
      const page = found.slice(0, limit);
      const Owner = ownerOf(bucket.account);
      return {
        Bucket: bucket.name,
        Key: upload.key,
        UploadId: upload.id,
        PartNumberMarker: String(after),
        NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
        MaxParts: limit,
        IsTruncated: found.length > limit,
        Parts: page.map((part) => ({
          PartNumber: part.number,
          LastModified: wholeSecond(part.modified),
          ETag: `"${part.etag}"`,
          Size: part.size,
          ...(checksum && partChecksum(part, checksum.algorithm)),
        })),
        Initiator: Owner,
        Owner,
        StorageClass: storageClass as 'STANDARD',
        ChecksumAlgorithm: checksum?.algorithm,
        ChecksumType: checksum?.type,
      };
    },
  } satisfies Operations<S3>;
}

function partChecksum({ checksums }: Part, algorithm: Algorithm) {
  const value = checksums[algorithm];
  return value === undefined ? {} : checksumMember({ algorithm, value });
}

/** Whether a part's checksum is of the kind that the upload was begun with. @returns the one to compute */
function checkAlgorithm({ document }: Upload, input: BodyInput): Algorithm {
  const { announced = [] } = (input.Body ?? {}) as Partial<RequestStream>;
  const given = checksumOfBody(input, announced)?.algorithm;
  const { checksum } = document;
  if (!checksum) return 'CRC64NVME';
  const missing = given === undefined && checksum.type === 'COMPOSITE';
  if (missing || (given !== undefined && given !== checksum.algorithm)) {
    throw invalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${checksum.algorithm.toLowerCase()}, actual checksum Type: ${given?.toLowerCase() ?? 'null'}`,
    );
  }
  return checksum.algorithm;
}

/** A received blob goes again when the transaction that would keep it fails. */
async function keeping<T>({ blobs }: Stores, { blob }: Received, transaction: () => Promise<T>): Promise<T> {
  try {
    return await transaction();
  } catch (error) {
    blobs.remove(blob);
    throw error;
  }
}
