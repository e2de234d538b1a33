import type { EventBridge, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { Lambda } from '@aws-sdk/client-lambda';
import type { SNS } from '@aws-sdk/client-sns';
import type { SQS } from '@aws-sdk/client-sqs';
import { type CallSource, servicePrincipal } from '../../../access/caller.ts';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Host } from '../../../dispatch/host.ts';
import type { OrderHandler } from '../../../store/orders.ts';

export const LAMBDA_ORDER = 's3.notify-lambda';
export const MESSAGE_ORDER = 's3.notify-message';
export const BRIDGE_ORDER = 's3.notify-eventbridge';

export interface LambdaOrder {
  readonly functionArn: string;
  readonly region: string;
  readonly payload: string;
  /** The bucket, on account of which S3 invokes the function. */
  readonly source?: CallSource;
}

/** A message to a queue or topic. */
export interface MessageOrder {
  readonly arn: string;
  readonly body: string;
  /** The bucket, on account of which S3 sends. */
  readonly source?: CallSource;
}

export interface BridgeOrder {
  readonly account: string;
  readonly region: string;
  readonly entry: PutEventsRequestEntry;
}

/** Carries messages about objects to whom they are for, as the principal that S3 is on AWS. */
export function notificationOrders(host: Host) {
  const toLambda: OrderHandler<LambdaOrder> = async (order, { id, signal }) => {
    const { functionArn, region, payload, source } = order;
    const account = functionArn.split(':')[4] ?? '';
    const caller = servicePrincipal('s3.amazonaws.com', account, source);
    const lambda = host.client<Lambda>('lambda', { caller, region, token: id, signal });
    await unlessRefused(host, functionArn, () =>
      lambda.invoke({
        FunctionName: functionArn,
        InvocationType: 'Event',
        Payload: new TextEncoder().encode(payload),
      }),
    );
  };
  const toEventBridge: OrderHandler<BridgeOrder> = async ({ account, region, entry }, { id, signal }) => {
    const caller = servicePrincipal('s3.amazonaws.com', account);
    const events = host.client<EventBridge>('events', { caller, region, token: id, signal });
    await unlessRefused(host, 'EventBridge', () => events.putEvents({ Entries: [entry] }));
  };
  const toQueueOrTopic: OrderHandler<MessageOrder> = async ({ arn, body, source }, { id, signal }) => {
    const [, , service, region = '', account = '', name = ''] = arn.split(':');
    const sender = { caller: servicePrincipal('s3.amazonaws.com', account, source), region };
    const call = { ...sender, token: id, signal };
    await unlessRefused(host, arn, async () => {
      if (service === 'sns') {
        const topics = host.client<SNS>('sns', call);
        return await topics.publish({ TopicArn: arn, Subject: 'Amazon S3 Notification', Message: body });
      }
      const queues = host.client<SQS>('sqs', sender);
      const { QueueUrl } = await queues.getQueueUrl({ QueueName: name, QueueOwnerAWSAccountId: account });
      return await host.client<SQS>('sqs', call).sendMessage({ QueueUrl, MessageBody: body });
    });
  };
  return {
    [LAMBDA_ORDER]: toLambda,
    [BRIDGE_ORDER]: toEventBridge,
    [MESSAGE_ORDER]: toQueueOrTopic,
  };
}

/** A receiver that refuses a message would refuse it again: the message is dropped, and the user told. */
async function unlessRefused(host: Host, receiver: string, send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (error) {
    const refused = error instanceof ServiceError && (error.status ?? 400) < 500;
    if (!refused) throw error;
    host.progress.emit({
      type: 'warning',
      service: 's3',
      message: `A notification to ${receiver} was dropped: ${error.message}`,
    });
  }
}
