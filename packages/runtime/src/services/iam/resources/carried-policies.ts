import { ServiceError } from '../../../dispatch/errors.ts';
import { documentProperty, listProperty } from '../../../dispatch/property-values.ts';
import type { Properties } from '../../../dispatch/resource-provider.ts';

/** How the policies of one role, user or group are changed. */
export interface PolicyCalls {
  put(name: string, document: string): Promise<unknown>;
  remove(name: string): Promise<unknown>;
  attach(arn: string): Promise<unknown>;
  detach(arn: string): Promise<unknown>;
}

/** Brings an entity from the previous to the wanted `Policies` and `ManagedPolicyArns`. */
export async function carryPolicies(
  calls: PolicyCalls,
  wanted: Properties,
  previous: Properties = {},
): Promise<void> {
  const before = inlinePolicies(previous);
  const after = inlinePolicies(wanted);
  for (const [name, document] of after) {
    if (before.get(name) !== document) await calls.put(name, document);
  }
  for (const name of before.keys()) if (!after.has(name)) await unlessGone(calls.remove(name));
  const attached = listProperty<string>(previous, 'ManagedPolicyArns');
  const attach = listProperty<string>(wanted, 'ManagedPolicyArns');
  for (const arn of attach) if (!attached.includes(arn)) await calls.attach(arn);
  for (const arn of attached) if (!attach.includes(arn)) await unlessGone(calls.detach(arn));
}

function inlinePolicies(properties: Properties): Map<string, string> {
  return new Map(
    listProperty<Properties>(properties, 'Policies').map((policy) => [
      String(policy['PolicyName']),
      documentProperty(policy, 'PolicyDocument') ?? '',
    ]),
  );
}

/** Deleting what is gone already is no failure. */
export async function unlessGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof ServiceError && error.code === 'NoSuchEntityException')) throw error;
  }
}
