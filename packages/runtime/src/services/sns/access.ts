import type { NeedsOf, ServiceAccess } from '../../access/needs.ts';
import { defaultPolicy } from './topics/attributes.ts';
import { scopeOfArn, type TopicsTable } from './topics/topics-table.ts';

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html */
export function snsAccess(topics: TopicsTable): ServiceAccess {
  return {
    prefix: 'sns',
    resources: ['{TopicArn}', '{ResourceArn}', '*'],
    operations: {
      CreateTopic: ({ Name = '' }: { Name?: string }, { account, region }) => [
        { action: 'sns:CreateTopic', resource: `arn:aws:sns:${region}:${account}:${Name}` },
      ],
      Publish: publish,
      PublishBatch: publish,
      Subscribe: { conditions: { 'sns:Protocol': 'Protocol', 'sns:Endpoint': 'Endpoint' } },
    },
    resourcePolicy(resource) {
      const topic = topics.find(resource);
      if (!topic) return undefined;
      const document = topic.attributes['Policy'] ?? JSON.stringify(defaultPolicy(topic));
      return { account: scopeOfArn(topic.arn).account, document };
    },
    needsPolicy: (_service, action) => action === 'sns:Publish',
  };
}

const publish: NeedsOf = ({ TopicArn, TargetArn }: { TopicArn?: string; TargetArn?: string }) => [
  { action: 'sns:Publish', resource: TopicArn ?? TargetArn ?? '*' },
];
