import type { SNS } from '@aws-sdk/client-sns';
import type { Operations } from '../../../dispatch/service.ts';
import { invalidBecause, invalidParameter, notSupported } from '../errors.ts';
import { pageOf } from '../paging.ts';
import type { SnsParts } from '../parts.ts';
import { checkTopicAttribute, merged, shownAttributes } from './attributes.ts';
import { checkTags, tagsOf } from './tags.ts';
import { isFifo, type Topic } from './topics-table.ts';

/** Operations on topics. */
export function topicOperations({ topics, subscriptions, backlog }: SnsParts) {
  return {
    CreateTopic(input, context) {
      const { Name, Attributes: attributes = {}, DataProtectionPolicy } = input;
      const fifo = attributes['FifoTopic'] === 'true';
      if (!(fifo ? /^[A-Za-z0-9_-]{1,251}\.fifo$/ : /^[A-Za-z0-9_-]{1,256}$/).test(Name)) {
        throw fifo && !isFifo({ name: Name })
          ? invalidBecause('Topic Name', 'Fifo Topic names must end with .fifo')
          : invalidParameter('Topic Name');
      }
      if (DataProtectionPolicy) throw notSupported('DataProtectionPolicy', 'A data protection policy');
      for (const [name, value] of Object.entries(attributes)) checkTopicAttribute(Name, name, value);
      const tags = tagsOf(input.Tags);
      checkTags(tags);
      const arn = context.arn('sns', Name);
      return context.transaction(() => {
        const present = topics.find(arn);
        if (present) {
          checkSame(present, attributes, Object.keys(tags).length > 0 ? tags : undefined);
        } else {
          const given = merged({}, attributes);
          topics.put({ name: Name, arn, attributes: given, tags, published: 0, unsubscribed: 0 });
        }
        return { TopicArn: arn };
      });
    },

    DeleteTopic: ({ TopicArn }, context) =>
      context.transaction(() => {
        const topic = topics.find(TopicArn);
        if (topic) {
          topics.delete(topic);
          for (const subscription of subscriptions.of(topic)) subscriptions.delete(subscription);
          backlog.forgetTopic(topic.arn);
        }
        return {};
      }),

    ListTopics({ NextToken }, context) {
      const { page, next } = pageOf((page) => topics.list(context, page), NextToken, 'topics');
      return { Topics: page.map(({ arn }) => ({ TopicArn: arn })), NextToken: next };
    },

    GetTopicAttributes({ TopicArn }) {
      const topic = topics.get(TopicArn);
      const all = subscriptions.of(topic);
      const confirmed = all.filter((subscription) => subscription.confirmed).length;
      return {
        Attributes: {
          ...shownAttributes(topic),
          SubscriptionsConfirmed: String(confirmed),
          SubscriptionsPending: String(all.length - confirmed),
          SubscriptionsDeleted: String(topic.unsubscribed),
        },
      };
    },

    SetTopicAttributes: ({ TopicArn, AttributeName, AttributeValue = '' }, context) =>
      context.transaction(() => {
        const topic = topics.get(TopicArn);
        if (AttributeName === 'FifoTopic') throw invalidParameter('AttributeName');
        checkTopicAttribute(topic.name, AttributeName, AttributeValue);
        topics.put({ ...topic, attributes: merged(topic.attributes, { [AttributeName]: AttributeValue }) });
        return {};
      }),
  } satisfies Operations<SNS>;
}

/** A topic that is there is answered like a new one when nothing about it would be different. */
function checkSame(
  present: Topic,
  attributes: Readonly<Record<string, string>>,
  tags: Readonly<Record<string, string>> | undefined,
): void {
  const shown = shownAttributes(present);
  const different = Object.entries(attributes).some(([name, value]) => (shown[name] ?? '') !== value);
  if (different) throw invalidBecause('Attributes', 'Topic already exists with different attributes');
  const keys = new Set([...Object.keys(tags ?? present.tags), ...Object.keys(present.tags)]);
  if (tags && [...keys].some((key) => tags[key] !== present.tags[key])) {
    throw invalidBecause('Tags', 'Topic already exists with different tags');
  }
}
