import type { Lambda } from '@aws-sdk/client-lambda';
import type { Message, SQS } from '@aws-sdk/client-sqs';
import { servicePrincipal } from '../../../access/caller.ts';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { ClientOptions, Host } from '../../../dispatch/host.ts';
import type { ClientOf } from '../../../dispatch/types.ts';
import type { Mapping } from './mapping-store.ts';
import { queueEvent } from './queue-event.ts';

const MOST_AT_ONCE = 10;
const LONGEST_POLL = 20;

/** Takes batches of a queue to a function, one after the other. */
export class BatchWorker {
  readonly #host: Host;
  readonly #mapping: Mapping;
  readonly #options: ClientOptions;
  readonly #sqs: ClientOf<SQS>;
  #queueUrl: string | undefined;

  constructor(host: Host, mapping: Mapping, signal: AbortSignal) {
    const [, , , region = '', account = ''] = mapping.queueArn.split(':');
    this.#host = host;
    this.#mapping = mapping;
    this.#options = { caller: servicePrincipal('lambda.amazonaws.com', account), region, signal };
    this.#sqs = host.client<SQS>('sqs', this.#options);
  }

  /** Waits for messages and takes them to the function. @throws ServiceError where there is no queue any more */
  async next(): Promise<void> {
    this.#queueUrl ??= await this.#url();
    const messages = await this.#batch();
    if (messages.length === 0 || this.#options.signal?.aborted) return;
    const done = await this.#invoke(messages);
    for (let at = 0; at < done.length; at += MOST_AT_ONCE) {
      const Entries = done
        .slice(at, at + MOST_AT_ONCE)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await this.#sqs.deleteMessageBatch({ QueueUrl: this.#queueUrl, Entries });
    }
  }

  async #url(): Promise<string | undefined> {
    const [, , , , QueueOwnerAWSAccountId = '', QueueName = ''] = this.#mapping.queueArn.split(':');
    return (await this.#sqs.getQueueUrl({ QueueName, QueueOwnerAWSAccountId })).QueueUrl;
  }

  /** The first message is waited for; then the batch is filled as long as its window is open. */
  async #batch(): Promise<Message[]> {
    const { batchSize, window } = this.#mapping;
    const messages = await this.#receive(Math.min(batchSize, MOST_AT_ONCE), LONGEST_POLL);
    const closes = this.#host.clock.now() + window * 1000;
    while (messages.length > 0 && messages.length < batchSize && !this.#options.signal?.aborted) {
      const left = Math.floor((closes - this.#host.clock.now()) / 1000);
      if (left <= 0) break;
      const more = Math.min(batchSize - messages.length, MOST_AT_ONCE);
      messages.push(...(await this.#receive(more, Math.min(left, LONGEST_POLL))));
    }
    return messages;
  }

  async #receive(MaxNumberOfMessages: number, WaitTimeSeconds: number): Promise<Message[]> {
    const { Messages = [] } = await this.#sqs.receiveMessage({
      QueueUrl: this.#queueUrl,
      MaxNumberOfMessages,
      WaitTimeSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    return Messages;
  }

  /** @returns the messages that the function has done; the others come back when they are visible again */
  async #invoke(messages: Message[]): Promise<Message[]> {
    const { functionArn, queueArn, responseTypes } = this.#mapping;
    try {
      const { FunctionError, Payload } = await this.#host.client<Lambda>('lambda', this.#options).invoke({
        FunctionName: functionArn,
        Payload: Buffer.from(JSON.stringify(queueEvent(queueArn, messages))),
      });
      if (FunctionError !== undefined) return [];
      if (!responseTypes.includes('ReportBatchItemFailures')) return messages;
      return succeeded(messages, Buffer.from(Payload ?? []).toString('utf8'));
    } catch (error) {
      // Without room for it, or without the function, the batch comes back too.
      if (error instanceof ServiceError) return [];
      throw error;
    }
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
function succeeded(messages: Message[], answer: string): Message[] {
  const failures = reportedFailures(answer);
  if (failures === 'none') return messages;
  const known = new Set(messages.map(({ MessageId }) => MessageId));
  // An answer that names what is not in the batch counts as a failure of all of it.
  if (failures === 'all' || failures.some((id) => !known.has(id))) return [];
  return messages.filter(({ MessageId = '' }) => !failures.includes(MessageId));
}

function reportedFailures(answer: string): string[] | 'none' | 'all' {
  if (answer === '' || answer === 'null') return 'none';
  const parsed = JSON.parse(answer) as { batchItemFailures?: { itemIdentifier?: string }[] | null } | null;
  const failures = parsed?.batchItemFailures;
  if (failures === undefined || failures === null || failures.length === 0) return 'none';
  const ids = failures.map(({ itemIdentifier }) => itemIdentifier ?? '');
  return ids.includes('') ? 'all' : ids;
}
