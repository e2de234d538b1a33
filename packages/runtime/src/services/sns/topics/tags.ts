import type { SNS, Tag } from '@aws-sdk/client-sns';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Operations } from '../../../dispatch/service.ts';
import type { SnsParts } from '../parts.ts';
import type { Topic, TopicsTable } from './topics-table.ts';

const MOST_TAGS = 50;

export function tagsOf(list: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key, Value]));
}

/** @throws TagLimitExceededException */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  if (Object.keys(tags).length > MOST_TAGS) {
    throw new ServiceError(
      'TagLimitExceededException',
      'Could not complete request: tag quota of per resource exceeded',
    );
  }
}

/** Tags of topics. */
export function tagOperations({ topics }: SnsParts) {
  return {
    TagResource: ({ ResourceArn, Tags }, context) =>
      context.transaction(() => {
        const topic = tagged(topics, ResourceArn);
        const tags = { ...topic.tags, ...tagsOf(Tags) };
        checkTags(tags);
        topics.put({ ...topic, tags });
        return {};
      }),

    UntagResource: ({ ResourceArn, TagKeys }, context) =>
      context.transaction(() => {
        const topic = tagged(topics, ResourceArn);
        const left = Object.entries(topic.tags).filter(([key]) => !TagKeys.includes(key));
        topics.put({ ...topic, tags: Object.fromEntries(left) });
        return {};
      }),

    ListTagsForResource: ({ ResourceArn }) => ({
      Tags: Object.entries(tagged(topics, ResourceArn).tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  } satisfies Operations<SNS>;
}

function tagged(topics: TopicsTable, arn: string): Topic {
  const topic = topics.find(arn);
  if (!topic) throw new ServiceError('ResourceNotFoundException', 'Resource does not exist');
  return topic;
}
