import { type Published, textFor } from '../publish/message.ts';
import type { Subscription } from '../subscriptions/subscriptions-table.ts';

/**
 * Amazon signs what it sends with a key that nobody else has. A signature of ours would pass no check
 * for Amazon's, so none is made up: this word stands where it would be, and the address of the
 * certificate answers with the reason.
 */
const NO_SIGNATURE = 'UNSIGNED';
const API_VERSION = '2010-03-31';

/** Path of what SigningCertURL leads to, under `/_slipway/sns/`. */
export const CERTIFICATE_PATH = 'not-signed.pem';

/** The document that queues and HTTP endpoints get. */
export function notification(endpoint: string, subscription: Subscription, message: Published): object {
  const attributes = attributesOf(message);
  return {
    Type: 'Notification',
    MessageId: message.messageId,
    ...(message.sequence !== undefined && { SequenceNumber: message.sequence }),
    TopicArn: message.topicArn,
    ...(message.subject !== undefined && { Subject: message.subject }),
    Message: textFor(message, subscription.protocol),
    Timestamp: new Date(message.time).toISOString(),
    ...unsigned(endpoint, 'SigningCertURL'),
    UnsubscribeURL: actionUrl(endpoint, 'Unsubscribe', { SubscriptionArn: subscription.arn }),
    ...(attributes && { MessageAttributes: attributes }),
  };
}

/** The event that functions get; some names are spelt otherwise in it. */
export function functionEvent(endpoint: string, subscription: Subscription, message: Published): object {
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: {
          Type: 'Notification',
          MessageId: message.messageId,
          TopicArn: message.topicArn,
          Subject: message.subject ?? null,
          Message: textFor(message, 'lambda'),
          Timestamp: new Date(message.time).toISOString(),
          ...unsigned(endpoint, 'SigningCertUrl'),
          UnsubscribeUrl: actionUrl(endpoint, 'Unsubscribe', { SubscriptionArn: subscription.arn }),
          MessageAttributes: attributesOf(message) ?? {},
        },
      },
    ],
  };
}

/** What an HTTP endpoint gets when it is subscribed, and when it is no more. */
export function confirmationRequest(
  endpoint: string,
  { topicArn, token, arn }: Subscription,
  type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation',
  facts: { messageId: string; time: number },
): object {
  const text =
    type === 'SubscriptionConfirmation'
      ? `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`
      : `You have chosen to deactivate subscription ${arn}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`;
  return {
    Type: type,
    MessageId: facts.messageId,
    Token: token,
    TopicArn: topicArn,
    Message: text,
    SubscribeURL: actionUrl(endpoint, 'ConfirmSubscription', { TopicArn: topicArn, Token: token }),
    Timestamp: new Date(facts.time).toISOString(),
    ...unsigned(endpoint, 'SigningCertURL'),
  };
}

export function unsubscribeUrl(endpoint: string, { arn }: Subscription): string {
  return actionUrl(endpoint, 'Unsubscribe', { SubscriptionArn: arn });
}

function unsigned(endpoint: string, certificate: 'SigningCertURL' | 'SigningCertUrl') {
  return {
    SignatureVersion: '1',
    Signature: NO_SIGNATURE,
    [certificate]: `${endpoint}/_slipway/sns/${CERTIFICATE_PATH}`,
  };
}

function actionUrl(endpoint: string, action: string, parameters: Record<string, string>): string {
  const query = new URLSearchParams({ Action: action, ...parameters, Version: API_VERSION });
  return `${endpoint}/?${query.toString()}`;
}

function attributesOf({ attributes }: Published) {
  const entries = Object.entries(attributes ?? {}).map(([name, value]) => {
    const { DataType: Type, StringValue, BinaryValue } = value;
    return [name, { Type, Value: StringValue ?? Buffer.from(BinaryValue ?? []).toString('base64') }];
  });
  return entries.length > 0 ? (Object.fromEntries(entries) as Record<string, object>) : undefined;
}
