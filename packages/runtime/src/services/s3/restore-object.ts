import type { S3 } from '@aws-sdk/client-s3';
import type { Operations } from '../../dispatch/service.ts';
import { malformedXml } from '../../wire/xml.ts';
import { fault, unsupported } from './errors.ts';
import { findOrMarker } from './find-version.ts';
import { notify } from './notifications/notify.ts';
import type { Stores } from './stores.ts';

const DAY_MS = 24 * 3600 * 1000;

/** RestoreObject: the bytes of an archived object lie on this machine, so it is readable at once. */
export function restoreObjectOperations(stores: Stores) {
  return {
    RestoreObject(input, context) {
      const { Days, Type, OutputLocation, SelectParameters } = input.RestoreRequest ?? {};
      if (Type !== undefined || OutputLocation || SelectParameters) throw unsupported('A query on restoring');
      if (Days === undefined || Days < 1) throw malformedXml();
      return context.transaction(() => {
        const bucket = stores.buckets.require(input.Bucket, input.ExpectedBucketOwner);
        const object = findOrMarker(stores, bucket, input.Key, input.VersionId, 'POST');
        const { storageClass, document } = object;
        if (storageClass !== 'GLACIER' && storageClass !== 'DEEP_ARCHIVE') {
          throw fault(
            'InvalidObjectState',
            { StorageClass: storageClass },
            "Restore is not allowed for the object's current storage class",
          );
        }
        // A restored object is there until midnight after its days.
        const end = Math.ceil((context.now.getTime() + Days * DAY_MS) / DAY_MS) * DAY_MS;
        const restored = { ...object, document: { ...document, restoredUntil: new Date(end) } };
        stores.objects.describe(bucket.id, object, restored.document);
        notify(stores, bucket, { kind: 'restoring', object }, context);
        notify(stores, bucket, { kind: 'restored', object: restored }, context);
        const again = document.restoredUntil !== undefined && document.restoredUntil > context.now;
        return { RestoreOutputPath: undefined, StatusCode: again ? 200 : 202 };
      });
    },
  } satisfies Operations<S3>;
}
