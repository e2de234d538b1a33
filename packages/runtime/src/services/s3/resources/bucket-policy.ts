import type { S3 } from '@aws-sdk/client-s3';
import { documentProperty, textProperty } from '../../../dispatch/property-values.ts';
import type { Properties, ProvidedResource, ResourceProvider } from '../../../dispatch/resource-provider.ts';
import type { ClientOf } from '../../../dispatch/types.ts';
import { unlessGone } from './unless-gone.ts';

/** `AWS::S3::BucketPolicy`: `Ref` is the bucket's name. */
export const bucketPolicyResource: ResourceProvider = {
  properties: ['Bucket', 'PolicyDocument'],
  replaceOn: ['Bucket'],

  create(properties, context) {
    return put(context.client<S3>('s3'), properties);
  },

  update(_physicalId, properties, _previous, context) {
    return put(context.client<S3>('s3'), properties);
  },

  async delete(Bucket, _properties, context) {
    await unlessGone(context.client<S3>('s3').deleteBucketPolicy({ Bucket }));
  },
};

async function put(s3: ClientOf<S3>, properties: Properties): Promise<ProvidedResource> {
  const Bucket = textProperty(properties, 'Bucket') ?? '';
  await s3.putBucketPolicy({ Bucket, Policy: documentProperty(properties, 'PolicyDocument') });
  return { physicalId: Bucket, attributes: {} };
}
