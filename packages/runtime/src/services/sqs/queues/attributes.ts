import { ServiceError } from '../../../dispatch/errors.ts';
import { isFifo, type Queue } from './queues-table.ts';
import { checkRedriveAllowPolicy, checkRedrivePolicy } from './redrive-policies.ts';

/** Attributes that hold whole numbers, with their bounds and defaults. */
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
const NUMBERS = {
  DelaySeconds: [0, 900, 0],
  MaximumMessageSize: [1024, 1_048_576, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600, 345_600],
  ReceiveMessageWaitTimeSeconds: [0, 20, 0],
  VisibilityTimeout: [0, 43_200, 30],
  KmsDataKeyReusePeriodSeconds: [60, 86_400, 300],
} as const satisfies Record<string, readonly [least: number, most: number, preset: number]>;

const BOOLEAN = ['true', 'false'];
const CHOICES: Record<string, readonly string[]> = {
  ContentBasedDeduplication: BOOLEAN,
  DeduplicationScope: ['queue', 'messageGroup'],
  FifoQueue: ['true'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
  SqsManagedSseEnabled: BOOLEAN,
};
const FIFO_ONLY = new Set(['ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit']);
/** Policies and the like, which an empty text removes. */
const TEXTS = new Set(['Policy', 'RedrivePolicy', 'RedriveAllowPolicy', 'KmsMasterKeyId']);

export type NumberAttribute = keyof typeof NUMBERS;

/** A number attribute as set, or its default. */
export function numberOf({ attributes }: Queue, name: NumberAttribute): number {
  const text = attributes[name];
  return text === undefined ? NUMBERS[name][2] : Number(text);
}

/**
 * Checks attributes for a queue of this name.
 *
 * @throws InvalidAttributeName, InvalidAttributeValue
 */
export function checkAttributes(name: string, attributes: Readonly<Record<string, string>>): void {
  for (const [attribute, value] of Object.entries(attributes)) checkAttribute(name, attribute, value);
  const limit = attributes['FifoThroughputLimit'];
  if (limit === 'perMessageGroupId' && attributes['DeduplicationScope'] === 'queue') {
    throw invalidAttribute(
      'FifoThroughputLimit',
      'Reason: The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.',
    );
  }
}

function checkAttribute(name: string, attribute: string, value: string): void {
  const fifo = isFifo({ name });
  if (FIFO_ONLY.has(attribute) && !fifo) {
    throw new ServiceError(
      'InvalidAttributeName',
      `You can specify the ${attribute} only when FifoQueue is set to true.`,
    );
  }
  const bounds = NUMBERS[attribute as NumberAttribute];
  if (bounds) {
    const [least, most] = bounds;
    if (!/^\d+$/.test(value) || Number(value) < least || Number(value) > most) {
      throw invalidAttribute(attribute);
    }
  } else if (CHOICES[attribute]) {
    if (!CHOICES[attribute].includes(value)) throw invalidAttribute(attribute);
  } else if (!TEXTS.has(attribute)) {
    throw new ServiceError('InvalidAttributeName', `Unknown Attribute ${attribute}.`);
  }
  if (value === '') return;
  if (attribute === 'Policy') checkPolicy(value);
  if (attribute === 'RedrivePolicy') checkRedrivePolicy(value, fifo);
  if (attribute === 'RedriveAllowPolicy') checkRedriveAllowPolicy(value);
}

/** What was set with what is set now; an empty text removes a policy. */
export function mergedAttributes(
  present: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries({ ...present, ...given }).filter(([, value]) => value !== ''));
}

/** All settable attributes, the defaults included. */
export function settingsOf(queue: Queue): Record<string, string> {
  const { KmsDataKeyReusePeriodSeconds, ...numbers } = NUMBERS;
  const encrypted = queue.attributes['KmsMasterKeyId'] !== undefined;
  return {
    ...Object.fromEntries(Object.entries(numbers).map(([name, [, , preset]]) => [name, String(preset)])),
    ...(encrypted && { KmsDataKeyReusePeriodSeconds: String(KmsDataKeyReusePeriodSeconds[2]) }),
    SqsManagedSseEnabled: String(!encrypted),
    ...(isFifo(queue) && {
      FifoQueue: 'true',
      ContentBasedDeduplication: 'false',
      DeduplicationScope: 'queue',
      FifoThroughputLimit: 'perQueue',
    }),
    ...queue.attributes,
  };
}

export function invalidAttribute(name: string, reason = ''): ServiceError {
  const message = `Invalid value for the parameter ${name}.${reason === '' ? '' : ` ${reason}`}`;
  return new ServiceError('InvalidAttributeValue', message);
}

function checkPolicy(text: string): void {
  try {
    const { Statement } = JSON.parse(text) as { Statement?: unknown };
    if (typeof Statement === 'object' && Statement !== null) return;
  } catch {
    // Said below.
  }
  throw invalidAttribute('Policy');
}
