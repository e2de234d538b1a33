import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { documentProperty, textProperty } from '../../../dispatch/property-values.ts';
import type { ResourceProvider } from '../../../dispatch/resource-provider.ts';
import { unlessGone } from './unless-gone.ts';

/** `AWS::Logs::ResourcePolicy` */
export const resourcePolicyResource: ResourceProvider = {
  properties: ['PolicyDocument', 'PolicyName'],
  replaceOn: ['PolicyName'],

  async create(properties, context) {
    const policyName = textProperty(properties, 'PolicyName') ?? context.name(255);
    const policyDocument = documentProperty(properties, 'PolicyDocument');
    await context.client<CloudWatchLogs>('logs').putResourcePolicy({ policyName, policyDocument });
    return { physicalId: policyName, attributes: {} };
  },

  async update(policyName, properties, _previous, context) {
    const policyDocument = documentProperty(properties, 'PolicyDocument');
    await context.client<CloudWatchLogs>('logs').putResourcePolicy({ policyName, policyDocument });
    return { physicalId: policyName, attributes: {} };
  },

  async delete(policyName, _properties, context) {
    await unlessGone(context.client<CloudWatchLogs>('logs').deleteResourcePolicy({ policyName }));
  },
};
