import type { SdkMethod } from '../../../dispatch/types.ts';
import type { Receiver } from './receivers.ts';

/** The part of SQS that EventBridge needs; its SDK is no dependency. */
export interface Queues {
  getQueueUrl: SdkMethod<
    { QueueName: string; QueueOwnerAWSAccountId: string },
    { QueueUrl?: string | undefined }
  >;
  sendMessage: SdkMethod<
    {
      QueueUrl: string | undefined;
      MessageBody: string;
      MessageGroupId?: string | undefined;
      MessageDeduplicationId?: string | undefined;
      MessageAttributes?: Record<string, { DataType: string; StringValue: string }>;
    },
    { MessageId?: string | undefined }
  >;
}

/** A queue gets the input as a message. */
export const queueReceiver: Receiver = {
  async send(host, { target, input, caller, region, token, event }) {
    const QueueUrl = await queueUrl(host.client<Queues>('sqs', { caller, region }), target.Arn!);
    const MessageGroupId = target.SqsParameters?.MessageGroupId;
    return await host.client<Queues>('sqs', { caller, region, token }).sendMessage({
      QueueUrl,
      MessageBody: input,
      MessageGroupId,
      MessageDeduplicationId: MessageGroupId === undefined ? undefined : event.id,
    });
  },
};

/** The URL of the queue with an ARN. */
export async function queueUrl(
  sqs: {
    getQueueUrl(input: {
      QueueName: string;
      QueueOwnerAWSAccountId: string;
    }): Promise<{ QueueUrl?: string | undefined }>;
  },
  arn: string,
): Promise<string | undefined> {
  const [, , , , QueueOwnerAWSAccountId = '', QueueName = ''] = arn.split(':');
  const { QueueUrl } = await sqs.getQueueUrl({ QueueName, QueueOwnerAWSAccountId });
  return QueueUrl;
}
