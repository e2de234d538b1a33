import { parsePolicy, policyRefusal, type UpdateAction } from '../plan/stack-policy.ts';
import type { StackResource } from '../state/stack.ts';
import { own } from '../template/template.ts';
import type { Run } from './run.ts';
import { beforeOf, isFailed } from './step-outcome.ts';

/** Why the stack's policy does not let this update do something to a resource; undefined when it does. */
export function refusedByPolicy(run: Run, row: StackResource, action: UpdateAction): string | undefined {
  const text = run.operation.policy ?? run.stack.policy;
  if (text === undefined || run.operation.type !== 'UPDATE_STACK') return undefined;
  return policyRefusal(parsePolicy(text) ?? [], action, row);
}

/** Before anything else is done: fails the resources that the new template leaves out and the policy protects. */
export async function refuseRemovals(run: Run): Promise<void> {
  for (const row of run.resources()) {
    if (own(run.blueprint.resources, row.logicalId) || !row.current || isFailed(row)) continue;
    const reason = refusedByPolicy(run, row, 'Update:Delete');
    if (reason === undefined) continue;
    const before = row.before ?? beforeOf(row);
    await run.write(() => run.setResource({ ...row, status: 'UPDATE_FAILED', before }, { reason }));
  }
}
