import type {
  ChangeSetSummary,
  CloudFormation,
  DescribeChangeSetOutput,
} from '@aws-sdk/client-cloudformation';
import type { Deployer } from '../../deploy/deployer.ts';
import { withoutValues } from '../../deploy/plan/change-list.ts';
import type { ChangeSet } from '../../deploy/state/change-set.ts';
import type { Operations } from '../../dispatch/service.ts';
import { requireChangeSet } from './change-set-lookup.ts';
import { noStack } from './failures.ts';
import { requireStack } from './lookup.ts';
import { pageOf, pageOfList } from './paging.ts';
import { parameterShapes } from './stack-view.ts';

const CHANGES_PER_PAGE = 100;
const PAGE = 100;

/** Change sets, looked at. */
export function changeSetViewOperations(deployer: Deployer) {
  const { stacks, changeSets } = deployer;
  return {
    DescribeChangeSet(input, context) {
      const { changeSet } = requireChangeSet(deployer, context, input.ChangeSetName, input.StackName);
      const { items, NextToken } = pageOfList(
        changeSet.id,
        input.NextToken,
        CHANGES_PER_PAGE,
        changeSet.changes,
      );
      return {
        ...changeSetShape(changeSet),
        Changes: items.map((change) => (input.IncludePropertyValues ? change : withoutValues(change))),
        NextToken,
      };
    },

    ListChangeSets(input, context) {
      const stack = requireStack(stacks, context, input.StackName, noStack);
      const { items, NextToken } = pageOf(['change sets', stack.id], input.NextToken, PAGE, (limit, after) =>
        changeSets
          .list(stack, { limit, after })
          .map(({ document, position }) => ({ item: document, position })),
      );
      return { Summaries: items.map(summary), NextToken };
    },
    /** Hooks cannot be registered here, so none has ever run; the CDK asks after a change set has failed. */
    ListHookResults(input) {
      return { TargetType: input.TargetType, TargetId: input.TargetId, HookResults: [] };
    },
  } satisfies Operations<CloudFormation>;
}

function changeSetShape(changeSet: ChangeSet): DescribeChangeSetOutput {
  const { target } = changeSet;
  return {
    ChangeSetName: changeSet.name,
    ChangeSetId: changeSet.id,
    StackId: changeSet.stackId,
    StackName: changeSet.stackName,
    Description: changeSet.description,
    Parameters: target.parameters.length > 0 ? parameterShapes(target.parameters) : undefined,
    CreationTime: changeSet.created,
    ExecutionStatus: changeSet.executionStatus,
    Status: changeSet.status,
    StatusReason: changeSet.statusReason,
    NotificationARNs: [...target.notificationArns],
    RollbackConfiguration: {},
    Capabilities: [...target.capabilities] as DescribeChangeSetOutput['Capabilities'],
    Tags: target.tags.length > 0 ? target.tags.map(({ Key, Value }) => ({ Key, Value })) : undefined,
    IncludeNestedStacks: changeSet.includeNestedStacks,
    OnStackFailure: changeSet.onFailure,
  };
}

function summary(changeSet: ChangeSet): ChangeSetSummary {
  return {
    StackId: changeSet.stackId,
    StackName: changeSet.stackName,
    ChangeSetId: changeSet.id,
    ChangeSetName: changeSet.name,
    ExecutionStatus: changeSet.executionStatus,
    Status: changeSet.status,
    StatusReason: changeSet.statusReason,
    CreationTime: changeSet.created,
    Description: changeSet.description,
    IncludeNestedStacks: changeSet.includeNestedStacks,
  };
}
