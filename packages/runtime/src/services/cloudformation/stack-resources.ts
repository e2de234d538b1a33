import type {
  CloudFormation,
  StackResource as ResourceShape,
  StackResourceDetail,
  StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import type { Deployer } from '../../deploy/deployer.ts';
import type { Stack, StackResource } from '../../deploy/state/stack.ts';
import type { CallContext } from '../../dispatch/context.ts';
import type { Operations } from '../../dispatch/service.ts';
import { invalid, noStackQuoted, noStackWithId } from './failures.ts';
import { requireStack } from './lookup.ts';
import { pageOfList } from './paging.ts';

const PAGE = 100;
const MOST_DESCRIBED = 100;
const NOT_CHECKED = { StackResourceDriftStatus: 'NOT_CHECKED' } as const;

/** Resources of stacks, looked at. */
export function stackResourceOperations({ stacks }: Deployer) {
  return {
    DescribeStackResource(input, context) {
      const stack = requireStack(stacks, context, input.StackName, noStackQuoted);
      const resource = stacks.resource(stack, input.LogicalResourceId);
      if (!resource) {
        throw invalid(`Resource ${input.LogicalResourceId} does not exist for stack ${stack.name}`);
      }
      return { StackResourceDetail: detail(stack, resource) };
    },

    DescribeStackResources(input, context) {
      const { stack, resources } = find(input, context);
      const wanted = resources.filter(
        ({ logicalId }) => input.LogicalResourceId === undefined || logicalId === input.LogicalResourceId,
      );
      if (input.LogicalResourceId !== undefined && wanted.length === 0) {
        throw invalid(`Resource ${input.LogicalResourceId} does not exist for stack ${stack.name}`);
      }
      return { StackResources: wanted.slice(0, MOST_DESCRIBED).map((resource) => shape(stack, resource)) };
    },

    ListStackResources(input, context) {
      const stack = requireStack(stacks, context, input.StackName, noStackWithId);
      const { items, NextToken } = pageOfList(
        ['resources', stack.id],
        input.NextToken,
        PAGE,
        stacks.resources(stack),
      );
      return { StackResourceSummaries: items.map(summary), NextToken };
    },
  } satisfies Operations<CloudFormation>;

  function find(
    { StackName, PhysicalResourceId }: { StackName?: string; PhysicalResourceId?: string },
    context: CallContext,
  ): { stack: Stack; resources: StackResource[] } {
    if (StackName !== undefined) {
      const stack = requireStack(stacks, context, StackName, noStackWithId);
      return { stack, resources: stacks.resources(stack) };
    }
    if (PhysicalResourceId === undefined) {
      throw invalid('Either StackName or PhysicalResourceId must be specified');
    }
    const resource = stacks
      .resourcesOf(context)
      .find(({ current }) => current?.physicalId === PhysicalResourceId);
    const stack = resource && stacks.byId(resource.stackId);
    if (!stack) throw invalid(`Stack for ${PhysicalResourceId} does not exist`);
    return { stack, resources: stacks.resources(stack) };
  }
}

function common({ logicalId, type, status, statusReason, current }: StackResource) {
  return {
    LogicalResourceId: logicalId,
    PhysicalResourceId: current?.physicalId,
    ResourceType: type,
    ResourceStatus: status,
    ResourceStatusReason: statusReason,
    DriftInformation: NOT_CHECKED,
  };
}

function shape({ id, name }: Stack, resource: StackResource): ResourceShape {
  return { StackId: id, StackName: name, Timestamp: resource.timestamp, ...common(resource) };
}

function detail({ id, name }: Stack, resource: StackResource): StackResourceDetail {
  return {
    StackId: id,
    StackName: name,
    LastUpdatedTimestamp: resource.timestamp,
    Metadata: JSON.stringify(resource.metadata),
    ...common(resource),
  };
}

function summary(resource: StackResource): StackResourceSummary {
  return { LastUpdatedTimestamp: resource.timestamp, ...common(resource) };
}
