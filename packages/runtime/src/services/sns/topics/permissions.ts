import type { SNS } from '@aws-sdk/client-sns';
import type { Operations } from '../../../dispatch/service.ts';
import { invalidBecause, invalidParameter } from '../errors.ts';
import type { SnsParts } from '../parts.ts';
import { defaultPolicy } from './attributes.ts';
import type { Topic } from './topics-table.ts';

const ACTIONS = new Set([
  'GetTopicAttributes',
  'SetTopicAttributes',
  'AddPermission',
  'RemovePermission',
  'DeleteTopic',
  'Subscribe',
  'ListSubscriptionsByTopic',
  'Publish',
]);

interface Policy {
  readonly Statement: readonly { readonly Sid?: string }[];
}

/** Statements of a topic's policy by their labels; kept for the access evaluation to come. */
export function permissionOperations({ topics }: SnsParts) {
  return {
    AddPermission: ({ TopicArn, Label, AWSAccountId, ActionName }, context) =>
      context.transaction(() => {
        const topic = topics.get(TopicArn);
        const policy = policyOf(topic);
        if (policy.Statement.some(({ Sid }) => Sid === Label)) {
          throw invalidParameter('Statement already exists');
        }
        if (ActionName.some((action) => !ACTIONS.has(action))) {
          throw invalidBecause('ActionName', 'Policy statement action out of service scope!');
        }
        const principals = AWSAccountId.map((id) => `arn:aws:iam::${id}:root`);
        const statement = {
          Sid: Label,
          Effect: 'Allow',
          Principal: { AWS: principals.length === 1 ? principals[0] : principals },
          Action: ActionName.map((action) => `SNS:${action}`),
          Resource: topic.arn,
        };
        put(topic, { ...policy, Statement: [...policy.Statement, statement] });
        return {};
      }),

    RemovePermission: ({ TopicArn, Label }, context) =>
      context.transaction(() => {
        const topic = topics.get(TopicArn);
        const policy = policyOf(topic);
        put(topic, { ...policy, Statement: policy.Statement.filter(({ Sid }) => Sid !== Label) });
        return {};
      }),
  } satisfies Operations<SNS>;

  function put(topic: Topic, policy: Policy): void {
    topics.put({ ...topic, attributes: { ...topic.attributes, Policy: JSON.stringify(policy) } });
  }
}

function policyOf(topic: Topic): Policy {
  const text = topic.attributes['Policy'];
  if (text === undefined) return defaultPolicy(topic);
  const policy = JSON.parse(text) as Policy;
  return { ...policy, Statement: [policy.Statement].flat() };
}
