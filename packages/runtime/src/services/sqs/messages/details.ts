import type { Message, MessageSystemAttributeName } from '@aws-sdk/client-sqs';
import { decode, encode } from '../../../store/codec.ts';
import { type MessageAttributes, md5OfAttributes, md5OfBody } from './contents.ts';
import type { StoredMessage } from './messages-table.ts';

/** What is kept of a message beside what its queue has to find it by. */
export interface MessageDetails {
  readonly senderId: string;
  readonly attributes?: MessageAttributes | undefined;
  readonly traceHeader?: string | undefined;
  readonly deduplicationId?: string | undefined;
  /** ARN of the queue that it was too often received from. */
  readonly deadLetterSource?: string | undefined;
}

export const encodeDetails = (details: MessageDetails): string => encode(details);
export const decodeDetails = (text: string): MessageDetails => decode<MessageDetails>(text);

// Numbers of twenty digits, growing with the messages' own; where AWS's begin.
const FIRST_SEQUENCE = 18_849_496_460_467_696_128n;

/** The place of a FIFO queue's message in the order of all. */
export function sequenceNumber(id: number): string {
  return String(FIRST_SEQUENCE + BigInt(id) * 256n);
}

/** What a receiver asks to be told. */
export interface Wanted {
  readonly system: ReadonlySet<string>;
  readonly attributes: readonly string[];
}

/** What can be asked for of a message beside what its sender gave. */
export const SYSTEM_ATTRIBUTES: ReadonlySet<string> = new Set([
  'All',
  'SenderId',
  'SentTimestamp',
  'ApproximateReceiveCount',
  'ApproximateFirstReceiveTimestamp',
  'SequenceNumber',
  'MessageGroupId',
  'MessageDeduplicationId',
  'AWSTraceHeader',
  'DeadLetterQueueSourceArn',
]);

/** A message as its receiver gets it. */
export function received(
  message: StoredMessage,
  ReceiptHandle: string,
  wanted: Wanted,
  fifo: boolean,
): Message {
  const details = decodeDetails(message.details);
  const attributes = wantedAttributes(details.attributes, wanted.attributes);
  const system = systemAttributes(message, details, fifo).filter(
    ([name, value]) => value !== undefined && (wanted.system.has('All') || wanted.system.has(name)),
  );
  return {
    MessageId: message.messageId,
    ReceiptHandle,
    MD5OfBody: md5OfBody(message.body),
    Body: message.body,
    ...(system.length > 0 && {
      Attributes: Object.fromEntries(system) as Partial<Record<MessageSystemAttributeName, string>>,
    }),
    ...(attributes && {
      MD5OfMessageAttributes: md5OfAttributes(attributes),
      MessageAttributes: { ...attributes },
    }),
  };
}

function systemAttributes(
  { id, sent, receives, firstReceived, groupId }: StoredMessage,
  { senderId, traceHeader, deduplicationId, deadLetterSource }: MessageDetails,
  fifo: boolean,
): [MessageSystemAttributeName, string | undefined][] {
  return [
    ['SenderId', senderId],
    ['SentTimestamp', String(sent)],
    ['ApproximateReceiveCount', String(receives)],
    ['ApproximateFirstReceiveTimestamp', String(firstReceived)],
    ['SequenceNumber', fifo ? sequenceNumber(id) : undefined],
    ['MessageGroupId', groupId ?? undefined],
    ['MessageDeduplicationId', deduplicationId],
    ['AWSTraceHeader', traceHeader],
    ['DeadLetterQueueSourceArn', deadLetterSource],
  ];
}

/** Attributes by name, by `prefix.*`, or all of them. */
function wantedAttributes(
  attributes: MessageAttributes | undefined,
  names: readonly string[],
): MessageAttributes | undefined {
  const found = Object.entries(attributes ?? {}).filter(([name]) =>
    names.some(
      (wanted) =>
        wanted === name ||
        wanted === 'All' ||
        wanted === '.*' ||
        (wanted.endsWith('.*') && name.startsWith(wanted.slice(0, -2))),
    ),
  );
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}
