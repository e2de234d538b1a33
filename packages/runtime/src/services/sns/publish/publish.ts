import { createHash } from 'node:crypto';
import type { SNS } from '@aws-sdk/client-sns';
import type { CallContext } from '../../../dispatch/context.ts';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Operations } from '../../../dispatch/service.ts';
import { DELIVERY_ORDER, type DeliveryOrder, IN_ORDER, type InOrder } from '../delivery/orders.ts';
import { invalidBecause, invalidParameter, notSupported } from '../errors.ts';
import { wants } from '../filter/wants.ts';
import type { SnsParts } from '../parts.ts';
import { isFifo, type Topic } from '../topics/topics-table.ts';
import { checkBatchSize, checkMessage, type Given } from './checks.ts';
import type { Published } from './message.ts';

const MOST_ENTRIES = 10;
// Numbers of twenty digits, growing with the messages of the topic.
const FIRST_SEQUENCE = 10_000_000_000_000_000_000n;
const FIFO_ID = /^[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/;

/** Publishing: the commit that takes a message in orders its delivery to each subscription that wants it. */
export function publishOperations(parts: SnsParts) {
  const { host, topics, subscriptions, deduplication, backlog } = parts;

  /** Inside a transaction. */
  const publish = (topicArn: string, given: Given, { now }: CallContext) => {
    const texts = checkMessage(given);
    const topic = topics.get(topicArn);
    checkIds(topic, given);
    const time = now.getTime();
    const fifo = isFifo(topic) ? fifoFacts(topic, given) : undefined;
    const known = fifo && deduplication.find(fifo.place, time);
    if (known) return { MessageId: known.messageId, SequenceNumber: known.sequence };
    const message: Published = {
      messageId: host.ids.uuid(),
      topicArn,
      subject: given.Subject,
      message: texts?.['default'] ?? given.Message,
      texts,
      attributes: given.MessageAttributes,
      time,
      groupId: given.MessageGroupId,
      deduplicationId: fifo?.place.id,
      sequence: fifo?.sequence,
    };
    if (fifo) {
      deduplication.keep(fifo.place, { messageId: message.messageId, sequence: fifo.sequence }, time);
      topics.put({ ...topic, published: topic.published + 1 });
    }
    for (const subscription of subscriptions.of(topic)) {
      if (!subscription.confirmed || !wants(subscription, message)) continue;
      if (fifo) {
        backlog.add(topic.arn, subscription.arn, message);
        host.orders.place<InOrder>(IN_ORDER, { subscription: subscription.arn });
      } else {
        host.orders.place<DeliveryOrder>(DELIVERY_ORDER, {
          subscription: subscription.arn,
          message,
          tries: 0,
        });
      }
    }
    return { MessageId: message.messageId, SequenceNumber: fifo?.sequence };
  };

  return {
    Publish(input, context) {
      if (input.PhoneNumber !== undefined) throw notSupported('PhoneNumber', 'A text message');
      const arn = input.TopicArn ?? input.TargetArn;
      if (arn === undefined) {
        throw invalidBecause('TopicArn or TargetArn', 'no value for required parameter');
      }
      return context.transaction(() => publish(arn, input, context));
    },

    PublishBatch({ TopicArn, PublishBatchRequestEntries: entries }, context) {
      checkEntries(entries);
      checkBatchSize(entries);
      return context.transaction(() => {
        topics.get(TopicArn);
        const Successful: { Id: string; MessageId: string; SequenceNumber: string | undefined }[] = [];
        const Failed: { Id: string; Code: string; Message: string; SenderFault: boolean }[] = [];
        for (const entry of entries) {
          try {
            Successful.push({ Id: entry.Id, ...publish(TopicArn, entry, context) });
          } catch (error) {
            if (!(error instanceof ServiceError)) throw error;
            const Code = error.code.replace(/Exception$/, '');
            Failed.push({ Id: entry.Id, Code, Message: error.message, SenderFault: true });
          }
        }
        return { Successful, Failed };
      });
    },
  } satisfies Operations<SNS>;
}

function checkIds(topic: Topic, { MessageGroupId, MessageDeduplicationId }: Given): void {
  for (const [name, value] of Object.entries({ MessageGroupId, MessageDeduplicationId })) {
    if (value !== undefined && !FIFO_ID.test(value)) {
      throw invalidParameter(
        `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
      );
    }
  }
  if (isFifo(topic) && MessageGroupId === undefined) {
    throw invalidParameter('The MessageGroupId parameter is required for FIFO topics');
  }
  if (!isFifo(topic) && MessageDeduplicationId !== undefined) {
    throw invalidBecause(
      'MessageDeduplicationId',
      'The request includes MessageDeduplicationId parameter that is not valid for this topic type',
    );
  }
}

function fifoFacts(topic: Topic, { Message, MessageGroupId = '', MessageDeduplicationId }: Given) {
  const { ContentBasedDeduplication, FifoThroughputScope } = topic.attributes;
  if (MessageDeduplicationId === undefined && ContentBasedDeduplication !== 'true') {
    throw invalidParameter(
      'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  return {
    place: {
      topic: topic.arn,
      scope: FifoThroughputScope === 'Topic' ? '' : MessageGroupId,
      id: MessageDeduplicationId ?? createHash('sha256').update(Message).digest('hex'),
    },
    sequence: String(FIRST_SEQUENCE + BigInt(topic.published + 1)),
  };
}

function checkEntries(entries: readonly { readonly Id: string }[]): void {
  if (entries.length === 0) {
    throw new ServiceError('EmptyBatchRequestException', 'The batch request contains no entries.');
  }
  if (entries.length > MOST_ENTRIES) {
    throw new ServiceError(
      'TooManyEntriesInBatchRequestException',
      'The batch request contains more entries than permissible.',
    );
  }
  const ids = new Set(entries.map(({ Id }) => Id));
  if (ids.size < entries.length) {
    throw new ServiceError(
      'BatchEntryIdsNotDistinctException',
      'Two or more batch entries in the request have the same Id.',
    );
  }
  if ([...ids].some((id) => !/^[A-Za-z0-9_-]{1,80}$/.test(id))) {
    throw new ServiceError(
      'InvalidBatchEntryIdException',
      "The Id of a batch entry in a batch request doesn't abide by the specification.",
    );
  }
}
