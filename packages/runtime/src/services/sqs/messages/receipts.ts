import { ServiceError } from '../../../dispatch/errors.ts';
import type { Queue } from '../queues/queues-table.ts';
import type { MessagesTable, StoredMessage } from './messages-table.ts';

/** What a receiver holds of a message: it names the message and this receipt of it, and lasts over restarts. */
export function receiptHandle(queue: Queue, message: number, receipt: string): string {
  return Buffer.from(`${queue.id}/${message}/${receipt}`).toString('base64');
}

/** A message in the hands of the one who has its handle. */
export interface Receipt {
  /** Undefined when it is in the queue no more. */
  readonly message: StoredMessage | undefined;
  /** Whether it was not received again since. */
  readonly latest: boolean;
}

/** @throws ReceiptHandleIsInvalid for what is no handle of this queue */
export function readReceipt(messages: MessagesTable, queue: Queue, handle: string): Receipt {
  const [id, number = '', receipt] = Buffer.from(handle, 'base64').toString('utf8').split('/');
  if (id !== queue.id || !/^\d+$/.test(number) || !receipt) {
    throw new ServiceError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
    );
  }
  const message = messages.get(queue.id, Number(number));
  return { message, latest: message?.receipt === receipt };
}
