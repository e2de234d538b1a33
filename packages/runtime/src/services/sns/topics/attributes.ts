import { checkTopicDeliveryPolicy, effectiveTopicPolicy } from '../delivery/delivery-policy.ts';
import { invalidBecause, invalidParameter, notSupported, parsedObject } from '../errors.ts';
import { isFifo, scopeOfArn, type Topic } from './topics-table.ts';

const CHOICES: Record<string, readonly string[]> = {
  ContentBasedDeduplication: ['true', 'false'],
  FifoThroughputScope: ['Topic', 'MessageGroup'],
  FifoTopic: ['true', 'false'],
  SignatureVersion: ['1', '2'],
  TracingConfig: ['PassThrough', 'Active'],
};
const FIFO_ONLY = new Set(['ContentBasedDeduplication', 'FifoThroughputScope']);
const LONGEST_DISPLAY_NAME = 100;
const NOT_HERE =
  /^(ArchivePolicy|.*(SuccessFeedbackRoleArn|SuccessFeedbackSampleRate|FailureFeedbackRoleArn))$/;

/** @throws InvalidParameterException */
export function checkTopicAttribute(topicName: string, name: string, value: string): void {
  if (FIFO_ONLY.has(name) && !isFifo({ name: topicName })) {
    throw invalidBecause('Attributes', `${name} can only be set for FIFO topics`);
  }
  if (NOT_HERE.test(name)) throw notSupported('AttributeName', name);
  if (CHOICES[name]) {
    if (!CHOICES[name].includes(value)) throw invalidBecause('Attributes', `Invalid value for ${name}`);
    return;
  }
  switch (name) {
    case 'DisplayName':
      if (value.length > LONGEST_DISPLAY_NAME) throw invalidBecause('DisplayName', 'too long');
      return;
    case 'KmsMasterKeyId':
      return;
    case 'Policy':
      if (value !== '' && typeof parsedObject('Policy', value)['Statement'] !== 'object') {
        throw invalidParameter('Policy Error: null');
      }
      return;
    case 'DeliveryPolicy':
      if (value !== '') checkTopicDeliveryPolicy(value);
      return;
    default:
      throw invalidParameter('AttributeName');
  }
}

/** An empty text takes an attribute back. */
export function merged(
  present: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries({ ...present, ...given }).filter(([, value]) => value !== ''));
}

/** All attributes of a topic but the numbers of its subscriptions. */
export function shownAttributes(topic: Topic): Record<string, string> {
  const { arn, attributes } = topic;
  return {
    TopicArn: arn,
    Owner: scopeOfArn(arn).account,
    DisplayName: '',
    Policy: JSON.stringify(defaultPolicy(topic)),
    EffectiveDeliveryPolicy: JSON.stringify(effectiveTopicPolicy(topic)),
    ...(isFifo(topic) && {
      ContentBasedDeduplication: 'false',
      FifoThroughputScope: 'MessageGroup',
    }),
    ...attributes,
  };
}

/** What the service lets the owner of a new topic do with it. */
export function defaultPolicy({ arn }: Topic) {
  const actions = [
    'GetTopicAttributes',
    'SetTopicAttributes',
    'AddPermission',
    'RemovePermission',
    'DeleteTopic',
    'Subscribe',
    'ListSubscriptionsByTopic',
    'Publish',
  ];
  return {
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: actions.map((action) => `SNS:${action}`),
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': scopeOfArn(arn).account } },
      },
    ],
  };
}
