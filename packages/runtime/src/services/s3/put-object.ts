import type { S3 } from '@aws-sdk/client-s3';
import type { CallContext } from '../../dispatch/context.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { Bucket } from './bucket-store.ts';
import { checksumMember } from './checksums/wanted.ts';
import { checkWrite, checkWriteHeaders, type WriteConditions } from './conditions.ts';
import { documentOf, storageClass } from './content.ts';
import { unsupported } from './errors.ts';
import { checkKey } from './names.ts';
import type { EventName } from './notifications/event.ts';
import { notify } from './notifications/notify.ts';
import type { ObjectDocument, ObjectVersion } from './object-store.ts';
import { type Received, receiveBody } from './receive.ts';
import { blobSegments, forgetBlob, type Stores } from './stores.ts';
import { NULL_VERSION, versionId } from './versions.ts';

/** PutObject. */
export function putObjectOperations(stores: Stores) {
  const { buckets, blobs } = stores;
  return {
    async PutObject(input, context) {
      const { Bucket: name, Key: key } = input;
      checkKey(key);
      checkWriteHeaders(input);
      if (input.WriteOffsetBytes !== undefined) throw unsupported('Appending to an object');
      const bucket = buckets.require(name, input.ExpectedBucketOwner);
      const document = documentOf(input, bucket, context.now);
      const written = { key, document, storageClass: storageClass(input.StorageClass) };
      const received = await receiveBody(stores, blobSegments(name, key), input);
      try {
        return await context.transaction(() => {
          const version = writeVersion(
            stores,
            name,
            { ...written, ...received, kind: 'put', conditions: input },
            context,
          );
          return {
            ETag: `"${version.etag}"`,
            ...checksumMember(version.checksum),
            ChecksumType: version.checksum?.type,
            ...document.encryption,
            VersionId: answeredVersion(version),
          };
        });
      } catch (error) {
        blobs.remove(received.blob);
        throw error;
      }
    },
  } satisfies Operations<S3>;
}

/** A new version that is ready to be written. */
export interface NewVersion extends Pick<Received, 'blob' | 'size' | 'etag'> {
  readonly key: string;
  readonly checksum: ObjectVersion['checksum'];
  readonly storageClass: string;
  readonly document: ObjectDocument;
  /** What its making is called in notifications. */
  readonly kind: EventName;
  readonly conditions?: WriteConditions;
  /** A further condition on the key's newest version, in the same transaction. */
  readonly check?: (latest: ObjectVersion | undefined) => void;
}

/**
 * Inside a transaction: makes a version the newest of its key. In a bucket with versioning it comes
 * before the older ones, otherwise it takes the place of the `null` version.
 *
 * @throws NoSuchBucket when it was deleted meanwhile; PreconditionFailed
 */
export function writeVersion(
  stores: Stores,
  bucketName: string,
  { kind, conditions, check, ...content }: NewVersion,
  context: CallContext,
): ObjectVersion {
  const { buckets, objects, sequence, host } = stores;
  const bucket = buckets.require(bucketName);
  const latest = objects.latest(bucket.id, content.key);
  if (conditions) checkWrite(content.key, latest, conditions);
  check?.(latest);
  const place = sequence.next(context.now.getTime(), latest?.sequence);
  const versioned = bucket.settings.versioning === 'Enabled';
  if (!versioned) replaceNull(stores, bucket, content.key, latest);
  const version: ObjectVersion = {
    ...content,
    sequence: place,
    versionId: versioned ? versionId(place, host.ids) : NULL_VERSION,
    latest: true,
    marker: false,
    modified: context.now.getTime(),
  };
  objects.insert(bucket.id, version);
  notify(stores, bucket, { kind, object: version }, context);
  return version;
}

/** Inside a transaction: takes the `null` version away for another that is about to be inserted. */
export function replaceNull(
  stores: Stores,
  bucket: Bucket,
  key: string,
  latest: ObjectVersion | undefined,
): void {
  const { objects } = stores;
  // Where versioning was never on there is no other.
  const replaced =
    latest?.versionId === NULL_VERSION
      ? latest
      : bucket.settings.versioning && objects.version(bucket.id, key, NULL_VERSION);
  if (!replaced) return;
  objects.erase(bucket.id, replaced);
  forgetBlob(stores, replaced.blob);
}

/** The version id that a write answers: none unless the bucket keeps versions. */
export function answeredVersion({ versionId }: ObjectVersion): string | undefined {
  return versionId === NULL_VERSION ? undefined : versionId;
}
