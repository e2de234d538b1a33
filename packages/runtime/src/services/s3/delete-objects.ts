import type { _Error, DeletedObject, S3 } from '@aws-sdk/client-s3';
import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Operations } from '../../dispatch/service.ts';
import { malformedXml } from '../../wire/xml.ts';
import type { Bucket } from './bucket-store.ts';
import { matches } from './conditions.ts';
import { requireDocument } from './documents.ts';
import { fault, invalidArgument, preconditionFailed, unsupported } from './errors.ts';
import { checkVersionId } from './find-version.ts';
import { checkKey } from './names.ts';
import { notify } from './notifications/notify.ts';
import { checkUnlocked, hasObjectLock } from './object-lock.ts';
import type { ObjectVersion } from './object-store.ts';
import { replaceNull } from './put-object.ts';
import { forgetBlob, type Stores } from './stores.ts';
import { NULL_VERSION, versionId as newVersionId, sequenceOf } from './versions.ts';

const MOST_KEYS = 1000;

/** DeleteObject and DeleteObjects. */
export function deleteOperations(stores: Stores) {
  const { buckets } = stores;
  return {
    DeleteObject(input, context) {
      checkKey(input.Key);
      if (input.IfMatchLastModifiedTime !== undefined || input.IfMatchSize !== undefined) {
        throw unsupported('A condition on the time or size of an object to delete');
      }
      return context.transaction(() => {
        const bucket = buckets.require(input.Bucket, input.ExpectedBucketOwner);
        checkBypass(bucket, input.BypassGovernanceRetention);
        if (input.VersionId !== undefined) checkVersionId(input.VersionId);
        const target = { key: input.Key, versionId: input.VersionId, ifMatch: input.IfMatch };
        return removeObject(stores, bucket, target, input.BypassGovernanceRetention, context);
      });
    },

    DeleteObjects(input, context) {
      const { Objects, Quiet } = requireDocument('Delete', input.Delete);
      if (Objects.length === 0 || Objects.length > MOST_KEYS) throw malformedXml();
      return context.transaction(() => {
        const bucket = buckets.require(input.Bucket, input.ExpectedBucketOwner);
        checkBypass(bucket, input.BypassGovernanceRetention);
        const Deleted: DeletedObject[] = [];
        const Errors: _Error[] = [];
        for (const { Key, VersionId, ETag } of Objects) {
          try {
            const target = { key: Key, versionId: VersionId || undefined, ifMatch: ETag };
            checkKnown(target);
            const done = removeObject(stores, bucket, target, input.BypassGovernanceRetention, context);
            Deleted.push({
              Key,
              VersionId: target.versionId,
              ...(done.DeleteMarker && { DeleteMarker: true, DeleteMarkerVersionId: done.VersionId }),
            });
          } catch (error) {
            if (!(error instanceof ServiceError)) throw error;
            Errors.push({ Key, VersionId, Code: error.code, Message: error.message });
          }
        }
        return { Deleted: Quiet ? [] : Deleted, Errors };
      });
    },
  } satisfies Operations<S3>;
}

interface Target {
  readonly key: string;
  readonly versionId: string | undefined;
  /** An ETag that the newest version has to have, or `*`. */
  readonly ifMatch?: string | undefined;
}

/**
 * Inside a transaction: without a version, the key is gone afterwards, behind a delete marker where the
 * bucket keeps versions; with one, that version is gone for good. What is not there counts as deleted.
 */
function removeObject(
  stores: Stores,
  bucket: Bucket,
  target: Target,
  bypass: boolean | undefined,
  context: CallContext,
): { DeleteMarker?: boolean; VersionId?: string } {
  const { objects, uploads } = stores;
  const { key, versionId, ifMatch } = target;
  const latest = objects.latest(bucket.id, key);
  if (ifMatch !== undefined) {
    if (!latest || latest.marker) throw fault('NoSuchKey', { Key: key });
    if (!matches(ifMatch, latest.etag)) throw preconditionFailed('If-Match');
  }
  uploads.disturb(bucket.id, key);
  if (versionId === undefined && bucket.settings.versioning) {
    const marker = addMarker(stores, bucket, key, latest, context);
    return { DeleteMarker: true, VersionId: marker.versionId };
  }
  const version = versionId === undefined ? latest : objects.version(bucket.id, key, versionId);
  if (version) {
    checkUnlocked(version, context.now, bypass);
    objects.delete(bucket.id, version);
    forgetBlob(stores, version.blob);
    notify(stores, bucket, { kind: 'delete', object: version }, context);
  }
  if (versionId === undefined) return {};
  return { VersionId: versionId, ...(version?.marker && { DeleteMarker: true }) };
}

function addMarker(
  stores: Stores,
  bucket: Bucket,
  key: string,
  latest: ObjectVersion | undefined,
  context: CallContext,
): ObjectVersion {
  const { objects, sequence, host } = stores;
  const enabled = bucket.settings.versioning === 'Enabled';
  if (!enabled) replaceNull(stores, bucket, key, latest);
  const place = sequence.next(context.now.getTime(), latest?.sequence);
  const marker: ObjectVersion = {
    key,
    sequence: place,
    versionId: enabled ? newVersionId(place, host.ids) : NULL_VERSION,
    latest: true,
    marker: true,
    modified: context.now.getTime(),
    size: 0,
    etag: 'd41d8cd98f00b204e9800998ecf8427e',
    blob: undefined,
    storageClass: 'STANDARD',
    checksum: undefined,
    document: { headers: {}, metadata: {}, encryption: {} },
  };
  objects.insert(bucket.id, marker);
  notify(stores, bucket, { kind: 'marker', object: marker }, context);
  return marker;
}

/** In a batch, an id that nobody gave out is a version that is not there. */
function checkKnown({ key, versionId }: Target): void {
  checkKey(key);
  if (versionId === undefined || versionId === NULL_VERSION || sequenceOf(versionId) !== undefined) return;
  throw fault('NoSuchVersion');
}

function checkBypass(bucket: Bucket, bypass: boolean | undefined): void {
  if (bypass === undefined || hasObjectLock(bucket)) return;
  throw invalidArgument(
    'x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.',
    'x-amz-bypass-governance-retention',
  );
}
