import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { notFound } from './failures.ts';
import { GroupsTable, groupNameOf, type LogGroup } from './groups-table.ts';

const MOST_TAGS = 50;

/** Tags of log groups, by name (the older operations) and by ARN. */
export function tagOperations(host: Host) {
  const groups = new GroupsTable(host.database);

  const byArn = (arn: string, context: CallContext): LogGroup => {
    const group = groups.find(context, groupNameOf(context, arn));
    if (!group || !arn.startsWith('arn:')) throw notFound('The specified resource does not exist.');
    return group;
  };
  const set = (group: LogGroup, added: Readonly<Record<string, string>>, resourceName: string) => {
    const tags = { ...group.tags, ...added };
    if (Object.keys(tags).length > MOST_TAGS) {
      throw new ServiceError('TooManyTagsException', `A resource can have up to ${MOST_TAGS} tags`, {
        resourceName,
      });
    }
    groups.update({ ...group, tags });
    return {};
  };
  const remove = (group: LogGroup, keys: readonly string[]) => {
    const tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !keys.includes(key)));
    groups.update({ ...group, tags });
    return {};
  };

  return {
    TagLogGroup: ({ logGroupName, tags }, context) =>
      context.transaction(() => set(groups.get(context, logGroupName), tags, logGroupName)),
    UntagLogGroup: ({ logGroupName, tags }, context) =>
      context.transaction(() => remove(groups.get(context, logGroupName), tags)),
    ListTagsLogGroup: ({ logGroupName }, context) => ({
      tags: { ...groups.get(context, logGroupName).tags },
    }),

    TagResource: ({ resourceArn, tags }, context) =>
      context.transaction(() => set(byArn(resourceArn, context), tags, resourceArn)),
    UntagResource: ({ resourceArn, tagKeys }, context) =>
      context.transaction(() => remove(byArn(resourceArn, context), tagKeys)),
    ListTagsForResource: ({ resourceArn }, context) => ({ tags: { ...byArn(resourceArn, context).tags } }),
  } satisfies Operations<CloudWatchLogs>;
}
