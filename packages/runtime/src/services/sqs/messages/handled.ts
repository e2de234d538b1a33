import type { SQS } from '@aws-sdk/client-sqs';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Operations } from '../../../dispatch/service.ts';
import { invalidParameter, invalidValue, missingParameter } from '../errors.ts';
import { type SqsParts, tellReceivers } from '../parts.ts';
import { isFifo, type Queue } from '../queues/queues-table.ts';
import { checkEntries, eachEntry } from './batches.ts';
import { readReceipt } from './receipts.ts';
import { checkVisibility } from './receive.ts';

const LONGEST_TOTAL_MS = 43_200_000;

/** What receivers do with messages that they have: delete them, or say how long they need. */
export function handledOperations(parts: SqsParts) {
  const { queues, messages } = parts;

  /** Inside a transaction. A message that is gone, or that somebody else has by now, is left as it is. */
  const remove = (queue: Queue, handle: string, now: number): object => {
    const { message, latest } = readReceipt(messages, queue, handle);
    if (!message || !latest) return {};
    if (isFifo(queue) && message.visible <= now) {
      throw invalidValue('ReceiptHandle', handle, 'The receipt handle has expired.');
    }
    messages.delete(message.id);
    // The rest of its group can be received now.
    if (isFifo(queue)) tellReceivers(parts, queue);
    return {};
  };

  /** Inside a transaction. */
  const change = (queue: Queue, handle: string, seconds: number, now: number): object => {
    checkVisibility(seconds);
    const { message, latest } = readReceipt(messages, queue, handle);
    if (!message || !latest) {
      const reason = 'Message does not exist or is not available for visibility timeout change.';
      throw invalidValue('ReceiptHandle', handle, reason);
    }
    if (message.visible <= now) {
      throw new ServiceError('MessageNotInflight', `The specified message isn't in flight.`);
    }
    const visible = now + seconds * 1000;
    if (visible > (message.taken ?? now) + LONGEST_TOTAL_MS) {
      throw invalidParameter(
        `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds].`,
      );
    }
    messages.setVisible(message.id, visible);
    tellReceivers(parts, queue);
    return {};
  };

  return {
    DeleteMessage: ({ QueueUrl, ReceiptHandle }, context) =>
      context.transaction(() =>
        remove(queues.byUrl(QueueUrl, context), ReceiptHandle, context.now.getTime()),
      ),

    DeleteMessageBatch({ QueueUrl, Entries }, context) {
      checkEntries(Entries, 'DeleteMessageBatchRequestEntry');
      return context.transaction(() => {
        const queue = queues.byUrl(QueueUrl, context);
        return eachEntry(Entries, ({ ReceiptHandle }) => remove(queue, ReceiptHandle, context.now.getTime()));
      });
    },

    ChangeMessageVisibility: ({ QueueUrl, ReceiptHandle, VisibilityTimeout }, context) =>
      context.transaction(() =>
        change(queues.byUrl(QueueUrl, context), ReceiptHandle, VisibilityTimeout, context.now.getTime()),
      ),

    ChangeMessageVisibilityBatch({ QueueUrl, Entries }, context) {
      checkEntries(Entries, 'ChangeMessageVisibilityBatchRequestEntry');
      return context.transaction(() => {
        const queue = queues.byUrl(QueueUrl, context);
        return eachEntry(Entries, ({ ReceiptHandle, VisibilityTimeout }) => {
          if (VisibilityTimeout === undefined) throw missingParameter('VisibilityTimeout');
          return change(queue, ReceiptHandle, VisibilityTimeout, context.now.getTime());
        });
      });
    },
  } satisfies Operations<SQS>;
}
