import type { OrderHandler } from '../../../store/orders.ts';
import type { SnsParts } from '../parts.ts';
import type { Subscription } from '../subscriptions/subscriptions-table.ts';
import { effectivePolicy, pauseBefore } from './delivery-policy.ts';
import { confirmationRequest } from './envelope.ts';
import { HttpFailure, post } from './http.ts';

export const CONFIRM_ORDER = 'sns.confirm';

export interface ConfirmOrder {
  readonly subscription: Subscription;
  readonly type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly tries: number;
}

/** Tells an HTTP endpoint that it was subscribed, which it has to confirm, or that it is no more. */
export function confirmOrder({ host, topics, subscriptions }: SnsParts): OrderHandler<ConfirmOrder> {
  return async (order, run) => {
    const { subscription, type, tries } = order;
    const topic = topics.find(subscription.topicArn);
    const present = subscriptions.find(subscription.arn);
    const pending = type === 'SubscriptionConfirmation' ? present?.confirmed === false : !present;
    if (!topic || !pending) return;
    const messageId = run.id;
    const facts = { messageId, time: host.clock.now() };
    const request = confirmationRequest(host.endpoint(), subscription, type, facts);
    const { healthyRetryPolicy, requestPolicy } = effectivePolicy(topic, subscription);
    try {
      await post(subscription.endpoint, {
        body: JSON.stringify(request, null, 2),
        contentType: requestPolicy.headerContentType,
        type,
        messageId,
        topicArn: topic.arn,
        signal: run.signal,
      });
    } catch (error) {
      if (run.signal.aborted) throw error;
      const passing = !(error instanceof HttpFailure) || error.passing;
      const pause = passing ? pauseBefore(tries, healthyRetryPolicy) : undefined;
      if (pause === undefined) {
        host.progress.emit({
          type: 'warning',
          service: 'sns',
          message: `${subscription.endpoint} could not be asked to confirm its subscription: ${String(error)}`,
        });
        return;
      }
      await host.database.transaction(() => {
        const again = { ...order, tries: tries + 1 };
        host.orders.place<ConfirmOrder>(CONFIRM_ORDER, again, { due: host.clock.now() + pause });
        run.complete();
      });
    }
  };
}
