import type { S3 } from '@aws-sdk/client-s3';
import type { CallContext } from '../../dispatch/context.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { InputOf, Validated } from '../../dispatch/types.ts';
import type { Bucket } from './bucket-store.ts';
import { isAlgorithm } from './checksums/digest.ts';
import { checksumMember, unsupportedAlgorithm } from './checksums/wanted.ts';
import { checkWriteHeaders } from './conditions.ts';
import { documentOf, storageClass } from './content.ts';
import { findSource, type Source } from './copy-source.ts';
import { encryptionOf, encryptionRule } from './encryption.ts';
import { invalidArgument, invalidRequest } from './errors.ts';
import { checkKey, wholeSecond } from './names.ts';
import type { ObjectDocument, ObjectVersion } from './object-store.ts';
import { copyFileOf } from './open-content.ts';
import { answeredVersion, writeVersion } from './put-object.ts';
import { receiveCopy } from './receive.ts';
import { blobSegments, type Stores } from './stores.ts';

type CopyInput = Validated<InputOf<S3, 'copyObject'>>;

/** CopyObject. */
export function copyObjectOperations(stores: Stores) {
  const { buckets, blobs } = stores;
  return {
    async CopyObject(input, context) {
      const { Bucket: name, Key: key } = input;
      checkKey(key);
      checkWriteHeaders(input);
      const metadata = directive(
        input.MetadataDirective,
        'x-amz-metadata-directive',
        'Unknown metadata directive.',
      );
      const tagging = directive(
        input.TaggingDirective,
        'x-amz-tagging-directive',
        'Unknown tagging directive.',
      );
      const bucket = buckets.require(name, input.ExpectedBucketOwner);
      const source = findSource(stores, input, context);
      checkChanges(input, bucket, source, metadata);
      const document = copiedDocument(input, bucket, source.object, { metadata, tagging }, context);
      const copied = await copyContent(
        stores,
        source.object,
        input.ChecksumAlgorithm,
        blobSegments(name, key),
      );
      const written = { key, document, storageClass: storageClass(input.StorageClass), ...copied };
      try {
        return await context.transaction(() => {
          const version = writeVersion(
            stores,
            name,
            { ...written, kind: 'copy', conditions: input },
            context,
          );
          return {
            CopyObjectResult: {
              ETag: `"${version.etag}"`,
              LastModified: wholeSecond(version.modified),
              ...checksumMember(version.checksum),
              ChecksumType: version.checksum?.type,
            },
            CopySourceVersionId: source.bucket.settings.versioning && source.object.versionId,
            VersionId: answeredVersion(version),
            ...document.encryption,
          };
        });
      } catch (error) {
        blobs.remove(copied.blob);
        throw error;
      }
    },
  } satisfies Operations<S3>;
}

type Directive = 'COPY' | 'REPLACE';

function directive(value: string | undefined, header: string, message: string): Directive {
  if (value === undefined || value === '') return 'COPY';
  if (value !== 'COPY' && value !== 'REPLACE') throw invalidArgument(message, header, value);
  return value;
}

/** A copy of an object to itself has to change something. */
function checkChanges(input: CopyInput, bucket: Bucket, source: Source, metadata: Directive): void {
  const itself = source.bucket.id === bucket.id && source.object.key === input.Key && source.object.latest;
  const versioned = source.versionId !== undefined;
  const changes =
    metadata === 'REPLACE' ||
    input.StorageClass !== undefined ||
    input.WebsiteRedirectLocation !== undefined ||
    input.ServerSideEncryption !== undefined ||
    input.SSECustomerAlgorithm !== undefined ||
    input.ChecksumAlgorithm !== undefined ||
    // A bucket that has a rule of its own encrypts anew.
    encryptionRule(bucket) !== undefined;
  if (!itself || versioned || changes) return;
  throw invalidRequest(
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
}

/** What the copy keeps of its source and what the request says anew. */
function copiedDocument(
  input: CopyInput,
  bucket: Bucket,
  source: ObjectVersion,
  { metadata, tagging }: { metadata: Directive; tagging: Directive },
  context: CallContext,
): ObjectDocument {
  const asked = documentOf(input, bucket, context.now);
  const { document } = source;
  return {
    ...asked,
    ...(metadata === 'COPY' && {
      headers: { ...document.headers, WebsiteRedirectLocation: input.WebsiteRedirectLocation },
      metadata: document.metadata,
    }),
    tags: tagging === 'COPY' ? document.tags : asked.tags,
    encryption: encryptionOf(input, bucket),
  };
}

/**
 * The source's content as a blob of its own. Where ETag and checksum stay as they are, the file system
 * copies, otherwise the bytes are read: an object that was uploaded in parts becomes one whole.
 */
async function copyContent(
  stores: Stores,
  source: ObjectVersion,
  asked: string | undefined,
  segments: readonly string[],
) {
  if (asked !== undefined && !isAlgorithm(asked)) throw unsupportedAlgorithm();
  const { checksum, size, etag } = source;
  const blob = source.blob!;
  const same = !source.document.parts && checksum && (asked === undefined || asked === checksum.algorithm);
  if (same) return { blob: await copyFileOf(stores, blob, size, segments), size, etag, checksum };
  const algorithm = asked ?? checksum?.algorithm ?? 'CRC64NVME';
  return await receiveCopy(stores, segments, { blob, start: 0, length: size }, algorithm);
}
