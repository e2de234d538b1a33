import type { Deployer } from '../../deploy/deployer.ts';
import type { ChangeSet } from '../../deploy/state/change-set.ts';
import type { Stack } from '../../deploy/state/stack.ts';
import type { Scope } from '../../store/collection.ts';
import { changeSetNotFound, invalid, noStack } from './failures.ts';
import { findStack } from './lookup.ts';

/**
 * A change set by its id, or by its name and its stack's.
 *
 * @throws ValidationError when there is no such stack, or none is named
 */
export function findChangeSet(
  { stacks, changeSets }: Deployer,
  scope: Scope,
  nameOrId: string,
  stackName: string | undefined,
): ChangeSet | undefined {
  if (nameOrId.startsWith('arn:')) return changeSets.byId(nameOrId);
  if (stackName === undefined) {
    throw invalid('StackName must be specified if ChangeSetName is not specified as an ARN.');
  }
  const stack = findStack(stacks, scope, stackName);
  if (!stack) throw noStack(stackName);
  return changeSets.byName(stack, nameOrId);
}

/** @throws ChangeSetNotFound when there is no such change set */
export function requireChangeSet(
  deployer: Deployer,
  scope: Scope,
  nameOrId: string,
  stackName: string | undefined,
): { changeSet: ChangeSet; stack: Stack } {
  const changeSet = findChangeSet(deployer, scope, nameOrId, stackName);
  const stack = changeSet && deployer.stacks.byId(changeSet.stackId);
  if (!changeSet || !stack) throw changeSetNotFound(nameOrId);
  return { changeSet, stack };
}
