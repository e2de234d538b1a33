import type { CloudWatchLogs, ResourcePolicy } from '@aws-sdk/client-cloudwatch-logs';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { Collection } from '../../store/collection.ts';
import { pageToken } from '../../store/page-token.ts';
import { invalidParameter, notFound, unsupportedValue } from './failures.ts';
import { positionIn } from './groups.ts';

export const resourcePoliciesSchema = Collection.schema('logs_resource_policy');

const DEFAULT_LIMIT = 50;
const MOST_POLICIES = 10;

/** Policies of the account and region that let services write logs; kept for the access evaluation. */
export function resourcePolicyOperations(host: Host) {
  const policies = new Collection<ResourcePolicy>(host.database, 'logs_resource_policy');

  return {
    PutResourcePolicy(input, context) {
      const { policyName, policyDocument } = input;
      if (input.resourceArn !== undefined) throw unsupportedValue('A policy of one resource (resourceArn)');
      if (policyName === undefined || policyDocument === undefined) {
        throw invalidParameter('policyName and policyDocument are required.');
      }
      checkDocument(policyDocument);
      const resourcePolicy: ResourcePolicy = {
        policyName,
        policyDocument,
        lastUpdatedTime: context.now.getTime(),
      };
      return context.transaction(() => {
        policies.put(context, policyName, resourcePolicy);
        if (policies.count(context) > MOST_POLICIES) {
          throw new ServiceError('LimitExceededException', 'Resource limit exceeded.');
        }
        return { resourcePolicy };
      });
    },

    DescribeResourcePolicies(input, context) {
      const { limit = DEFAULT_LIMIT, nextToken } = input;
      if (input.resourceArn !== undefined) throw unsupportedValue('A policy of one resource (resourceArn)');
      const after = positionIn(nextToken, 'resource policies');
      const found = policies.list(context, { limit: limit + 1, after });
      const page = found.slice(0, limit);
      return {
        resourcePolicies: page.map(({ document }) => document),
        nextToken: found.length > limit ? pageToken(page.at(-1)!.position, 'resource policies') : undefined,
      };
    },

    DeleteResourcePolicy: ({ policyName = '' }, context) =>
      context.transaction(() => {
        if (!policies.delete(context, policyName)) {
          throw notFound(`Policy with name [${policyName}] does not exist`);
        }
        return {};
      }),
  } satisfies Operations<CloudWatchLogs>;
}

function checkDocument(text: string): void {
  try {
    const document = JSON.parse(text) as unknown;
    if (typeof document === 'object' && document !== null) return;
  } catch {
    // Said below.
  }
  throw invalidParameter('Invalid policy document: it is not a JSON object.');
}
