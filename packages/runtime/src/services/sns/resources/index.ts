import type { ResourceProviders } from '../../../dispatch/resource-provider.ts';
import { subscriptionResource } from './subscription.ts';
import { topicResource } from './topic.ts';
import { topicInlinePolicyResource, topicPolicyResource } from './topic-policy.ts';

/** The CloudFormation types of SNS. */
export const snsResources: ResourceProviders = {
  'AWS::SNS::Subscription': subscriptionResource,
  'AWS::SNS::Topic': topicResource,
  'AWS::SNS::TopicInlinePolicy': topicInlinePolicyResource,
  'AWS::SNS::TopicPolicy': topicPolicyResource,
};
