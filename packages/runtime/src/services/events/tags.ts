import type { EventBridge, Tag } from '@aws-sdk/client-eventbridge';
import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { BusesTable, busPlace, DEFAULT_BUS } from './buses-table.ts';
import { RulesTable } from './rules-table.ts';

const RULE_ARN = /^arn:aws[a-z-]*:events:([^:]+):(\d{12}):rule\/(.+)$/;

export type Tags = Readonly<Record<string, string>>;

export function tagsOf(list: readonly Tag[] | undefined): Tags {
  return Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key, Value]));
}

/** Tags of rules and buses, by ARN. */
export function tagOperations(host: Host) {
  const buses = new BusesTable(host.database);
  const rules = new RulesTable(host.database);

  /** What has the ARN: its tags, and how to put others in their place. */
  const tagged = (arn: string, context: CallContext): { tags: Tags; put: (tags: Tags) => void } => {
    if (/:event-bus\//.test(arn)) {
      const place = busPlace(arn, context);
      const bus = buses.get(place);
      return { tags: bus.tags, put: (tags) => buses.put(place, { ...bus, tags }) };
    }
    const [, region, account, path] = RULE_ARN.exec(arn) ?? [];
    if (region === undefined || account === undefined || path === undefined) {
      throw new ServiceError('ValidationException', `Parameter ResourceARN is not valid. Reason: ${arn}`);
    }
    const slash = path.lastIndexOf('/');
    const place = { account, region, name: slash < 0 ? DEFAULT_BUS : path.slice(0, slash) };
    const rule = rules.get(place, path.slice(slash + 1));
    return { tags: rule.tags, put: (tags) => rules.put(place, { ...rule, tags }) };
  };

  return {
    TagResource: ({ ResourceARN, Tags: added }, context) =>
      context.transaction(() => {
        const { tags, put } = tagged(ResourceARN, context);
        put({ ...tags, ...tagsOf(added) });
        return {};
      }),

    UntagResource: ({ ResourceARN, TagKeys }, context) =>
      context.transaction(() => {
        const { tags, put } = tagged(ResourceARN, context);
        put(Object.fromEntries(Object.entries(tags).filter(([key]) => !TagKeys.includes(key))));
        return {};
      }),

    ListTagsForResource: ({ ResourceARN }, context) => ({
      Tags: Object.entries(tagged(ResourceARN, context).tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  } satisfies Operations<EventBridge>;
}
