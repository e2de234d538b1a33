import { checkSubscriptionDeliveryPolicy, effectivePolicy } from '../delivery/delivery-policy.ts';
import { invalidBecause, invalidParameter, notSupported, parsedObject } from '../errors.ts';
import { parseFilterPolicy } from '../filter/filter-policy.ts';
import type { Topic } from '../topics/topics-table.ts';
import type { Subscription } from './subscriptions-table.ts';

const SCOPES = ['MessageAttributes', 'MessageBody'];
const RAW = ['sqs', 'http', 'https'];
const QUEUE_ARN = /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]+$/;

/**
 * Checks all attributes of a subscription together.
 *
 * @throws InvalidParameterException
 */
export function checkSubscriptionAttributes(
  protocol: string,
  attributes: Readonly<Record<string, string>>,
): void {
  for (const [name, value] of Object.entries(attributes)) checkOne(protocol, name, value);
  const { FilterPolicy, FilterPolicyScope } = attributes;
  if (FilterPolicy) parseFilterPolicy(FilterPolicy, FilterPolicyScope === 'MessageBody');
}

function checkOne(protocol: string, name: string, value: string): void {
  switch (name) {
    case 'RawMessageDelivery':
      if (!['true', 'false'].includes(value.toLowerCase())) {
        throw invalidBecause(
          'Attributes',
          `RawMessageDelivery: Invalid value [${value}]. Must be true or false.`,
        );
      }
      if (value.toLowerCase() === 'true' && !RAW.includes(protocol)) {
        throw invalidBecause(
          'Attributes',
          `RawMessageDelivery: Delivery protocol [${protocol}] does not support raw message delivery.`,
        );
      }
      return;
    case 'FilterPolicyScope':
      if (!SCOPES.includes(value)) {
        throw invalidBecause(
          'Attributes',
          `FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
        );
      }
      return;
    case 'FilterPolicy':
      return;
    case 'RedrivePolicy':
      if (value !== '') checkRedrivePolicy(value);
      return;
    case 'DeliveryPolicy':
      if (value === '') return;
      if (!protocol.startsWith('http')) {
        throw invalidBecause('DeliveryPolicy', 'only HTTP and HTTPS endpoints have one');
      }
      checkSubscriptionDeliveryPolicy(value);
      return;
    case 'ReplayPolicy':
    case 'SubscriptionRoleArn':
      throw notSupported('AttributeName', name);
    default:
      throw invalidParameter('AttributeName');
  }
}

function checkRedrivePolicy(text: string): void {
  const { deadLetterTargetArn } = parsedObject('RedrivePolicy', text);
  if (typeof deadLetterTargetArn !== 'string' || !QUEUE_ARN.test(deadLetterTargetArn)) {
    throw invalidParameter('RedrivePolicy: deadLetterTargetArn is an invalid arn');
  }
}

/** What GetSubscriptionAttributes answers. */
export function shownAttributes(topic: Topic, subscription: Subscription): Record<string, string> {
  const { arn, topicArn, protocol, endpoint, owner, principal, attributes } = subscription;
  return {
    SubscriptionArn: arn,
    TopicArn: topicArn,
    Protocol: protocol,
    Endpoint: endpoint,
    Owner: owner,
    SubscriptionPrincipal: principal,
    ConfirmationWasAuthenticated: String(subscription.authenticated),
    PendingConfirmation: String(!subscription.confirmed),
    RawMessageDelivery: 'false',
    ...(attributes['FilterPolicy'] && { FilterPolicyScope: 'MessageAttributes' }),
    ...(protocol.startsWith('http') && {
      EffectiveDeliveryPolicy: JSON.stringify(effectivePolicy(topic, subscription)),
    }),
    ...attributes,
  };
}
