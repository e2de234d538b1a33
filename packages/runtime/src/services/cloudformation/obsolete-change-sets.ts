import type { Deployer } from '../../deploy/deployer.ts';
import type { Stack } from '../../deploy/state/stack.ts';

/**
 * Inside a transaction: an operation on the stack makes its other change sets worthless.
 *
 * @param but - the change set that is executed
 */
export function obsoleteChangeSets({ changeSets }: Deployer, stack: Stack, but?: string): void {
  for (const { document } of changeSets.list(stack)) {
    if (document.id === but || document.executionStatus !== 'AVAILABLE') continue;
    changeSets.put({ ...document, executionStatus: 'OBSOLETE' });
  }
}
