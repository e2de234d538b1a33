import type { Host } from '../../dispatch/host.ts';
import { Backlog } from './delivery/backlog.ts';
import { Deduplication } from './publish/deduplication.ts';
import { SubscriptionsTable } from './subscriptions/subscriptions-table.ts';
import { TopicsTable } from './topics/topics-table.ts';

/** What the operations of SNS share. */
export interface SnsParts {
  readonly host: Host;
  readonly topics: TopicsTable;
  readonly subscriptions: SubscriptionsTable;
  readonly deduplication: Deduplication;
  readonly backlog: Backlog;
}

export function createParts(host: Host): SnsParts {
  const { database } = host;
  return {
    host,
    topics: new TopicsTable(database),
    subscriptions: new SubscriptionsTable(database),
    deduplication: new Deduplication(database),
    backlog: new Backlog(database),
  };
}
