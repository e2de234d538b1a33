import type { ResourceProviders } from '../../../dispatch/resource-provider.ts';
import { bucketResource } from './bucket.ts';
import { bucketPolicyResource } from './bucket-policy.ts';

/** The CloudFormation types of S3. */
export const s3Resources: ResourceProviders = {
  'AWS::S3::Bucket': bucketResource,
  'AWS::S3::BucketPolicy': bucketPolicyResource,
};
