import type { ObjectLockConfiguration, S3 } from '@aws-sdk/client-s3';
import type { Operations } from '../../../dispatch/service.ts';
import { malformedXml } from '../../../wire/xml.ts';
import { requireDocument } from '../documents.ts';
import { fault } from '../errors.ts';
import { hasObjectLock, unsupportedEventHold } from '../object-lock.ts';
import type { Stores } from '../stores.ts';
import { changeBucket } from './change.ts';

/** Operations on whether a bucket keeps its objects' versions, and locks them. */
export function versioningOperations(stores: Stores) {
  const { buckets } = stores;
  return {
    PutBucketVersioning(input, context) {
      const { Status, MFADelete } = requireDocument('VersioningConfiguration', input.VersioningConfiguration);
      return changeBucket(stores, input, context, (bucket) => {
        if (Status === undefined) throw fault('IllegalVersioningConfigurationException');
        if (hasObjectLock(bucket) && Status !== 'Enabled') {
          throw fault(
            'InvalidBucketState',
            {},
            'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
          );
        }
        return { versioning: Status, mfaDelete: MFADelete };
      });
    },

    GetBucketVersioning(input) {
      const { settings } = buckets.require(input.Bucket, input.ExpectedBucketOwner);
      return { Status: settings.versioning, MFADelete: settings.mfaDelete };
    },

    PutObjectLockConfiguration(input, context) {
      const objectLock = requireDocument('ObjectLockConfiguration', input.ObjectLockConfiguration);
      checkLockRule(objectLock);
      return changeBucket(stores, input, context, ({ settings }) => {
        if (settings.versioning !== 'Enabled') {
          throw fault(
            'InvalidBucketState',
            {},
            "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
          );
        }
        return { objectLock };
      });
    },

    GetObjectLockConfiguration(input) {
      const { settings, name } = buckets.require(input.Bucket, input.ExpectedBucketOwner);
      if (!settings.objectLock) throw fault('ObjectLockConfigurationNotFoundError', { BucketName: name });
      return { ObjectLockConfiguration: settings.objectLock };
    },
  } satisfies Operations<S3>;
}

function checkLockRule({ ObjectLockEnabled, Rule }: ObjectLockConfiguration): void {
  if (ObjectLockEnabled !== 'Enabled') throw malformedXml();
  if (!Rule) return;
  const { Mode, Days, Years, DefaultEventHold } = Rule.DefaultRetention ?? {};
  if (DefaultEventHold) throw unsupportedEventHold();
  if (Mode === undefined || (Days === undefined) === (Years === undefined)) throw malformedXml();
}
