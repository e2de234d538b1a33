import type { Stack } from '../../deploy/state/stack.ts';
import type { Stacks } from '../../deploy/state/stacks.ts';
import type { ServiceError } from '../../dispatch/errors.ts';
import type { Scope } from '../../store/collection.ts';

/** A stack by its name or id; by its id also when it is deleted. */
export function findStack(stacks: Stacks, scope: Scope, nameOrId: string): Stack | undefined {
  if (!nameOrId.startsWith('arn:')) return stacks.byName(scope, nameOrId);
  const stack = stacks.byId(nameOrId);
  return stack && stack.account === scope.account ? stack : undefined;
}

/** @throws what `missing` makes of the name when there is no such stack */
export function requireStack(
  stacks: Stacks,
  scope: Scope,
  nameOrId: string,
  missing: (name: string) => ServiceError,
): Stack {
  const stack = findStack(stacks, scope, nameOrId);
  if (!stack) throw missing(nameOrId);
  return stack;
}

/** @throws what `missing` makes of the name when there is no such stack, or it is deleted */
export function requireLiveStack(
  stacks: Stacks,
  scope: Scope,
  nameOrId: string,
  missing: (name: string) => ServiceError,
): Stack {
  const stack = requireStack(stacks, scope, nameOrId, missing);
  if (stack.status === 'DELETE_COMPLETE') throw missing(nameOrId);
  return stack;
}
