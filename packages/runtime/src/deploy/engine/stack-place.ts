import type { Stack, StackTarget } from '../state/stack.ts';
import type { StackPlace } from '../template/pseudo-parameters.ts';

/** Where a stack is, for the pseudo parameters of its template. */
export function stackPlace(
  { id, name, account, region }: Pick<Stack, 'id' | 'name' | 'account' | 'region'>,
  { notificationArns }: Pick<StackTarget, 'notificationArns'>,
): StackPlace {
  return { account, region, stackId: id, stackName: name, notificationArns };
}
