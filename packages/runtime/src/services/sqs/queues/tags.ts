import type { SQS } from '@aws-sdk/client-sqs';
import type { Operations } from '../../../dispatch/service.ts';
import { invalidParameter } from '../errors.ts';
import type { SqsParts } from '../parts.ts';

const MOST_TAGS = 50;

/** @throws InvalidParameterValue */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  const entries = Object.entries(tags);
  if (entries.length > MOST_TAGS) {
    throw invalidParameter(`Too many tags added for queue: a queue can have up to ${MOST_TAGS}.`);
  }
  for (const [key, value] of entries) {
    if (key === '' || key.length > 128 || key.toLowerCase().startsWith('aws:') || value.length > 256) {
      throw invalidParameter(
        `Tag keys have 1 to 128 characters and do not begin with aws:, values 256: ${key}`,
      );
    }
  }
}

/** Tags of queues. */
export function tagOperations({ queues }: SqsParts) {
  return {
    TagQueue: ({ QueueUrl, Tags }, context) =>
      context.transaction(() => {
        const queue = queues.byUrl(QueueUrl, context);
        const tags = { ...queue.tags, ...Tags };
        checkTags(tags);
        queues.put({ ...queue, tags });
        return {};
      }),

    UntagQueue: ({ QueueUrl, TagKeys }, context) =>
      context.transaction(() => {
        const queue = queues.byUrl(QueueUrl, context);
        const left = Object.entries(queue.tags).filter(([key]) => !TagKeys.includes(key));
        queues.put({ ...queue, tags: Object.fromEntries(left) });
        return {};
      }),

    ListQueueTags({ QueueUrl }, context) {
      const { tags } = queues.byUrl(QueueUrl, context);
      return { Tags: Object.keys(tags).length > 0 ? { ...tags } : undefined };
    },
  } satisfies Operations<SQS>;
}
