import type { SNS } from '@aws-sdk/client-sns';
import type { SQS } from '@aws-sdk/client-sqs';
import type { ClientOptions, Host } from '../../dispatch/host.ts';

type Attributes = Record<string, { DataType: string; StringValue: string }>;

/** Sends a message to a queue or topic; with the token of `options` once, however often it is repeated. */
export async function sendMessage(
  host: Host,
  arn: string,
  body: string,
  options: ClientOptions,
  MessageAttributes?: Attributes,
): Promise<void> {
  const [, , service, region = '', account = '', name = ''] = arn.split(':');
  const call = { ...options, region };
  if (service === 'sns') {
    await host.client<SNS>('sns', call).publish({ TopicArn: arn, Message: body, MessageAttributes });
    return;
  }
  const { token: _, ...lookUp } = call;
  const { QueueUrl } = await host
    .client<SQS>('sqs', lookUp)
    .getQueueUrl({ QueueName: name, QueueOwnerAWSAccountId: account });
  await host.client<SQS>('sqs', call).sendMessage({ QueueUrl, MessageBody: body, MessageAttributes });
}
