import { createHash } from 'node:crypto';
import type { MessageAttributeValue, SQS } from '@aws-sdk/client-sqs';
import type { CallContext } from '../../../dispatch/context.ts';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Operations } from '../../../dispatch/service.ts';
import { invalidParameter, invalidValue, missingParameter } from '../errors.ts';
import { type SqsParts, tellReceivers } from '../parts.ts';
import { numberOf } from '../queues/attributes.ts';
import { isFifo, type Queue } from '../queues/queues-table.ts';
import { checkEntries, eachEntry } from './batches.ts';
import { checkAttributes, checkBody, md5OfAttributes, md5OfBody, sizeOf, traceHeaderOf } from './contents.ts';
import type { SentMessage } from './deduplication.ts';
import { encodeDetails, sequenceNumber } from './details.ts';

const LONGEST_DELAY = 900;
const LARGEST_BATCH = 1_048_576;
const FIFO_ID = /^[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/;

interface Given {
  readonly MessageBody: string;
  readonly DelaySeconds?: number | undefined;
  readonly MessageAttributes?: Record<string, MessageAttributeValue> | undefined;
  readonly MessageSystemAttributes?: Record<string, MessageAttributeValue> | undefined;
  readonly MessageDeduplicationId?: string | undefined;
  readonly MessageGroupId?: string | undefined;
}

/** Sending: a message that was answered is on disk. */
export function sendOperations(parts: SqsParts) {
  const { host, queues, messages, deduplication } = parts;

  /** Inside a transaction. */
  const send = (queue: Queue, given: Given, { now, caller }: CallContext) => {
    check(queue, given);
    const time = now.getTime();
    const fifo = isFifo(queue);
    const place = fifo ? deduplicationPlace(queue, given) : undefined;
    const known = place && deduplication.sent(place, time);
    let sent: SentMessage;
    if (known) {
      sent = known;
    } else {
      const messageId = host.ids.uuid();
      const delay = given.DelaySeconds ?? numberOf(queue, 'DelaySeconds');
      const number = messages.insert({
        queue: queue.id,
        messageId,
        visible: time + delay * 1000,
        sent: time,
        groupId: given.MessageGroupId,
        body: given.MessageBody,
        details: encodeDetails({
          senderId: caller.userId,
          attributes: given.MessageAttributes,
          traceHeader: traceHeaderOf(given.MessageSystemAttributes),
          deduplicationId: place?.id,
        }),
      });
      sent = { messageId, number };
      if (place) deduplication.keepSent(place, sent, time);
      tellReceivers(parts, queue);
    }
    return {
      MessageId: sent.messageId,
      MD5OfMessageBody: md5OfBody(given.MessageBody),
      MD5OfMessageAttributes: md5OfAttributes(given.MessageAttributes),
      MD5OfMessageSystemAttributes: md5OfAttributes(given.MessageSystemAttributes),
      SequenceNumber: fifo ? sequenceNumber(sent.number) : undefined,
    };
  };

  return {
    SendMessage: (input, context) =>
      context.transaction(() => send(queues.byUrl(input.QueueUrl, context), input, context)),

    SendMessageBatch(input, context) {
      checkEntries(input.Entries, 'SendMessageBatchRequestEntry');
      const size = input.Entries.reduce(
        (sum, { MessageBody, MessageAttributes }) => sum + sizeOf(MessageBody, MessageAttributes),
        0,
      );
      if (size > LARGEST_BATCH) {
        throw new ServiceError(
          'BatchRequestTooLong',
          `Batch requests cannot be longer than ${LARGEST_BATCH} bytes. You have sent ${size} bytes.`,
        );
      }
      return context.transaction(() => {
        const queue = queues.byUrl(input.QueueUrl, context);
        return eachEntry(input.Entries, (entry) => send(queue, entry, context));
      });
    },
  } satisfies Operations<SQS>;
}

function check(queue: Queue, given: Given): void {
  const { MessageBody, MessageAttributes = {}, DelaySeconds, MessageGroupId, MessageDeduplicationId } = given;
  checkBody(MessageBody);
  checkAttributes(MessageAttributes);
  traceHeaderOf(given.MessageSystemAttributes);
  const largest = numberOf(queue, 'MaximumMessageSize');
  if (sizeOf(MessageBody, MessageAttributes) > largest) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${largest} bytes.`,
    );
  }
  if (DelaySeconds !== undefined && (DelaySeconds < 0 || DelaySeconds > LONGEST_DELAY)) {
    const reason = `DelaySeconds must be >= 0 and <= ${LONGEST_DELAY}.`;
    throw invalidValue('DelaySeconds', DelaySeconds, reason);
  }
  for (const [name, value] of Object.entries({ MessageGroupId, MessageDeduplicationId })) {
    if (value !== undefined && !FIFO_ID.test(value)) {
      const reason = `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`;
      throw invalidValue(name, value, reason);
    }
  }
  const otherType = 'The request include parameter that is not valid for this queue type';
  if (isFifo(queue)) {
    if (MessageGroupId === undefined) throw missingParameter('MessageGroupId');
    if (DelaySeconds) throw invalidValue('DelaySeconds', DelaySeconds, otherType);
  } else if (MessageDeduplicationId !== undefined) {
    throw invalidValue('MessageDeduplicationId', MessageDeduplicationId, otherType);
  }
}

/** @throws InvalidParameterValue where nothing says what makes a message the same as another */
function deduplicationPlace(queue: Queue, { MessageDeduplicationId, MessageGroupId, MessageBody }: Given) {
  const { ContentBasedDeduplication, DeduplicationScope } = queue.attributes;
  if (MessageDeduplicationId === undefined && ContentBasedDeduplication !== 'true') {
    throw invalidParameter(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  return {
    queue: queue.id,
    scope: DeduplicationScope === 'messageGroup' ? (MessageGroupId ?? '') : '',
    id: MessageDeduplicationId ?? createHash('sha256').update(MessageBody).digest('hex'),
  };
}
