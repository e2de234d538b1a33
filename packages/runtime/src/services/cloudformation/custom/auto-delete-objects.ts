import type { S3 } from '@aws-sdk/client-s3';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { ResourceProvider } from '../../../dispatch/resource-provider.ts';
import type { ClientOf } from '../../../dispatch/types.ts';

// Set by the CDK on the bucket; without it the bucket keeps its objects.
const TAG = 'aws-cdk:auto-delete-objects';

/** `Custom::S3AutoDeleteObjects`, by which the CDK empties a bucket before the stack deletes it. */
export const autoDeleteObjects: ResourceProvider = {
  properties: ['ServiceToken', 'BucketName'],
  replaceOn: ['BucketName'],
  async create(properties) {
    return { physicalId: String(properties['BucketName']), attributes: {} };
  },
  async update(physicalId) {
    return { physicalId, attributes: {} };
  },
  async delete(_physicalId, properties, context) {
    const s3 = context.client<S3>('s3');
    const Bucket = String(properties['BucketName']);
    if (await isMarked(s3, Bucket)) await emptyBucket(s3, Bucket);
  },
};

async function isMarked(s3: ClientOf<S3>, Bucket: string): Promise<boolean> {
  try {
    const { TagSet = [] } = await s3.getBucketTagging({ Bucket });
    return TagSet.some(({ Key, Value }) => Key === TAG && Value === 'true');
  } catch (error) {
    if (error instanceof ServiceError && ['NoSuchTagSet', 'NoSuchBucket'].includes(error.code)) return false;
    throw error;
  }
}

/** Deletes every version of every object, and what is left of uploads that were never finished. */
async function emptyBucket(s3: ClientOf<S3>, Bucket: string): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket });
    const found = [...Versions, ...DeleteMarkers];
    if (found.length === 0) break;
    const Objects = found.map(({ Key, VersionId }) => ({ Key, VersionId }));
    const { Errors = [] } = await s3.deleteObjects({ Bucket, Delete: { Objects, Quiet: true } });
    const [error] = Errors;
    if (error)
      throw new ServiceError(
        error.Code ?? 'InternalError',
        `Could not delete ${error.Key}: ${error.Message}`,
      );
  }
  const { Uploads = [] } = await s3.listMultipartUploads({ Bucket });
  for (const { Key, UploadId } of Uploads) await s3.abortMultipartUpload({ Bucket, Key, UploadId });
}
