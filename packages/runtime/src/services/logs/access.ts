import type { ResourcePolicy } from '@aws-sdk/client-cloudwatch-logs';
import type { Need, NeedsOf, ServiceAccess } from '../../access/needs.ts';
import { Collection, type Scope } from '../../store/collection.ts';
import type { Database } from '../../store/database.ts';

const GROUP_ARN = /^arn:aws[a-z-]*:logs:([^:]+):(\d{12}):log-group:/;

/** The two operations that AWS asks for below the level of groups. */
const OF_STREAMS = ['CreateLogStream', 'DeleteLogStream', 'PutLogEvents', 'GetLogEvents'];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html */
export function logsAccess(database: Database): ServiceAccess {
  const policies = new Collection<ResourcePolicy>(database, 'logs_resource_policy');
  return {
    prefix: 'logs',
    resources: ['{resourceArn}', '*'],
    passes: { service: 'logs.amazonaws.com', members: ['roleArn'] },
    operations: {
      ...Object.fromEntries(OF_STREAMS.map((operation) => [operation, stream(operation)])),
      ...Object.fromEntries(OF_GROUPS.map((operation) => [operation, group(operation)])),
    },
    resourcePolicy(resource) {
      const [, region = '', account = ''] = GROUP_ARN.exec(resource) ?? [];
      if (account === '') return undefined;
      return { account, document: together(policies, { account, region }) };
    },
    // EventBridge writes to groups only where a policy of the account lets it. Step Functions' deliveries
    // and the like get theirs from the service that sets them up.
    needsPolicy: (service) => service === 'events.amazonaws.com',
  };
}

const OF_GROUPS = [
  ...['CreateLogGroup', 'DeleteLogGroup', 'DescribeLogStreams', 'FilterLogEvents', 'PutRetentionPolicy'],
  ...['DeleteRetentionPolicy', 'PutMetricFilter', 'DeleteMetricFilter', 'DescribeMetricFilters'],
  ...['PutSubscriptionFilter', 'DeleteSubscriptionFilter', 'DescribeSubscriptionFilters', 'TagLogGroup'],
  ...['UntagLogGroup', 'ListTagsLogGroup', 'AssociateKmsKey', 'DisassociateKmsKey', 'DescribeLogGroups'],
];

interface Names {
  readonly logGroupName?: string;
  readonly logGroupIdentifier?: string;
  readonly logGroupNamePrefix?: string;
  readonly logStreamName?: string;
}

/** A group is named in policies with `:*` behind it and without. */
function group(operation: string): NeedsOf {
  return (input: Names, place): readonly Need[] => {
    const name = input.logGroupName ?? input.logGroupIdentifier ?? input.logGroupNamePrefix ?? '';
    const resource = groupArn(name, place);
    return [{ action: `logs:${operation}`, resource, aliases: [`${resource}:*`] }];
  };
}

function stream(operation: string): NeedsOf {
  return (input: Names, place): readonly Need[] => {
    const { logGroupName, logGroupIdentifier, logStreamName = '' } = input;
    const resource = `${groupArn(logGroupName ?? logGroupIdentifier ?? '', place)}:log-stream:${logStreamName}`;
    return [{ action: `logs:${operation}`, resource }];
  };
}

function groupArn(name: string, { account, region }: Scope): string {
  if (name.startsWith('arn:')) return name.replace(/:\*$/, '');
  return `arn:aws:logs:${region}:${account}:log-group:${name}`;
}

/** All policies of the account and region as one. */
function together(policies: Collection<ResourcePolicy>, scope: Scope): string | undefined {
  const documents = policies.list(scope).map(({ document }) => document.policyDocument ?? '{}');
  if (documents.length < 2) return documents[0];
  const Statement = documents.flatMap(
    (text) => (JSON.parse(text) as { Statement?: unknown }).Statement ?? [],
  );
  return JSON.stringify({ Version: '2012-10-17', Statement });
}
