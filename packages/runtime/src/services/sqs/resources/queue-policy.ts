import type { SQS } from '@aws-sdk/client-sqs';
import { documentProperty, listProperty } from '../../../dispatch/property-values.ts';
import type { ResourceProvider } from '../../../dispatch/resource-provider.ts';
import type { ClientOf } from '../../../dispatch/types.ts';
import { unlessGone } from './unless-gone.ts';

/** `AWS::SQS::QueuePolicy`: one policy for several queues. */
export const queuePolicyResource = policyResource('Queues');

/** `AWS::SQS::QueueInlinePolicy`: the policy of one queue. */
export const queueInlinePolicyResource = policyResource('Queue');

function policyResource(target: 'Queue' | 'Queues'): ResourceProvider {
  return {
    properties: ['PolicyDocument', target],
    ...(target === 'Queue' && { replaceOn: ['Queue'] }),

    async create(properties, context) {
      const sqs = context.client<SQS>('sqs');
      const policy = documentProperty(properties, 'PolicyDocument') ?? '';
      const urls = listProperty<string>(properties, target);
      for (const url of urls) await setPolicy(sqs, url, policy);
      const physicalId = target === 'Queue' ? urls[0]! : context.name(64);
      return { physicalId, attributes: { Id: physicalId } };
    },

    async update(physicalId, properties, previous, context) {
      const sqs = context.client<SQS>('sqs');
      const urls = listProperty<string>(properties, target);
      const policy = documentProperty(properties, 'PolicyDocument') ?? '';
      for (const url of urls) await setPolicy(sqs, url, policy);
      const dropped = listProperty<string>(previous, target).filter((url) => !urls.includes(url));
      for (const url of dropped) await unlessGone(setPolicy(sqs, url, ''));
      return { physicalId, attributes: { Id: physicalId } };
    },

    async delete(_physicalId, properties, context) {
      const sqs = context.client<SQS>('sqs');
      for (const url of listProperty<string>(properties, target)) await unlessGone(setPolicy(sqs, url, ''));
    },
  };
}

/** An empty text takes the policy away. */
async function setPolicy(sqs: ClientOf<SQS>, QueueUrl: string, Policy: string): Promise<void> {
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy } });
}
