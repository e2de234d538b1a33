import type { SQS } from '@aws-sdk/client-sqs';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Operations } from '../../../dispatch/service.ts';
import { type SqsParts, tellReceivers } from '../parts.ts';
import { checkAttributes, invalidAttribute, mergedAttributes, numberOf, settingsOf } from './attributes.ts';
import { isFifo, type Queue } from './queues-table.ts';
import { checkDeadLetterQueue } from './redrive-policies.ts';

const COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;
const FACTS = ['QueueArn', 'CreatedTimestamp', 'LastModifiedTimestamp'] as const;
const OPTIONAL = new Set([
  'Policy',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
]);

/** What queues are set to, and what is in them. */
export function queueAttributeOperations(parts: SqsParts) {
  const { host, queues, messages } = parts;

  const countsOf = (queue: Queue): Record<string, string> => {
    const now = host.clock.now();
    const oldest = now - numberOf(queue, 'MessageRetentionPeriod') * 1000;
    const { visible, inFlight, delayed } = messages.count(queue.id, now, oldest);
    return Object.fromEntries(
      [visible, inFlight, delayed].map((count, index) => [COUNTS[index], String(count)]),
    );
  };

  return {
    GetQueueAttributes({ QueueUrl, AttributeNames = [] }, context) {
      const queue = queues.byUrl(QueueUrl, context);
      const names = new Set<string>(AttributeNames);
      const settings = settingsOf(queue);
      for (const name of names) {
        if (name !== 'All' && !isKnown(name, settings)) {
          throw new ServiceError('InvalidAttributeName', `Unknown Attribute ${name}.`);
        }
      }
      const wanted = (name: string) => names.has('All') || names.has(name);
      const all = {
        ...settings,
        ...(COUNTS.some(wanted) && countsOf(queue)),
        QueueArn: queue.arn,
        CreatedTimestamp: seconds(queue.created),
        LastModifiedTimestamp: seconds(queue.modified),
      };
      const found = Object.entries(all).filter(([name]) => wanted(name));
      return { Attributes: found.length > 0 ? Object.fromEntries(found) : undefined };
    },

    SetQueueAttributes: ({ QueueUrl, Attributes }, context) =>
      context.transaction(() => {
        const queue = queues.byUrl(QueueUrl, context);
        const fixed = Attributes['FifoQueue'];
        if (fixed !== undefined && (fixed !== 'true' || !isFifo(queue))) {
          throw invalidAttribute('FifoQueue', 'Reason: Modifying queue type is not supported.');
        }
        const given = Object.fromEntries(Object.entries(Attributes).filter(([name]) => name !== 'FifoQueue'));
        checkAttributes(queue.name, given);
        const redrive = given['RedrivePolicy'];
        if (redrive) checkDeadLetterQueue(redrive, queue.arn, queues);
        const attributes = mergedAttributes(queue.attributes, given);
        queues.put({ ...queue, attributes, modified: context.now.getTime() });
        tellReceivers(parts, queue);
        return {};
      }),
  } satisfies Operations<SQS>;
}

function isKnown(name: string, settings: Readonly<Record<string, string>>): boolean {
  return (
    name in settings ||
    OPTIONAL.has(name) ||
    (COUNTS as readonly string[]).includes(name) ||
    (FACTS as readonly string[]).includes(name)
  );
}

function seconds(milliseconds: number): string {
  return String(Math.floor(milliseconds / 1000));
}
