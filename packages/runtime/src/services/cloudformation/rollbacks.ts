import type { CloudFormation } from '@aws-sdk/client-cloudformation';
import { beginOperation } from '../../deploy/begin.ts';
import type { Deployer } from '../../deploy/deployer.ts';
import type { Operations } from '../../dispatch/service.ts';
import { invalid, noStack, wrongState } from './failures.ts';
import { requireLiveStack } from './lookup.ts';

/** Ways back: breaking an update off, and rolling back what failed. */
export function rollbackOperations(deployer: Deployer) {
  const { stacks } = deployer;
  return {
    async CancelUpdateStack(input, context) {
      const id = await context.transaction(() => {
        const stack = requireLiveStack(stacks, context, input.StackName, noStack);
        if (stack.status !== 'UPDATE_IN_PROGRESS') {
          throw invalid('CancelUpdateStack cannot be called from current stack status');
        }
        deployer.cancel(stack, 'User Initiated');
        return stack.id;
      });
      await deployer.settled(id, context.signal);
      return {};
    },

    async ContinueUpdateRollback(input, context) {
      const id = await context.transaction(() => {
        const stack = requireLiveStack(stacks, context, input.StackName, noStack);
        if (stack.status !== 'UPDATE_ROLLBACK_FAILED')
          throw wrongState(stack.id, stack.status, 'rolled back');
        const skip = input.ResourcesToSkip ?? [];
        for (const logicalId of skip) {
          if (stacks.resource(stack, logicalId)?.status !== 'UPDATE_FAILED') {
            throw invalid(`Resource ${logicalId} cannot be skipped: it is not in UPDATE_FAILED state`);
          }
        }
        beginOperation(deployer, stack, 'CONTINUE_ROLLBACK', {
          caller: context.caller,
          roleArn: input.RoleARN,
          clientRequestToken: input.ClientRequestToken,
          skip,
        });
        return stack.id;
      });
      await deployer.settled(id, context.signal);
      return {};
    },

    async RollbackStack(input, context) {
      const output = await context.transaction(() => {
        const stack = requireLiveStack(stacks, context, input.StackName, noStack);
        if (stack.status !== 'CREATE_FAILED' && stack.status !== 'UPDATE_FAILED') {
          throw wrongState(stack.id, stack.status, 'rolled back');
        }
        beginOperation(
          deployer,
          stack,
          'ROLLBACK',
          { caller: context.caller, roleArn: input.RoleARN, clientRequestToken: input.ClientRequestToken },
          {
            target: stack.stable ?? stack.target,
            retainExceptOnCreate: input.RetainExceptOnCreate ?? stack.retainExceptOnCreate,
          },
        );
        return { StackId: stack.id };
      });
      await deployer.settled(output.StackId, context.signal);
      return output;
    },
  } satisfies Operations<CloudFormation>;
}
