import type { ResourceProviders } from '../../../dispatch/resource-provider.ts';
import { metricFilterResource, subscriptionFilterResource } from './filters.ts';
import { logGroupResource, logStreamResource } from './log-group.ts';
import { resourcePolicyResource } from './resource-policy.ts';

/** The CloudFormation types of CloudWatch Logs. */
export const logsResources: ResourceProviders = {
  'AWS::Logs::LogGroup': logGroupResource,
  'AWS::Logs::LogStream': logStreamResource,
  'AWS::Logs::MetricFilter': metricFilterResource,
  'AWS::Logs::ResourcePolicy': resourcePolicyResource,
  'AWS::Logs::SubscriptionFilter': subscriptionFilterResource,
};
