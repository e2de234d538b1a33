import type { ResourceProviders } from '../../../dispatch/resource-provider.ts';
import { autoDeleteObjects } from './auto-delete-objects.ts';
import { bucketDeployment } from './bucket-deployment.ts';
import { bucketNotifications } from './bucket-notifications.ts';
import { lambdaBackedResource } from './lambda-backed.ts';
import { logRetention } from './log-retention.ts';
import type { Responses } from './responses.ts';

/**
 * Custom resources: those of the CDK that nearly every stack has are carried out here instead of by their
 * functions, with the same effect; all others by the function that they name.
 */
export function customResources(responses: Responses): ResourceProviders {
  return {
    'Custom::S3BucketNotifications': bucketNotifications,
    'Custom::S3AutoDeleteObjects': autoDeleteObjects,
    'Custom::CDKBucketDeployment': bucketDeployment,
    'Custom::LogRetention': logRetention,
    'AWS::CloudFormation::CustomResource': lambdaBackedResource(responses),
  };
}
