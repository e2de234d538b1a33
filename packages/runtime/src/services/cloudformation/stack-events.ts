import type {
  CloudFormation,
  StackEvent as EventShape,
  OperationEvent,
  ResourceStatus,
} from '@aws-sdk/client-cloudformation';
import type { Deployer } from '../../deploy/deployer.ts';
import type { StackEvent } from '../../deploy/state/stack.ts';
import type { Operations } from '../../dispatch/service.ts';
import { requireChangeSet } from './change-set-lookup.ts';
import { invalid, noStack } from './failures.ts';
import { requireStack } from './lookup.ts';
import { pageOf } from './paging.ts';

const PAGE = 100;

/** What happened to stacks, the newest first. */
export function stackEventOperations(deployer: Deployer) {
  const { stacks } = deployer;
  return {
    DescribeStackEvents(input, context) {
      const stack = requireStack(stacks, context, input.StackName, noStack);
      const { items, NextToken } = pageOf(['events', stack.id], input.NextToken, PAGE, (limit, after) =>
        stacks
          .events(stack, { limit, after })
          .map(({ document, position }) => ({ item: document, position })),
      );
      return { StackEvents: items.map(eventShape), NextToken };
    },

    DescribeEvents(input, context) {
      if (input.ChangeSetName !== undefined) {
        // A change set is drawn within the call that creates it, so it has no events of its own.
        requireChangeSet(deployer, context, input.ChangeSetName, input.StackName);
        return { OperationEvents: [] };
      }
      if (input.StackName === undefined) throw invalid('Either StackName or ChangeSetName must be specified');
      const stack = requireStack(stacks, context, input.StackName, noStack);
      const wanted = (event: StackEvent) =>
        (input.OperationId === undefined || event.operationId === input.OperationId) &&
        (!input.Filters?.FailedEvents || event.status.endsWith('_FAILED'));
      const question = ['operation events', stack.id, input.OperationId, input.Filters];
      const { items, NextToken } = pageOf(question, input.NextToken, PAGE, (limit, after) =>
        stacks
          .events(stack, { after })
          .filter(({ document }) => wanted(document))
          .slice(0, limit)
          .map(({ document, position }) => ({ item: document, position })),
      );
      const types = new Map(stacks.operations(stack).map(({ id, type }) => [id, type]));
      return {
        OperationEvents: items.map((event) => ({
          ...operationEvent(event),
          OperationType: types.get(event.operationId),
        })),
        NextToken,
      };
    },
  } satisfies Operations<CloudFormation>;
}

function eventShape(event: StackEvent): EventShape {
  return {
    StackId: event.stackId,
    EventId: eventId(event),
    StackName: event.stackName,
    OperationId: event.operationId === '' ? undefined : event.operationId,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    Timestamp: event.timestamp,
    ResourceStatus: event.status as ResourceStatus,
    ResourceStatusReason: event.reason,
    ResourceProperties: event.properties,
    ClientRequestToken: event.clientRequestToken,
  };
}

function operationEvent(event: StackEvent): OperationEvent {
  const { StackName: _, ...shape } = eventShape(event);
  return { ...shape, EventType: 'STACK_EVENT' };
}

/** Events of the stack itself have a UUID; those of resources tell in their id what they are about. */
function eventId({ id, type, logicalId, status, timestamp }: StackEvent): string {
  if (type === 'AWS::CloudFormation::Stack' && !id.startsWith(`${logicalId}-`)) return id;
  if (status === 'DELETE_IN_PROGRESS' || status === 'DELETE_COMPLETE') return id;
  return `${logicalId}-${status}-${timestamp.toISOString()}`;
}
