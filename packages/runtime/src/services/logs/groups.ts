import type { CloudWatchLogs, LogGroup as Described } from '@aws-sdk/client-cloudwatch-logs';
import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { pagePosition, pageToken } from '../../store/page-token.ts';
import { EventsTable } from './events-table.ts';
import { invalidParameter, unsupportedValue } from './failures.ts';
import { FiltersTable } from './filters-table.ts';
import { GroupsTable, groupArn, groupNameOf, type LogGroup } from './groups-table.ts';
import type { SweepOrder } from './sweep.ts';

const DEFAULT_LIMIT = 50;

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function groupOperations(host: Host) {
  const groups = new GroupsTable(host.database);
  const events = new EventsTable(host.database);
  const filters = new FiltersTable(host.database);

  const describe = (group: LogGroup): Described => ({
    logGroupName: group.name,
    creationTime: group.created,
    retentionInDays: group.retentionDays,
    metricFilterCount: filters.count(group.id, 'metric'),
    arn: `${groupArn(group)}:*`,
    storedBytes: groups.storedBytes(group),
    kmsKeyId: group.settings.kmsKeyId,
    logGroupClass: group.settings.groupClass,
    logGroupArn: groupArn(group),
    deletionProtectionEnabled: group.settings.deletionProtection,
  });
  const change = (context: CallContext, identifier: string, update: (group: LogGroup) => LogGroup) =>
    context.transaction(() => {
      groups.update(update(groups.get(context, groupNameOf(context, identifier))));
      return {};
    });

  return {
    CreateLogGroup(input, context) {
      const { logGroupName: name, kmsKeyId, logGroupClass = 'STANDARD' } = input;
      if (name.startsWith('aws/')) {
        throw invalidParameter('Log groups starting with AWS/ are reserved for AWS.');
      }
      if (kmsKeyId !== undefined) warnOfKey(context);
      const settings = {
        groupClass: logGroupClass,
        kmsKeyId,
        deletionProtection: input.deletionProtectionEnabled ?? false,
      };
      const group = {
        name,
        created: context.now.getTime(),
        retentionDays: undefined,
        settings,
        tags: input.tags ?? {},
      };
      return context.transaction(() => {
        if (!groups.insert(context, group)) {
          throw new ServiceError('ResourceAlreadyExistsException', 'The specified log group already exists');
        }
        return {};
      });
    },

    DeleteLogGroup: ({ logGroupName }, context) =>
      context.transaction(() => {
        const group = groups.get(context, logGroupName);
        if (group.settings.deletionProtection) {
          throw new ServiceError(
            'ValidationException',
            `The log group ${logGroupName} is protected from deletion. Disable its deletion protection first.`,
          );
        }
        groups.delete(group);
        events.deleteStreams(group.id);
        filters.deleteOfGroup(group.id);
        host.orders.place<SweepOrder>('logs.sweep', { group: group.id });
        return {};
      }),

    DescribeLogGroups(input, context) {
      const { logGroupNamePrefix, logGroupNamePattern, logGroupClass, logGroupIdentifiers } = input;
      if (logGroupNamePrefix !== undefined && logGroupNamePattern !== undefined) {
        throw invalidParameter(
          'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
        );
      }
      if (input.includeLinkedAccounts) throw unsupportedValue('includeLinkedAccounts');
      const names =
        logGroupIdentifiers && new Set(logGroupIdentifiers.map((one) => groupNameOf(context, one)));
      const part = logGroupNamePattern?.toLowerCase();
      const question = [
        'groups',
        logGroupNamePrefix,
        logGroupNamePattern,
        logGroupClass,
        logGroupIdentifiers,
      ];
      const { limit = DEFAULT_LIMIT, nextToken } = input;
      const found = groups
        .list(context, positionIn(nextToken, question))
        .filter(
          ({ name, settings }) =>
            name.startsWith(logGroupNamePrefix ?? '') &&
            (part === undefined || name.toLowerCase().includes(part)) &&
            (logGroupClass === undefined || settings.groupClass === logGroupClass) &&
            (!names || names.has(name)),
        );
      const page = found.slice(0, limit);
      return {
        logGroups: page.map(describe),
        nextToken: found.length > limit ? pageToken(page.at(-1)!.name, question) : undefined,
      };
    },

    ListLogGroups(input, context) {
      if (input.includeLinkedAccounts) throw unsupportedValue('includeLinkedAccounts');
      if (input.dataSources ?? input.fieldIndexNames)
        throw unsupportedValue('A filter by data source or field index');
      const pattern =
        input.logGroupNamePattern === undefined ? undefined : regexOf(input.logGroupNamePattern);
      const question = ['list', input.logGroupNamePattern, input.logGroupClass, input.logGroupTags];
      const { limit = DEFAULT_LIMIT, nextToken } = input;
      const found = groups.list(context, positionIn(nextToken, question)).filter(
        ({ name, settings, tags }) =>
          (pattern?.test(name) ?? true) &&
          (input.logGroupClass === undefined || settings.groupClass === input.logGroupClass) &&
          (input.logGroupTags ?? []).every(({ key, values = [] }) => {
            const value = tags[key];
            return value !== undefined && (values.length === 0 || values.includes(value));
          }),
      );
      const page = found.slice(0, limit);
      return {
        logGroups: page.map((group) => ({
          logGroupName: group.name,
          logGroupArn: groupArn(group),
          logGroupClass: group.settings.groupClass,
        })),
        nextToken: found.length > limit ? pageToken(page.at(-1)!.name, question) : undefined,
      };
    },

    PutRetentionPolicy({ logGroupName, retentionInDays }, context) {
      if (!RETENTION_DAYS.includes(retentionInDays)) {
        throw invalidParameter(
          `1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint: ` +
            `Member must satisfy enum value set: [${RETENTION_DAYS.join(', ')}]`,
        );
      }
      return context.transaction(() => {
        const group = groups.get(context, logGroupName);
        groups.update({ ...group, retentionDays: retentionInDays });
        host.orders.place<SweepOrder>('logs.sweep', { expired: true });
        return {};
      });
    },

    DeleteRetentionPolicy: ({ logGroupName }, context) =>
      change(context, logGroupName, (group) => ({ ...group, retentionDays: undefined })),

    PutLogGroupDeletionProtection: ({ logGroupIdentifier, deletionProtectionEnabled }, context) =>
      change(context, logGroupIdentifier, (group) => ({
        ...group,
        settings: { ...group.settings, deletionProtection: deletionProtectionEnabled },
      })),

    AssociateKmsKey({ logGroupName, resourceIdentifier, kmsKeyId }, context) {
      warnOfKey(context);
      return change(context, logGroupName ?? resourceIdentifier ?? '', (group) => ({
        ...group,
        settings: { ...group.settings, kmsKeyId },
      }));
    },

    DisassociateKmsKey: ({ logGroupName, resourceIdentifier }, context) =>
      change(context, logGroupName ?? resourceIdentifier ?? '', (group) => ({
        ...group,
        settings: { ...group.settings, kmsKeyId: undefined },
      })),
  } satisfies Operations<CloudWatchLogs>;
}

/** @throws InvalidParameterException for a token of another list */
export function positionIn(nextToken: string | undefined, question: unknown): string | undefined {
  if (nextToken === undefined) return undefined;
  const position = pagePosition(nextToken, question);
  if (position === undefined) throw invalidParameter('The specified nextToken is invalid.');
  return position;
}

/** A name pattern: text that the name contains, `^` and `$` for its ends, `|` between alternatives. */
function regexOf(pattern: string): RegExp {
  return new RegExp(pattern.replace(/[.\-/#+*?()[\]{}\\]/g, '\\$&'));
}

function warnOfKey(context: CallContext): void {
  context.warn('The key is kept with the log group; nothing is encrypted on this machine.');
}
