import type { ResourceProviders } from '../../../dispatch/resource-provider.ts';
import { queueResource } from './queue.ts';
import { queueInlinePolicyResource, queuePolicyResource } from './queue-policy.ts';

/** The CloudFormation types of SQS. */
export const sqsResources: ResourceProviders = {
  'AWS::SQS::Queue': queueResource,
  'AWS::SQS::QueueInlinePolicy': queueInlinePolicyResource,
  'AWS::SQS::QueuePolicy': queuePolicyResource,
};
