import { Collection, type Listed, type Page, type Scope } from '../../../store/collection.ts';
import type { Database } from '../../../store/database.ts';
import { invalidBecause, notFound } from '../errors.ts';
import { scopeOfArn, type Topic } from '../topics/topics-table.ts';

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly owner: string;
  readonly principal: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly confirmed: boolean;
  /** Whether only its owner can take it back. */
  readonly authenticated: boolean;
  /** What confirms it. */
  readonly token: string;
}

export const subscriptionsSchema = Collection.schema('sns_subscription', ['topic TEXT']);

/** Subscriptions by the last part of their ARNs. */
export class SubscriptionsTable {
  readonly #subscriptions: Collection<Subscription>;

  constructor(database: Database) {
    this.#subscriptions = new Collection<Subscription>(database, 'sns_subscription', {
      topic: ({ topicArn }) => topicArn,
    });
  }

  find(arn: string): Subscription | undefined {
    return this.#subscriptions.get(scopeOfArn(arn), idOf(arn));
  }

  /** @throws NotFoundException, InvalidParameterException for what is no ARN of a subscription */
  get(arn: string): Subscription {
    const parts = arn.split(':').length;
    if (parts < 7) {
      throw invalidBecause('SubscriptionArn', `An ARN must have at least 6 elements, not ${parts}`);
    }
    const found = this.find(arn);
    if (!found) throw notFound('Subscription');
    return found;
  }

  put(subscription: Subscription): void {
    this.#subscriptions.put(scopeOfArn(subscription.arn), idOf(subscription.arn), subscription);
  }

  delete({ arn }: Subscription): void {
    this.#subscriptions.delete(scopeOfArn(arn), idOf(arn));
  }

  of({ arn }: Topic): Subscription[] {
    const where = { topic: arn };
    return this.#subscriptions.list(scopeOfArn(arn), { where }).map(({ document }) => document);
  }

  list(scope: Scope, page: Page): Listed<Subscription>[] {
    return this.#subscriptions.list(scope, page);
  }
}

function idOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}
