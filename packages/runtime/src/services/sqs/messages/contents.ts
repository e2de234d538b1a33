import { createHash } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { ServiceError } from '../../../dispatch/errors.ts';
import { invalidParameter, missingParameter } from '../errors.ts';

export type MessageAttributes = Readonly<Record<string, MessageAttributeValue>>;

const MOST_ATTRIBUTES = 10;
const NAME = /^(?!(?:aws|amazon)\.)(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/i;
// What XML 1.0 has a place for. Lone surrogates cannot be sent, since they have no UTF-8.
const UNFIT = /(?![\t\n\r\u007F-\u009F])\p{Cc}|[\uFFFE\uFFFF]/u;

/** @throws MissingParameter, InvalidMessageContents */
export function checkBody(body: string): void {
  if (body === '') throw missingParameter('MessageBody');
  if (UNFIT.test(body)) {
    throw new ServiceError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    );
  }
}

/** @throws InvalidParameterValue */
export function checkAttributes(attributes: MessageAttributes): void {
  const entries = Object.entries(attributes);
  if (entries.length > MOST_ATTRIBUTES) {
    throw invalidParameter(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MOST_ATTRIBUTES}].`,
    );
  }
  for (const [name, value] of entries) {
    if (!NAME.test(name)) {
      throw invalidParameter(
        `The message attribute name '${name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters, neither at its ends nor twice in a row for the last, and does not begin with AWS. or Amazon.`,
      );
    }
    checkValue(name, value);
  }
}

function checkValue(name: string, value: MessageAttributeValue): void {
  const { DataType = '', StringValue, BinaryValue, StringListValues, BinaryListValues } = value;
  const type = DataType.split('.')[0] ?? '';
  if (!['String', 'Number', 'Binary'].includes(type) || DataType.length > 256) {
    throw invalidParameter(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  if (StringListValues?.length || BinaryListValues?.length) {
    throw new ServiceError(
      'UnsupportedOperation',
      'Message attribute list values in SendMessage operation are not supported.',
    );
  }
  const empty = type === 'Binary' ? !BinaryValue?.length : !StringValue;
  if (empty) {
    throw invalidParameter(
      `Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`,
    );
  }
  if (type === 'Number' && Number.isNaN(Number(StringValue))) {
    throw invalidParameter(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
}

/** The only system attribute that a sender gives. @throws InvalidParameterValue */
export function traceHeaderOf(attributes: MessageAttributes | undefined): string | undefined {
  for (const [name, { DataType, StringValue }] of Object.entries(attributes ?? {})) {
    if (name !== 'AWSTraceHeader') {
      throw invalidParameter(`Message system attribute name '${name}' is invalid.`);
    }
    if (DataType !== 'String' || !StringValue) {
      throw invalidParameter(`The message system attribute '${name}' must be of type 'String'.`);
    }
  }
  return attributes?.['AWSTraceHeader']?.StringValue;
}

/** What counts towards the limit: the body and the attributes' names, types and values. */
export function sizeOf(body: string, attributes: MessageAttributes = {}): number {
  let size = Buffer.byteLength(body);
  for (const [name, { DataType = '', StringValue, BinaryValue }] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    size += StringValue === undefined ? (BinaryValue?.length ?? 0) : Buffer.byteLength(StringValue);
  }
  return size;
}

export function md5OfBody(body: string): string {
  return createHash('md5').update(body).digest('hex');
}

/**
 * The digest over attributes by which clients check them: by name, each part behind its length.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 *
 * @returns undefined where there are none
 */
export function md5OfAttributes(attributes: MessageAttributes | undefined): string | undefined {
  const names = Object.keys(attributes ?? {}).sort();
  if (!attributes || names.length === 0) return undefined;
  const hash = createHash('md5');
  const part = (bytes: Uint8Array | string) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType = '', StringValue, BinaryValue = new Uint8Array() } = attributes[name]!;
    part(name);
    part(DataType);
    const binary = DataType.startsWith('Binary');
    hash.update(Buffer.of(binary ? 2 : 1));
    part(binary ? BinaryValue : (StringValue ?? ''));
  }
  return hash.digest('hex');
}
