import { SNS } from '@aws-sdk/client-sns';
import { SQS } from '@aws-sdk/client-sqs';
import type { TestRuntime } from '../../testing/test-runtime.ts';

/** What a test does with topics and queues, through the SDK. */
export class TopicTests {
  readonly sns: SNS;
  readonly sqs: SQS;
  #count = 0;

  constructor(runtime: Pick<TestRuntime, 'clientConfig'>) {
    this.sns = new SNS(runtime.clientConfig);
    this.sqs = new SQS(runtime.clientConfig);
  }

  async topic(Attributes: Record<string, string> = {}): Promise<string> {
    const suffix = Attributes['FifoTopic'] === 'true' ? '.fifo' : '';
    const Name = `topic-${++this.#count}${suffix}`;
    return (await this.sns.createTopic({ Name, Attributes })).TopicArn ?? '';
  }

  async queue(Attributes: Record<string, string> = {}): Promise<{ url: string; arn: string }> {
    const suffix = Attributes['FifoQueue'] === 'true' ? '.fifo' : '';
    const QueueName = `queue-${++this.#count}${suffix}`;
    const { QueueUrl: url = '' } = await this.sqs.createQueue({ QueueName, Attributes });
    return { url, arn: `arn:aws:sqs:us-east-1:000000000000:${QueueName}` };
  }

  /** Subscribes a new queue. */
  async subscribed(
    TopicArn: string,
    Attributes: Record<string, string> = {},
    queue: Record<string, string> = {},
  ) {
    const { url, arn } = await this.queue(queue);
    const { SubscriptionArn = '' } = await this.sns.subscribe({
      TopicArn,
      Protocol: 'sqs',
      Endpoint: arn,
      Attributes,
    });
    return { url, arn, SubscriptionArn };
  }

  /** Waits for so many messages of a queue and deletes them. */
  async receive(QueueUrl: string, count: number) {
    const messages: { Body: string; attributes: Record<string, string | undefined> }[] = [];
    while (messages.length < count) {
      const { Messages = [] } = await this.sqs.receiveMessage({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 20,
        MessageAttributeNames: ['All'],
      });
      for (const { Body = '', ReceiptHandle, MessageAttributes = {} } of Messages) {
        const attributes = Object.entries(MessageAttributes).map(([name, value]) => [
          name,
          value.StringValue,
        ]);
        messages.push({ Body, attributes: Object.fromEntries(attributes) });
        await this.sqs.deleteMessage({ QueueUrl, ReceiptHandle });
      }
    }
    return messages;
  }
}
