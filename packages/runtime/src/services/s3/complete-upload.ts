import { createHash } from 'node:crypto';
import type { CompletedPart, S3 } from '@aws-sdk/client-s3';
import type { Operations } from '../../dispatch/service.ts';
import type { InputOf, OutputOf, Validated } from '../../dispatch/types.ts';
import { malformedXml } from '../../wire/xml.ts';
import type { Bucket } from './bucket-store.ts';
import { type Checksum, combineParts } from './checksums/digest.ts';
import {
  type ChecksumMembers,
  checkExpected,
  checksumInHeaders,
  checksumMember,
} from './checksums/wanted.ts';
import { checkWriteHeaders } from './conditions.ts';
import { checkAccess } from './encryption.ts';
import { fault, invalidRequest } from './errors.ts';
import type { ObjectVersion } from './object-store.ts';
import { answeredVersion, writeVersion } from './put-object.ts';
import { appendBlobs } from './receive.ts';
import { blobSegments, forgetBlob, type Stores } from './stores.ts';
import type { Part, Upload } from './upload-store.ts';
import { requireUpload } from './uploads.ts';

const SMALLEST_PART = 5 * 1024 ** 2;

type CompleteInput = Validated<InputOf<S3, 'completeMultipartUpload'>>;

/** CompleteMultipartUpload. */
export function completeUploadOperations(stores: Stores) {
  const { buckets, blobs, uploads, host } = stores;
  return {
    async CompleteMultipartUpload(input, context) {
      const { Bucket: name, Key: key } = input;
      const bucket = buckets.require(name, input.ExpectedBucketOwner);
      const before = repeated(stores, bucket, input);
      if (before) return before;
      checkWriteHeaders(input);
      const upload = requireUpload(stores, bucket, key, input.UploadId);
      checkAccess(upload.document.encryption, input);
      const parts = chosenParts(stores, upload, input);
      const checksum = checksumOf(upload, parts, input);
      const content = describe(upload, parts, checksum);
      checkSize(input, content.size);
      uploads.completing.add(upload.id);
      const { path, writer } = blobs.create(blobSegments(name, key));
      try {
        await appendBlobs(stores, writer, parts);
        await writer.finish();
        return await context.transaction(() => {
          uploads.completing.delete(upload.id);
          const { disturbed } = requireUpload(stores, bucket, key, upload.id);
          const check = (latest: ObjectVersion | undefined) =>
            checkConflict({ ...upload, disturbed }, latest, input);
          const written = {
            key,
            ...content,
            blob: path,
            kind: 'complete',
            conditions: input,
            check,
          } as const;
          const version = writeVersion(stores, name, written, context);
          for (const { blob } of uploads.delete(upload.id)) forgetBlob(stores, blob);
          const answer = {
            Location: `${host.endpoint()}/${name}/${key.split('/').map(encodeURIComponent).join('/')}`,
            Bucket: name,
            Key: key,
            ETag: `"${version.etag}"`,
            ...checksumMember(checksum),
            ChecksumType: checksum.type,
            VersionId: answeredVersion(version),
            ...upload.document.encryption,
          };
          uploads.complete(bucket.id, upload, version.versionId, context.now.getTime(), answer);
          return answer;
        });
      } catch (error) {
        await writer.discard();
        throw error;
      } finally {
        uploads.completing.delete(upload.id);
      }
    },
  } satisfies Operations<S3>;
}

type CompleteOutput = OutputOf<S3, 'completeMultipartUpload'>;

/** The answer that was given before, as long as what it is about is there: completing is repeatable. */
function repeated({ uploads, objects }: Stores, bucket: Bucket, { Key, UploadId }: CompleteInput) {
  const before = uploads.completed<CompleteOutput>(bucket.id, Key, UploadId);
  if (!before) return undefined;
  const version = objects.version(bucket.id, Key, before.versionId);
  return version && before.response.ETag === `"${version.etag}"` ? before.response : undefined;
}

