import { ServiceError } from '../../../dispatch/errors.ts';
import type { OrderRun } from '../../../store/orders.ts';
import type { SnsParts } from '../parts.ts';
import type { Published } from '../publish/message.ts';
import type { Subscription } from '../subscriptions/subscriptions-table.ts';
import { pauseBefore, retryPolicy } from './delivery-policy.ts';
import { notification } from './envelope.ts';
import { HttpFailure } from './http.ts';
import { DELIVERY_ORDER, type DeliveryOrder, type InOrder } from './orders.ts';
import { type Handover, handOver, sendToQueue } from './receivers.ts';

/** Refusals that may pass: the receiver is busy or has a fault. */
const PASSING = new Set([
  'TooManyRequestsException',
  'ThrottlingException',
  'ServiceUnavailable',
  'InternalFailure',
]);

/** Brings messages to those who are subscribed: at least once, or to the subscription's dead letters. */
export class Deliverer {
  readonly #parts: SnsParts;
  /** The delivery that each subscription of a FIFO topic waits for. */
  readonly #turns = new Map<string, Promise<void>>();

  constructor(parts: SnsParts) {
    this.#parts = parts;
  }

  async deliver(order: DeliveryOrder, run: OrderRun): Promise<void> {
    const { message } = order;
    const token = order.token ?? run.id;
    const handover = this.#handover(order.subscription, message, token, run.signal);
    if (!handover) return;
    try {
      await handOver(this.#parts.host, handover);
    } catch (error) {
      if (run.signal.aborted) throw error;
      await this.#failed({ ...order, token }, handover, error, run);
    }
  }

  /** One after the other, whichever order comes first: the next message is the first of the backlog. */
  async deliverInOrder({ subscription }: InOrder, run: OrderRun): Promise<void> {
    const before = this.#turns.get(subscription) ?? Promise.resolve();
    const turn = before.then(() => this.#deliverFirst(subscription, run));
    const settled = turn.catch(() => {});
    this.#turns.set(subscription, settled);
    try {
      await turn;
    } finally {
      if (this.#turns.get(subscription) === settled) this.#turns.delete(subscription);
    }
  }

  async #deliverFirst(subscription: string, run: OrderRun): Promise<void> {
    const { host, backlog } = this.#parts;
    const first = backlog.first(subscription);
    if (!first) return;
    const { id, message } = first;
    const handover = this.#handover(subscription, message, `sns-backlog/${id}`, run.signal);
    if (handover) {
      try {
        await handOver(host, handover);
      } catch (error) {
        // A queue of this machine that refuses a message would refuse it again.
        if (!(error instanceof ServiceError) || PASSING.has(error.code)) throw error;
        await this.#giveUp(handover, error);
      }
    }
    await host.database.transaction(() => {
      backlog.delete(id);
      run.complete();
    });
  }

  /** @returns undefined when nobody wants the message any more */
  #handover(
    subscriptionArn: string,
    message: Published,
    token: string,
    signal: AbortSignal,
  ): Handover | undefined {
    const subscription = this.#parts.subscriptions.find(subscriptionArn);
    const topic = this.#parts.topics.find(message.topicArn);
    return subscription && topic && { topic, subscription, message, token, signal };
  }

  /** Tries again later where that may help, else gives the message to the dead letters or up. */
  async #failed(order: DeliveryOrder, handover: Handover, error: unknown, run: OrderRun): Promise<void> {
    const { host } = this.#parts;
    const { topic, subscription } = handover;
    const pause = isPassing(error) ? pauseBefore(order.tries, retryPolicy(topic, subscription)) : undefined;
    if (pause === undefined) return await this.#giveUp(handover, error);
    await host.database.transaction(() => {
      const again = { ...order, tries: order.tries + 1 };
      host.orders.place<DeliveryOrder>(DELIVERY_ORDER, again, { due: host.clock.now() + pause });
      run.complete();
    });
  }

  async #giveUp({ subscription, message, token, signal }: Handover, error: unknown): Promise<void> {
    const { host } = this.#parts;
    const reason = error instanceof Error ? error.message : String(error);
    this.#warn(
      `A message of ${message.topicArn} could not be delivered to ${subscription.endpoint}: ${reason}`,
    );
    const queueArn = deadLetterQueue(subscription);
    if (queueArn === undefined) return;
    const attributes = {
      RequestID: message.messageId,
      ErrorCode: codeOf(error),
      ErrorMessage: reason,
    };
    const body = notification(host.endpoint(), subscription, message);
    try {
      await sendToQueue(
        host,
        queueArn,
        { topicArn: message.topicArn, token: `${token}/dead`, signal },
        {
          MessageBody: JSON.stringify(body),
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, StringValue]) => [
              name,
              { DataType: 'String', StringValue },
            ]),
          ),
          MessageGroupId: message.groupId,
          MessageDeduplicationId: queueArn.endsWith('.fifo') ? message.deduplicationId : undefined,
        },
      );
    } catch (failure) {
      if (!(failure instanceof ServiceError)) throw failure;
      this.#warn(`It could not be put into the dead-letter queue ${queueArn} either: ${failure.message}`);
    }
  }

  #warn(message: string): void {
    this.#parts.host.progress.emit({ type: 'warning', service: 'sns', message });
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof HttpFailure) return error.passing;
  return !(error instanceof ServiceError) || PASSING.has(error.code);
}

function codeOf(error: unknown): string {
  if (error instanceof HttpFailure) return String(error.status);
  return error instanceof ServiceError ? error.code : 'DeliveryFailure';
}

function deadLetterQueue({ attributes }: Subscription): string | undefined {
  const text = attributes['RedrivePolicy'];
  return text === undefined
    ? undefined
    : (JSON.parse(text) as { deadLetterTargetArn: string }).deadLetterTargetArn;
}
