import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { Lambda } from '@aws-sdk/client-lambda';
import { servicePrincipal } from '../../access/caller.ts';
import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { pageToken } from '../../store/page-token.ts';
import { LOGS_PRINCIPAL } from './delivery.ts';
import { invalidParameter, notFound, unsupportedValue } from './failures.ts';
import { FiltersTable, type SubscriptionFilter } from './filters-table.ts';
import { positionIn } from './groups.ts';
import { GroupsTable } from './groups-table.ts';
import { parsePattern } from './pattern/pattern.ts';

const DEFAULT_LIMIT = 50;
const MOST_FILTERS = 2;

/** Subscription filters: events that match are handed to a function as they arrive. */
export function subscriptionFilterOperations(host: Host) {
  const groups = new GroupsTable(host.database);
  const filters = new FiltersTable(host.database);

  const checkDestination = async (arn: string, { account, region }: CallContext) => {
    if (!/^arn:aws[a-z-]*:lambda:/.test(arn)) {
      throw unsupportedValue(`The destination ${arn}: anything but a Lambda function`);
    }
    const caller = servicePrincipal(LOGS_PRINCIPAL, account);
    try {
      await host.client<Lambda>('lambda', { caller, region }).getFunction({ FunctionName: arn });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      throw invalidParameter(
        'Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.',
      );
    }
  };

  return {
    async PutSubscriptionFilter(input, context) {
      const { logGroupName, filterName, filterPattern, destinationArn, roleArn, distribution } = input;
      parsePattern(filterPattern);
      if (input.fieldSelectionCriteria ?? input.emitSystemFields)
        throw unsupportedValue('Selection by system fields');
      groups.get(context, logGroupName);
      await checkDestination(destinationArn, context);
      const filter: SubscriptionFilter = {
        name: filterName,
        pattern: filterPattern,
        created: context.now.getTime(),
        destinationArn,
        roleArn,
        distribution: distribution ?? 'ByLogStream',
      };
      return await context.transaction(() => {
        const { id } = groups.get(context, logGroupName);
        const present = filters.of(id, 'subscription').find(({ name }) => name === filterName);
        filters.put(id, 'subscription', { ...filter, created: present?.created ?? filter.created });
        if (filters.count(id, 'subscription') > MOST_FILTERS) {
          throw new ServiceError('LimitExceededException', 'Resource limit exceeded.');
        }
        return {};
      });
    },

    DescribeSubscriptionFilters(input, context) {
      const { logGroupName, filterNamePrefix = '', limit = DEFAULT_LIMIT, nextToken } = input;
      const { id } = groups.get(context, logGroupName);
      const question = ['subscription filters', id, filterNamePrefix];
      const position = positionIn(nextToken, question) ?? '';
      const found = filters
        .of(id, 'subscription')
        .filter(({ name }) => name.startsWith(filterNamePrefix) && name > position);
      const page = found.slice(0, limit);
      return {
        subscriptionFilters: page.map((filter) => ({
          filterName: filter.name,
          logGroupName,
          filterPattern: filter.pattern,
          destinationArn: filter.destinationArn,
          roleArn: filter.roleArn,
          distribution: filter.distribution,
          creationTime: filter.created,
        })),
        nextToken: found.length > limit ? pageToken(page.at(-1)!.name, question) : undefined,
      };
    },

    DeleteSubscriptionFilter: ({ logGroupName, filterName }, context) =>
      context.transaction(() => {
        const { id } = groups.get(context, logGroupName);
        if (!filters.delete(id, 'subscription', filterName)) {
          throw notFound('The specified subscription filter does not exist.');
        }
        return {};
      }),
  } satisfies Operations<CloudWatchLogs>;
}
