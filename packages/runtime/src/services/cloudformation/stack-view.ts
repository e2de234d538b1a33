import type { Output, Parameter, Stack as StackShape, StackSummary } from '@aws-sdk/client-cloudformation';
import type { Stack, StackOutput } from '../../deploy/state/stack.ts';
import type { StackParameter } from '../../deploy/template/parameters.ts';

const NOT_CHECKED = { StackDriftStatus: 'NOT_CHECKED' } as const;

/** A stack as DescribeStacks answers it. */
export function stackShape(stack: Stack): StackShape {
  const { target, outputs, status } = stack;
  const deleted = status === 'DELETE_COMPLETE';
  return {
    StackId: stack.id,
    StackName: stack.name,
    // A deleted stack has nothing that could be protected or changed any more.
    ChangeSetId: deleted ? undefined : stack.changeSetId,
    Description: target?.description,
    Parameters: target && target.parameters.length > 0 ? parameterShapes(target.parameters) : undefined,
    CreationTime: stack.created,
    DeletionTime: stack.deleted,
    LastUpdatedTime: stack.updated,
    RollbackConfiguration: {},
    StackStatus: status,
    StackStatusReason: status.endsWith('_COMPLETE') && deleted ? undefined : stack.statusReason,
    DisableRollback: stack.disableRollback,
    NotificationARNs: [...(target?.notificationArns ?? [])],
    TimeoutInMinutes: stack.timeoutMinutes,
    Capabilities:
      target && target.capabilities.length > 0
        ? ([...target.capabilities] as StackShape['Capabilities'])
        : undefined,
    Outputs: outputs.length > 0 ? outputs.map(outputShape) : undefined,
    RoleARN: stack.roleArn,
    Tags: (target?.tags ?? []).map(({ Key, Value }) => ({ Key, Value })),
    EnableTerminationProtection: deleted ? undefined : stack.terminationProtection,
    ParentId: stack.parentId,
    RootId: stack.rootId,
    DriftInformation: NOT_CHECKED,
    RetainExceptOnCreate: stack.retainExceptOnCreate,
  };
}

/** A stack as ListStacks answers it. */
export function stackSummary(stack: Stack): StackSummary {
  return {
    StackId: stack.id,
    StackName: stack.name,
    TemplateDescription: stack.target?.description,
    CreationTime: stack.created,
    LastUpdatedTime: stack.updated,
    DeletionTime: stack.deleted,
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    ParentId: stack.parentId,
    RootId: stack.rootId,
    DriftInformation: NOT_CHECKED,
  };
}

/** Parameters with their values, hidden where the template says so. */
export function parameterShapes(parameters: readonly StackParameter[]): Parameter[] {
  return parameters.map(({ key, value, resolved, noEcho }) => ({
    ParameterKey: key,
    ParameterValue: noEcho ? '****' : value,
    ResolvedValue: noEcho ? undefined : resolved,
  }));
}

function outputShape({ key, value, description, exportName }: StackOutput): Output {
  return { OutputKey: key, OutputValue: value, Description: description, ExportName: exportName };
}
