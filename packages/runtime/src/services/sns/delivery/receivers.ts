import type { Lambda } from '@aws-sdk/client-lambda';
import type { SQS } from '@aws-sdk/client-sqs';
import { type Caller, servicePrincipal } from '../../../access/caller.ts';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Host } from '../../../dispatch/host.ts';
import { type Published, textFor } from '../publish/message.ts';
import type { Subscription } from '../subscriptions/subscriptions-table.ts';
import type { Topic } from '../topics/topics-table.ts';
import { effectivePolicy } from './delivery-policy.ts';
import { functionEvent, notification } from './envelope.ts';
import { post } from './http.ts';
import { writeMail } from './mail.ts';

const PRINCIPAL = 'sns.amazonaws.com';
const MOST_QUEUE_ATTRIBUTES = 10;

/** What a receiver is handed. */
export interface Handover {
  readonly topic: Topic;
  readonly subscription: Subscription;
  readonly message: Published;
  /** The same for all tries of this delivery. */
  readonly token: string;
  readonly signal: AbortSignal;
}

type Receiver = (host: Host, handover: Handover) => Promise<unknown>;

const RECEIVERS: Readonly<Record<string, Receiver>> = {
  sqs: toQueue,
  lambda: toFunction,
  http: toAddress,
  https: toAddress,
  email: writeMail,
  'email-json': writeMail,
};

/** Hands a message over. @throws where that failed */
export async function handOver(host: Host, handover: Handover): Promise<void> {
  await RECEIVERS[handover.subscription.protocol]!(host, handover);
}

/** SNS itself on account of a topic, in the region and account of the receiver's ARN. */
function senderFor(receiverArn: string, topicArn: string): { caller: Caller; region: string } {
  const [, , , region = '', account = ''] = receiverArn.split(':');
  const source = { account: topicArn.split(':')[4] ?? '', arn: topicArn };
  return { caller: servicePrincipal(PRINCIPAL, account, source), region };
}

export function isRaw({ attributes }: Subscription): boolean {
  return attributes['RawMessageDelivery']?.toLowerCase() === 'true';
}

async function toQueue(host: Host, { subscription, message, token, signal }: Handover): Promise<void> {
  const raw = isRaw(subscription);
  const attributes = raw ? message.attributes : undefined;
  if (Object.keys(attributes ?? {}).length > MOST_QUEUE_ATTRIBUTES) {
    throw new ServiceError('InvalidParameterValue', 'A queue takes no more than 10 message attributes.');
  }
  const fifo = subscription.endpoint.endsWith('.fifo');
  await sendToQueue(
    host,
    subscription.endpoint,
    { topicArn: message.topicArn, token, signal },
    {
      MessageBody: raw
        ? textFor(message, 'sqs')
        : JSON.stringify(notification(host.endpoint(), subscription, message)),
      MessageAttributes: attributes && { ...attributes },
      MessageGroupId: message.groupId,
      MessageDeduplicationId: fifo ? message.deduplicationId : undefined,
    },
  );
}

/** @throws ServiceError where there is no such queue */
export async function sendToQueue(
  host: Host,
  queueArn: string,
  call: { topicArn: string; token: string; signal: AbortSignal },
  message: Omit<Parameters<SQS['sendMessage']>[0], 'QueueUrl'>,
): Promise<void> {
  const { topicArn, token, signal } = call;
  const sender = senderFor(queueArn, topicArn);
  const [, , , , QueueOwnerAWSAccountId = '', QueueName = ''] = queueArn.split(':');
  const urls = host.client<SQS>('sqs', sender);
  const { QueueUrl } = await urls.getQueueUrl({ QueueName, QueueOwnerAWSAccountId });
  await host.client<SQS>('sqs', { ...sender, token, signal }).sendMessage({ ...message, QueueUrl });
}

async function toFunction(host: Host, { subscription, message, token, signal }: Handover): Promise<void> {
  const { endpoint } = subscription;
  const lambda = host.client<Lambda>('lambda', { ...senderFor(endpoint, message.topicArn), token, signal });
  const event = functionEvent(host.endpoint(), subscription, message);
  await lambda.invoke({
    FunctionName: endpoint,
    InvocationType: 'Event',
    Payload: Buffer.from(JSON.stringify(event)),
  });
}

async function toAddress(host: Host, { topic, subscription, message, signal }: Handover): Promise<void> {
  const raw = isRaw(subscription);
  const { headerContentType } = effectivePolicy(topic, subscription).requestPolicy;
  await post(subscription.endpoint, {
    body: raw
      ? textFor(message, subscription.protocol)
      : JSON.stringify(notification(host.endpoint(), subscription, message), null, 2),
    contentType: headerContentType,
    type: 'Notification',
    messageId: message.messageId,
    topicArn: message.topicArn,
    subscriptionArn: subscription.arn,
    raw,
    signal,
  });
}
