import { defineService } from '../../dispatch/service.ts';
import { s3Access, s3AccessDenied } from './access.ts';
import { hostSegment } from './addressing.ts';
import { bucketOperations } from './buckets.ts';
import { completeUploadOperations } from './complete-upload.ts';
import { copyObjectOperations } from './copy-object.ts';
import { deleteOperations } from './delete-objects.ts';
import { getObjectOperations } from './get-object.ts';
import { listObjectsOperations } from './list-objects.ts';
import { listVersionsOperations } from './list-versions.ts';
import { notificationOperations } from './notifications/configuration.ts';
import { notificationOrders } from './notifications/deliver.ts';
import { objectAttributeOperations } from './object-attributes.ts';
import { objectSettingOperations } from './object-settings.ts';
import { postObjectOperations } from './post/post-object.ts';
import { putObjectOperations } from './put-object.ts';
import { s3Resources } from './resources/index.ts';
import { restoreObjectOperations } from './restore-object.ts';
import { SCHEMA } from './schema.ts';
import { accessOperations } from './settings/access.ts';
import { configurationOperations } from './settings/configurations.ts';
import { optionOperations } from './settings/options.ts';
import { ruleOperations } from './settings/rules.ts';
import { versioningOperations } from './settings/versioning.ts';
import { createStores } from './stores.ts';
import { Sweeper } from './sweeper.ts';
import { UNSUPPORTED } from './unsupported.ts';
import { uploadPartOperations } from './upload-parts.ts';
import { uploadOperations } from './uploads.ts';

/** Simple Storage Service: buckets and objects, which are plain files in `objects/` of the state folder. */
export const s3 = defineService({
  name: 's3',
  models: ['s3'],
  schema: [SCHEMA],
  transient: ['objects/.incoming'],
  unsupported: UNSUPPORTED,
  // S3 has words of its own for every constraint.
  quirks: { validation: 'handler', hostSegment, accessDenied: s3AccessDenied },
  create(host) {
    const stores = createStores(host);
    const sweeper = new Sweeper(stores);
    return {
      operations: {
        ...bucketOperations(stores),
        ...versioningOperations(stores),
        ...accessOperations(stores),
        ...optionOperations(stores),
        ...ruleOperations(stores),
        ...configurationOperations(stores),
        ...notificationOperations(stores),
        ...putObjectOperations(stores),
        ...postObjectOperations(stores),
        ...getObjectOperations(stores),
        ...copyObjectOperations(stores),
        ...deleteOperations(stores),
        ...listObjectsOperations(stores),
        ...listVersionsOperations(stores),
        ...objectSettingOperations(stores),
        ...objectAttributeOperations(stores),
        ...restoreObjectOperations(stores),
        ...uploadOperations(stores),
        ...uploadPartOperations(stores),
        ...completeUploadOperations(stores),
      },
      access: s3Access(stores.buckets),
      orders: notificationOrders(host),
      resources: s3Resources,
      start: () => sweeper.start(),
      stop: () => sweeper.stop(),
    };
  },
});
