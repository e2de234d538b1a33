import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import { ServiceError } from '../../../dispatch/errors.ts';
import { invalidParameter } from '../errors.ts';

const LARGEST_MESSAGE = 262_144;
const NAME = /^(?!(?:aws|amazon)\.)(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/i;
const SUBJECT = /^\P{Cc}{1,100}$/u;

export interface Given {
  readonly Message: string;
  readonly Subject?: string | undefined;
  readonly MessageStructure?: string | undefined;
  readonly MessageAttributes?: Record<string, MessageAttributeValue> | undefined;
  readonly MessageDeduplicationId?: string | undefined;
  readonly MessageGroupId?: string | undefined;
}

/**
 * Checks what is published, whatever the topic.
 *
 * @returns the texts by protocol, where it is a message of several
 * @throws InvalidParameterException, InvalidParameterValueException
 */
export function checkMessage(given: Given): Readonly<Record<string, string>> | undefined {
  const { Message, Subject, MessageStructure, MessageAttributes = {} } = given;
  if (Message === '') throw invalidParameter('Empty message');
  if (Subject !== undefined && !SUBJECT.test(Subject)) throw invalidParameter('Subject');
  checkAttributes(MessageAttributes);
  if (sizeOf(given) > LARGEST_MESSAGE) throw invalidParameter('Message too long');
  if (MessageStructure === undefined || MessageStructure === '') return undefined;
  if (MessageStructure !== 'json') throw invalidParameter('MessageStructure');
  return textsIn(Message);
}

function textsIn(message: string): Readonly<Record<string, string>> {
  let texts: unknown;
  try {
    texts = JSON.parse(message);
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  const entries = typeof texts === 'object' && texts !== null ? Object.entries(texts) : [];
  const found = Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
  if (found['default'] === undefined) {
    throw invalidParameter('Message Structure - No default entry in JSON message body');
  }
  return found;
}

function checkAttributes(attributes: Readonly<Record<string, MessageAttributeValue>>): void {
  for (const [name, { DataType = '', StringValue, BinaryValue }] of Object.entries(attributes)) {
    if (!NAME.test(name)) {
      throw valueInvalid(`Invalid message attribute name: '${name}'`);
    }
    const type = DataType.split('.')[0] ?? '';
    if (!['String', 'Number', 'Binary'].includes(type)) {
      throw valueInvalid(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    }
    if (type === 'Binary' ? !BinaryValue?.length : !StringValue) {
      throw valueInvalid(
        `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`,
      );
    }
    if (type === 'Number' && Number.isNaN(Number(StringValue))) {
      throw valueInvalid(`Could not cast message attribute '${name}' value to number.`);
    }
  }
}

/** What counts towards the limit: the message and the attributes' names, types and values. */
export function sizeOf({ Message, MessageAttributes = {} }: Given): number {
  let size = Buffer.byteLength(Message);
  for (const [name, value] of Object.entries(MessageAttributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(value.DataType ?? '');
    size += value.BinaryValue?.length ?? Buffer.byteLength(value.StringValue ?? '');
  }
  return size;
}

/** Batches have the same limit as messages. */
export function checkBatchSize(entries: readonly Given[]): void {
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > LARGEST_MESSAGE) {
    throw new ServiceError(
      'BatchRequestTooLongException',
      'The length of all the messages put together is more than the limit.',
    );
  }
}

function valueInvalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', message);
}
