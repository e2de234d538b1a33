import type { SNS } from '@aws-sdk/client-sns';
import { documentProperty, listProperty } from '../../../dispatch/property-values.ts';
import type { ResourceProvider } from '../../../dispatch/resource-provider.ts';
import type { ClientOf } from '../../../dispatch/types.ts';
import { unlessGone } from './unless-gone.ts';

/** `AWS::SNS::TopicPolicy`: one policy for several topics. */
export const topicPolicyResource = policyResource('Topics');

/** `AWS::SNS::TopicInlinePolicy`: the policy of one topic. */
export const topicInlinePolicyResource = policyResource('TopicArn');

function policyResource(target: 'TopicArn' | 'Topics'): ResourceProvider {
  return {
    properties: ['PolicyDocument', target],
    ...(target === 'TopicArn' && { replaceOn: ['TopicArn'] }),

    async create(properties, context) {
      const sns = context.client<SNS>('sns');
      const policy = documentProperty(properties, 'PolicyDocument') ?? '';
      const arns = listProperty<string>(properties, target);
      for (const arn of arns) await setPolicy(sns, arn, policy);
      const physicalId = target === 'TopicArn' ? arns[0]! : context.name(64);
      return { physicalId, attributes: { Id: physicalId } };
    },

    async update(physicalId, properties, previous, context) {
      const sns = context.client<SNS>('sns');
      const arns = listProperty<string>(properties, target);
      const policy = documentProperty(properties, 'PolicyDocument') ?? '';
      for (const arn of arns) await setPolicy(sns, arn, policy);
      const dropped = listProperty<string>(previous, target).filter((arn) => !arns.includes(arn));
      for (const arn of dropped) await unlessGone(setPolicy(sns, arn, ''));
      return { physicalId, attributes: { Id: physicalId } };
    },

    async delete(_physicalId, properties, context) {
      const sns = context.client<SNS>('sns');
      for (const arn of listProperty<string>(properties, target)) await unlessGone(setPolicy(sns, arn, ''));
    },
  };
}

/** An empty text brings the topic's first policy back. */
async function setPolicy(sns: ClientOf<SNS>, TopicArn: string, AttributeValue: string): Promise<void> {
  await sns.setTopicAttributes({ TopicArn, AttributeName: 'Policy', AttributeValue });
}
