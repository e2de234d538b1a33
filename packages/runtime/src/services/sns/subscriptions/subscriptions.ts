import type { Subscription as Listed, SNS } from '@aws-sdk/client-sns';
import type { CallContext } from '../../../dispatch/context.ts';
import type { Operations } from '../../../dispatch/service.ts';
import { CONFIRM_ORDER, type ConfirmOrder } from '../delivery/confirmation.ts';
import { invalidBecause, invalidParameter } from '../errors.ts';
import { pageOf } from '../paging.ts';
import type { SnsParts } from '../parts.ts';
import { merged } from '../topics/attributes.ts';
import { checkSubscriptionAttributes, shownAttributes } from './attributes.ts';
import { checkEndpoint } from './endpoints.ts';
import type { Subscription } from './subscriptions-table.ts';

/** Operations on subscriptions. */
export function subscriptionOperations(parts: SnsParts) {
  const { host, topics, subscriptions } = parts;

  /** Inside a transaction. HTTP endpoints have to say that they want it; who else is called belongs to us. */
  const create = (
    wanted: Pick<Subscription, 'topicArn' | 'protocol' | 'endpoint' | 'attributes'>,
    { caller }: CallContext,
  ) => {
    const confirmed = !wanted.protocol.startsWith('http');
    const subscription: Subscription = {
      ...wanted,
      arn: `${wanted.topicArn}:${host.ids.uuid()}`,
      owner: caller.account,
      principal: caller.arn,
      confirmed,
      authenticated: confirmed,
      token: host.ids.hex(64),
    };
    subscriptions.put(subscription);
    if (!confirmed) {
      host.orders.place<ConfirmOrder>(CONFIRM_ORDER, {
        subscription,
        type: 'SubscriptionConfirmation',
        tries: 0,
      });
    }
    return subscription;
  };

  const unsubscribe = (subscription: Subscription) => {
    subscriptions.delete(subscription);
    const topic = topics.find(subscription.topicArn);
    if (topic) topics.put({ ...topic, unsubscribed: topic.unsubscribed + 1 });
    if (!subscription.protocol.startsWith('http') || !subscription.confirmed) return;
    host.orders.place<ConfirmOrder>(CONFIRM_ORDER, {
      subscription,
      type: 'UnsubscribeConfirmation',
      tries: 0,
    });
  };

  return {
    Subscribe: ({ TopicArn, Protocol, Endpoint, Attributes = {}, ReturnSubscriptionArn }, context) =>
      context.transaction(() => {
        const topic = topics.get(TopicArn);
        if (!Endpoint) throw invalidParameter('Endpoint');
        checkEndpoint(topic, Protocol, Endpoint);
        checkSubscriptionAttributes(Protocol, Attributes);
        const wanted = { topicArn: topic.arn, protocol: Protocol, endpoint: Endpoint };
        const present = subscriptions
          .of(topic)
          .find(({ protocol, endpoint }) => protocol === Protocol && endpoint === Endpoint);
        const given = merged({}, Attributes);
        if (present && !same(present.attributes, given)) {
          throw invalidBecause('Attributes', 'Subscription already exists with different attributes');
        }
        if (!present && Protocol.startsWith('email')) {
          context.warn(
            `Mail to ${Endpoint} is written into the state folder (sns/mail) and not sent; so the address is not asked to confirm.`,
          );
        }
        const { arn, confirmed } = present ?? create({ ...wanted, attributes: given }, context);
        return { SubscriptionArn: confirmed || ReturnSubscriptionArn ? arn : 'pending confirmation' };
      }),

    ConfirmSubscription: ({ TopicArn, Token, AuthenticateOnUnsubscribe }, context) =>
      context.transaction(() => {
        const pending = subscriptions.of(topics.get(TopicArn)).find(({ token }) => token === Token);
        if (!pending) throw invalidParameter('Token');
        const authenticated = AuthenticateOnUnsubscribe?.toLowerCase() === 'true';
        subscriptions.put({ ...pending, confirmed: true, authenticated });
        return { SubscriptionArn: pending.arn };
      }),

    Unsubscribe: ({ SubscriptionArn }, context) =>
      context.transaction(() => {
        const parts = SubscriptionArn.split(':').length;
        if (parts < 6) {
          throw invalidBecause('SubscriptionArn', `An ARN must have at least 6 elements, not ${parts}`);
        }
        const subscription = subscriptions.find(SubscriptionArn);
        if (subscription) unsubscribe(subscription);
        return {};
      }),

    ListSubscriptions({ NextToken }, context) {
      const list = (page: object) => subscriptions.list(context, page);
      const { page, next } = pageOf(list, NextToken, 'subscriptions');
      return { Subscriptions: page.map(listed), NextToken: next };
    },

    ListSubscriptionsByTopic({ TopicArn, NextToken }) {
      const { arn } = topics.get(TopicArn);
      const [, , , region = '', account = ''] = arn.split(':');
      const list = (page: object) =>
        subscriptions.list({ account, region }, { ...page, where: { topic: arn } });
      const { page, next } = pageOf(list, NextToken, ['subscriptions', arn]);
      return { Subscriptions: page.map(listed), NextToken: next };
    },

    GetSubscriptionAttributes({ SubscriptionArn }) {
      const subscription = subscriptions.get(SubscriptionArn);
      return { Attributes: shownAttributes(topics.get(subscription.topicArn), subscription) };
    },

    SetSubscriptionAttributes: ({ SubscriptionArn, AttributeName, AttributeValue = '' }, context) =>
      context.transaction(() => {
        const subscription = subscriptions.get(SubscriptionArn);
        const attributes = { ...subscription.attributes, [AttributeName]: AttributeValue };
        checkSubscriptionAttributes(subscription.protocol, attributes);
        subscriptions.put({ ...subscription, attributes: merged(attributes, {}) });
        return {};
      }),
  } satisfies Operations<SNS>;
}

function listed({ arn, topicArn, protocol, endpoint, owner, confirmed }: Subscription): Listed {
  return {
    SubscriptionArn: confirmed ? arn : 'PendingConfirmation',
    TopicArn: topicArn,
    Protocol: protocol,
    Endpoint: endpoint,
    Owner: owner,
  };
}

function same(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => one[key] === other[key]);
}