/** The parts that the object is made of. @throws InvalidRequest, InvalidPartOrder, InvalidPart, EntityTooSmall */
function chosenParts({ uploads }: Stores, upload: Upload, { MultipartUpload }: CompleteInput): Part[] {
  const asked = MultipartUpload?.Parts ?? [];
  if (asked.length === 0) {
    throw MultipartUpload ? malformedXml() : invalidRequest('You must specify at least one part');
  }
  const uploaded = new Map(uploads.parts(upload.id).map((part) => [part.number, part]));
  let previous = 0;
  const parts = asked.map((wanted) => {
    const number = wanted.PartNumber ?? 0;
    if (number <= previous) throw fault('InvalidPartOrder', { UploadId: upload.id });
    previous = number;
    const part = uploaded.get(number);
    const ETag = (wanted.ETag ?? '').replaceAll('"', '');
    if (!part || part.etag !== ETag || !checksumsFit(part, wanted)) {
      throw fault('InvalidPart', { UploadId: upload.id, PartNumber: number, ETag });
    }
    return part;
  });
  for (const { size, number, etag } of parts.slice(0, -1)) {
    if (size >= SMALLEST_PART) continue;
    throw fault('EntityTooSmall', {
      ProposedSize: size,
      MinSizeAllowed: SMALLEST_PART,
      PartNumber: number,
      ETag: etag,
    });
  }
  requireChecksums(upload, asked);
  return parts;
}

function checksumsFit({ checksums }: Part, wanted: ChecksumMembers): boolean {
  const given = checksumInHeaders(wanted);
  return !given || checksums[given.algorithm] === given.expected;
}

/** A composite checksum is made of what the client knows of each part. */
function requireChecksums({ document }: Upload, asked: readonly CompletedPart[]): void {
  const { checksum } = document;
  if (checksum?.type !== 'COMPOSITE') return;
  const missing = asked.find((part) => part[`Checksum${checksum.algorithm}`] === undefined);
  if (!missing) return;
  throw invalidRequest(
    `The upload was created using a ${checksum.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${missing.PartNumber} in the request.`,
  );
}

function checksumOf(upload: Upload, parts: readonly Part[], input: CompleteInput): Checksum {
  const { algorithm, type } = upload.document.checksum ?? { algorithm: 'CRC64NVME', type: 'FULL_OBJECT' };
  if (input.ChecksumType !== undefined && input.ChecksumType !== type) {
    throw invalidRequest(
      `The upload was created using the ${type} checksum mode. The complete request must use the same checksum mode.`,
    );
  }
  const checksum = combineParts(
    algorithm,
    type,
    parts.map(({ size, checksums }) => ({ size, checksum: checksums[algorithm]! })),
  );
  const given = input[`Checksum${algorithm}`];
  // The number of parts behind a composite checksum may be left out.
  const comparable = given?.includes('-') ? checksum.value : checksum.value.replace(/-\d+$/, '');
  checkExpected(algorithm, comparable, given);
  return checksum;
}

function describe({ document }: Upload, parts: readonly Part[], checksum: Checksum) {
  const md5 = createHash('md5');
  for (const { etag } of parts) md5.update(etag, 'hex');
  const asked = document.checksum?.algorithm;
  const { storageClass, ...rest } = document;
  return {
    size: parts.reduce((sum, { size }) => sum + size, 0),
    etag: `${md5.digest('hex')}-${parts.length}`,
    checksum,
    storageClass,
    document: {
      headers: rest.headers,
      metadata: rest.metadata,
      encryption: rest.encryption,
      tags: rest.tags,
      lock: rest.lock,
      acl: rest.acl,
      parts: parts.map(({ number, size, checksums }) => ({
        number,
        size,
        ...(asked && { checksum: checksums[asked]! }),
      })),
    },
  };
}

function checkSize({ MpuObjectSize }: CompleteInput, size: number): void {
  if (MpuObjectSize === undefined || Number(MpuObjectSize) === size) return;
  throw invalidRequest(
    `The provided 'x-amz-mp-object-size' header value ${MpuObjectSize} does not match what was computed: ${size}`,
  );
}

/** A condition cannot be relied on when the key was written or deleted since the upload began. */
function checkConflict(upload: Upload, latest: ObjectVersion | undefined, input: CompleteInput): void {
  const condition = input.IfMatch === undefined ? 'If-None-Match' : 'If-Match';
  if (input.IfMatch === undefined && input.IfNoneMatch === undefined) return;
  const written = latest !== undefined && !latest.marker && latest.sequence > upload.sequence;
  if (!written && !upload.disturbed) return;
  throw fault('ConditionalRequestConflict', { Condition: condition, Key: upload.key });
}
