import type { CloudFormation } from '@aws-sdk/client-cloudformation';
import type { Deployer } from '../../deploy/deployer.ts';
import { parsePolicy } from '../../deploy/plan/stack-policy.ts';
import type { CallContext } from '../../dispatch/context.ts';
import type { Operations } from '../../dispatch/service.ts';
import { invalid, noStack } from './failures.ts';
import { requireLiveStack } from './lookup.ts';
import { readS3Url } from './template-source.ts';

const LONGEST_POLICY = 16_384;

/** Stack policies: what an update may do to which resource. */
export function stackPolicyOperations({ stacks }: Deployer) {
  return {
    async SetStackPolicy(input, context) {
      requireLiveStack(stacks, context, input.StackName, noStack);
      const policy = await policyText(input, context);
      return await context.transaction(() => {
        const stack = requireLiveStack(stacks, context, input.StackName, noStack);
        stacks.update({ ...stack, policy });
        return {};
      });
    },

    GetStackPolicy(input, context) {
      const { policy } = requireLiveStack(stacks, context, input.StackName, noStack);
      return { StackPolicyBody: policy };
    },
  } satisfies Operations<CloudFormation>;
}

/** The policy that a request brings along or names; undefined when it does neither. */
export async function policyText(
  {
    StackPolicyBody,
    StackPolicyURL,
  }: { StackPolicyBody?: string | undefined; StackPolicyURL?: string | undefined },
  context: CallContext,
): Promise<string | undefined> {
  if (StackPolicyBody !== undefined && StackPolicyURL !== undefined) {
    throw invalid('You cannot specify both StackPolicyURL and StackPolicyBody');
  }
  const policy =
    StackPolicyURL === undefined
      ? StackPolicyBody
      : await readS3Url(StackPolicyURL, context, 'StackPolicyURL', LONGEST_POLICY);
  if (policy !== undefined && !parsePolicy(policy))
    throw invalid('Error validating stack policy: Invalid stack policy');
  return policy;
}
