import type { CloudWatch, Tag } from '@aws-sdk/client-cloudwatch';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { Scope } from '../../store/collection.ts';
import { AlarmsTable } from './alarms/alarms-table.ts';

export type Tags = Readonly<Record<string, string>>;

export function tagsOf(list: readonly Tag[] | undefined): Tags {
  return Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key, Value]));
}

/** Tags of alarms, by ARN. */
export function tagOperations(host: Host) {
  const alarms = new AlarmsTable(host.database);

  const tagged = (arn: string, scope: Scope) => {
    const name = /^arn:aws[a-z-]*:cloudwatch:[^:]*:\d{12}:alarm:(.+)$/.exec(arn)?.[1];
    const alarm = name === undefined ? undefined : alarms.find(scope, name);
    if (alarm?.arn === arn) return alarm;
    throw new ServiceError('ResourceNotFoundException', 'Unknown', {
      ResourceType: 'alarm',
      ResourceId: arn,
    });
  };

  return {
    TagResource: ({ ResourceARN, Tags: added }, context) =>
      context.transaction(() => {
        const alarm = tagged(ResourceARN, context);
        alarms.put(context, { ...alarm, tags: { ...alarm.tags, ...tagsOf(added) } });
        return {};
      }),

    UntagResource: ({ ResourceARN, TagKeys }, context) =>
      context.transaction(() => {
        const alarm = tagged(ResourceARN, context);
        const left = Object.entries(alarm.tags).filter(([key]) => !TagKeys.includes(key));
        alarms.put(context, { ...alarm, tags: Object.fromEntries(left) });
        return {};
      }),

    ListTagsForResource: ({ ResourceARN }, context) => ({
      Tags: Object.entries(tagged(ResourceARN, context).tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  } satisfies Operations<CloudWatch>;
}
