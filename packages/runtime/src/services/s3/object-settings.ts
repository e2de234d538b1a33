import type { ObjectLockRetention, S3 } from '@aws-sdk/client-s3';
import type { CallContext } from '../../dispatch/context.ts';
import type { Operations } from '../../dispatch/service.ts';
import { malformedXml } from '../../wire/xml.ts';
import { aclFrom, privateAcl } from './acl.ts';
import type { Bucket } from './bucket-store.ts';
import { requireDocument } from './documents.ts';
import { fault, invalidArgument, invalidRequest } from './errors.ts';
import { findOrMarker } from './find-version.ts';
import type { EventName } from './notifications/event.ts';
import { notify } from './notifications/notify.ts';
import { hasObjectLock, unsupportedEventHold } from './object-lock.ts';
import type { ObjectDocument, ObjectLock, ObjectVersion } from './object-store.ts';
import { warnOfEnforcedOwnership } from './settings/access.ts';
import type { Stores } from './stores.ts';
import { checkTags } from './tags.ts';

interface ObjectInput {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

interface Change {
  readonly method: string;
  readonly event?: EventName;
  readonly change: (object: ObjectVersion, bucket: Bucket) => Partial<ObjectDocument>;
}

/** A version as far as an answer tells which it was. */
interface Shown {
  readonly VersionId?: string | undefined;
  readonly RequestCharged?: undefined;
}

/** Operations on what can be set on an object that is there: tags, access control list, lock. */
export function objectSettingOperations(stores: Stores) {
  const read = (input: ObjectInput) => {
    const bucket = stores.buckets.require(input.Bucket, input.ExpectedBucketOwner);
    return { bucket, object: findOrMarker(stores, bucket, input.Key, input.VersionId, 'GET') };
  };
  return {
    PutObjectTagging(input, context) {
      const tags = checkTags(requireDocument('Tagging', input.Tagging).TagSet, 'object');
      return changeObject(stores, input, context, {
        method: 'PUT',
        event: 'tagged',
        change: () => ({ tags }),
      });
    },

    GetObjectTagging(input) {
      const { bucket, object } = read(input);
      return { TagSet: [...(object.document.tags ?? [])], VersionId: shownVersion(bucket, object) };
    },

    DeleteObjectTagging(input, context) {
      const change = () => ({ tags: undefined });
      return changeObject(stores, input, context, { method: 'DELETE', event: 'untagged', change });
    },

    PutObjectAcl(input, context) {
      return changeObject(stores, input, context, {
        method: 'PUT',
        event: 'acl',
        change(_object, bucket) {
          warnOfEnforcedOwnership(bucket, input.ACL, context);
          return { acl: aclFrom(input, bucket.account) };
        },
      });
    },

    GetObjectAcl(input) {
      const { bucket, object } = read(input);
      return object.document.acl ?? privateAcl(bucket.account);
    },

    PutObjectLegalHold(input, context) {
      return changeObject(stores, input, context, {
        method: 'PUT',
        change({ document }, bucket) {
          requireLock(bucket);
          const Status = input.LegalHold?.Status;
          if (Status !== 'ON' && Status !== 'OFF') throw malformedXml();
          return { lock: { ...document.lock, legalHold: Status } };
        },
      });
    },

    GetObjectLegalHold(input) {
      const { bucket, object } = read(input);
      requireLock(bucket);
      const Status = object.document.lock?.legalHold;
      if (!Status) throw fault('NoSuchObjectLockConfiguration');
      return { LegalHold: { Status } };
    },

    PutObjectRetention(input, context) {
      return changeObject(stores, input, context, {
        method: 'PUT',
        change({ document }, bucket) {
          requireLock(bucket);
          const retention = checkRetention(input.Retention ?? {}, context.now);
          checkRetentionChange(
            document.lock,
            retention,
            input.BypassGovernanceRetention ?? false,
            context.now,
          );
          const { legalHold } = document.lock ?? {};
          return { lock: { ...retention, ...(legalHold && { legalHold }) } };
        },
      });
    },

    GetObjectRetention(input) {
      const { bucket, object } = read(input);
      requireLock(bucket);
      const { mode, until } = object.document.lock ?? {};
      if (!mode) throw fault('NoSuchObjectLockConfiguration');
      return { Retention: { Mode: mode, RetainUntilDate: until } };
    },
  } satisfies Operations<S3>;
}

function changeObject(
  stores: Stores,
  input: ObjectInput,
  context: CallContext,
  { method, event, change }: Change,
): Promise<Shown> {
  return context.transaction(() => {
    const bucket = stores.buckets.require(input.Bucket, input.ExpectedBucketOwner);
    const object = findOrMarker(stores, bucket, input.Key, input.VersionId, method);
    const document = { ...object.document, ...change(object, bucket) };
    stores.objects.describe(bucket.id, object, document);
    if (event) notify(stores, bucket, { kind: event, object: { ...object, document } }, context);
    return { VersionId: shownVersion(bucket, object) };
  });
}

function shownVersion({ settings }: Bucket, { versionId }: ObjectVersion): string | undefined {
  return settings.versioning && versionId;
}

function requireLock(bucket: Bucket): void {
  if (!hasObjectLock(bucket)) throw invalidRequest('Bucket is missing Object Lock Configuration');
}

/** The retention that a request sets; an empty one takes it away. */
function checkRetention(retention: ObjectLockRetention, now: Date): ObjectLock {
  const { Mode, RetainUntilDate } = retention;
  if (retention.EventHold || retention.EventHoldDuration) throw unsupportedEventHold();
  if (Mode === undefined && RetainUntilDate === undefined) return {};
  if (Mode === undefined || RetainUntilDate === undefined) throw malformedXml();
  if (Mode !== 'GOVERNANCE' && Mode !== 'COMPLIANCE') throw malformedXml();
  if (RetainUntilDate <= now) {
    throw invalidArgument(
      'The retain until date must be in the future!',
      'RetainUntilDate',
      RetainUntilDate.toISOString(),
    );
  }
  return { mode: Mode, until: RetainUntilDate };
}

/** A lock may be made stronger by anybody, weaker only past governance mode. @throws AccessDenied */
function checkRetentionChange(
  before: ObjectLock | undefined,
  wanted: ObjectLock,
  bypass: boolean,
  now: Date,
): void {
  if (!before?.until || before.until <= now) return;
  const weaker =
    wanted.until === undefined ||
    wanted.until < before.until ||
    (before.mode === 'COMPLIANCE' && wanted.mode !== 'COMPLIANCE') ||
    (before.mode === 'GOVERNANCE' && wanted.mode !== 'GOVERNANCE' && !bypass);
  if (weaker && (before.mode === 'COMPLIANCE' || !bypass)) {
    throw fault('AccessDenied', {}, 'Access Denied because object protected by object lock.');
  }
}
