import type { SQS } from '@aws-sdk/client-sqs';
import type { ClientOf } from '../../../dispatch/types.ts';
import type { Receiver } from './receivers.ts';

/** A queue gets the input as a message. */
export const queueReceiver: Receiver = {
  async send(host, { target, input, caller, region, token, event }) {
    const QueueUrl = await queueUrl(host.client<SQS>('sqs', { caller, region }), target.Arn!);
    const MessageGroupId = target.SqsParameters?.MessageGroupId;
    return await host.client<SQS>('sqs', { caller, region, token }).sendMessage({
      QueueUrl,
      MessageBody: input,
      MessageGroupId,
      MessageDeduplicationId: target.Arn!.endsWith('.fifo') ? event.id : undefined,
    });
  },
};

/** The URL of the queue with an ARN. */
export async function queueUrl(sqs: ClientOf<SQS>, arn: string): Promise<string | undefined> {
  const [, , , , QueueOwnerAWSAccountId = '', QueueName = ''] = arn.split(':');
  const { QueueUrl } = await sqs.getQueueUrl({ QueueName, QueueOwnerAWSAccountId });
  return QueueUrl;
}
