import type { CloudFormation } from '@aws-sdk/client-cloudformation';
import { beginOperation, draftStack, keepTarget } from '../../deploy/begin.ts';
import type { Deployer } from '../../deploy/deployer.ts';
import { prepareTarget } from '../../deploy/prepare.ts';
import { isInProgress, type Operation, type Stack } from '../../deploy/state/stack.ts';
import type { CallContext } from '../../dispatch/context.ts';
import type { Operations } from '../../dispatch/service.ts';
import { alreadyExists, invalid, noStack, noStackWithId, wrongState } from './failures.ts';
import { findStack, requireLiveStack, requireStack } from './lookup.ts';
import { obsoleteChangeSets } from './obsolete-change-sets.ts';
import { pageOf } from './paging.ts';
import { checkRequest, checkResourceTypes, checkStackName } from './request-checks.ts';
import { policyText } from './stack-policies.ts';
import { stackShape, stackSummary } from './stack-view.ts';
import { requireTemplateText, templateText } from './template-source.ts';

const PAGE = 100;

/** States from which a stack may be updated. */
const UPDATABLE = new Set([
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  'UPDATE_FAILED',
]);

/** Operations on stacks as a whole. */
export function stackOperations(deployer: Deployer) {
  const { stacks } = deployer;
  return {
    async CreateStack(input, context) {
      const { StackName, ClientRequestToken } = input;
      checkStackName(StackName);
      checkRequest(input, context, deployer);
      const existing = stacks.byName(context, StackName);
      if (existing && isRepetition(deployer, existing, 'CREATE_STACK', ClientRequestToken)) {
        return { StackId: existing.id };
      }
      if (existing && existing.status !== 'REVIEW_IN_PROGRESS') throw alreadyExists(StackName);
      const text = await requireTemplateText(input, context);
      const options = {
        disableRollback: input.DisableRollback ?? input.OnFailure === 'DO_NOTHING',
        retainExceptOnCreate: input.RetainExceptOnCreate,
        terminationProtection: input.EnableTerminationProtection ?? false,
        timeoutMinutes: input.TimeoutInMinutes,
        policy: await policyText(input, context),
      };
      const draft = existing ?? draftStack(deployer, context, StackName);
      const { target, blueprint } = await prepareTarget(deployer, context.caller, draft, {
        text,
        parameters: input.Parameters ?? [],
        tags: tagsOf(input.Tags),
        capabilities: input.Capabilities ?? [],
        notificationArns: input.NotificationARNs ?? [],
        previous: undefined,
      });
      checkResourceTypes(input.ResourceTypes, blueprint);
      const output = await context.transaction(() => {
        const taken = stacks.byName(context, StackName);
        if (taken && taken.status !== 'REVIEW_IN_PROGRESS') throw alreadyExists(StackName);
        if (!taken) stacks.insert(draft);
        keepTarget(deployer, target, text);
        obsoleteChangeSets(deployer, draft);
        beginOperation(
          deployer,
          taken ?? draft,
          'CREATE_STACK',
          {
            caller: context.caller,
            roleArn: input.RoleARN,
            clientRequestToken: ClientRequestToken,
            onFailure: options.disableRollback ? 'DO_NOTHING' : input.OnFailure,
            deadline: deadlineOf(context, input.TimeoutInMinutes),
          },
          { ...options, target },
        );
        return { StackId: draft.id };
      });
      await deployer.settled(output.StackId, context.signal);
      return output;
    },

    async UpdateStack(input, context) {
      checkRequest(input, context, deployer);
      const stack = requireLiveStack(stacks, context, input.StackName, noStack);
      if (isRepetition(deployer, stack, 'UPDATE_STACK', input.ClientRequestToken))
        return { StackId: stack.id };
      checkUpdatable(stack);
      const given = await templateText(input, context);
      if (given === undefined && !input.UsePreviousTemplate) {
        throw invalid('Either Template URL or Template Body must be specified.');
      }
      const previous = stack.target;
      const text = given ?? stacks.templates.get(previous?.template ?? '');
      const policy = await policyText(input, context);
      const duringUpdate = await policyText(
        {
          StackPolicyBody: input.StackPolicyDuringUpdateBody,
          StackPolicyURL: input.StackPolicyDuringUpdateURL,
        },
        context,
      );
      const { target, blueprint, plan } = await prepareTarget(deployer, context.caller, stack, {
        text,
        parameters: input.Parameters ?? [],
        tags: input.Tags ? tagsOf(input.Tags) : (previous?.tags ?? []),
        capabilities: input.Capabilities ?? [],
        notificationArns: input.NotificationARNs ?? previous?.notificationArns ?? [],
        previous,
      });
      checkResourceTypes(input.ResourceTypes, blueprint);
      if (!plan.hasChanges) throw invalid('No updates are to be performed.');
      const output = await context.transaction(() => {
        const current = requireLiveStack(stacks, context, input.StackName, noStack);
        checkUpdatable(current);
        keepTarget(deployer, target, text);
        obsoleteChangeSets(deployer, current);
        beginOperation(
          deployer,
          current,
          'UPDATE_STACK',
          {
            caller: context.caller,
            roleArn: input.RoleARN,
            clientRequestToken: input.ClientRequestToken,
            onFailure: (input.DisableRollback ?? current.disableRollback) ? 'DO_NOTHING' : 'ROLLBACK',
            policy: duringUpdate,
          },
          {
            target,
            updated: context.now,
            policy: policy ?? current.policy,
            retainExceptOnCreate: input.RetainExceptOnCreate ?? current.retainExceptOnCreate,
          },
        );
        return { StackId: current.id };
      });
      await deployer.settled(output.StackId, context.signal);
      return output;
    },

    async DeleteStack(input, context) {
      const found = findStack(stacks, context, input.StackName);
      // Deleting what is not there is no error.
      if (!found || found.status === 'DELETE_COMPLETE') return {};
      await context.transaction(() => {
        const stack = stacks.byId(found.id) ?? found;
        if (stack.terminationProtection) {
          throw invalid(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
        }
        beginDeletion(deployer, stack, {
          caller: context.caller,
          roleArn: input.RoleARN,
          clientRequestToken: input.ClientRequestToken,
          retain: input.RetainResources ?? [],
          force: input.DeletionMode === 'FORCE_DELETE_STACK',
        });
        return {};
      });
      await deployer.settled(found.id, context.signal);
      return {};
    },

    DescribeStacks(input, context) {
      if (input.StackName !== undefined) {
        const stack = requireStack(stacks, context, input.StackName, noStackWithId);
        return { Stacks: [stackShape(stack)] };
      }
      const { items, NextToken } = pageOf('stacks', input.NextToken, PAGE, (limit, after) =>
        stacks
          .list(context, { limit, after, where: { live: 1 }, order: 'newest' })
          .map(({ document, position }) => ({ item: document, position })),
      );
      return { Stacks: items.map(stackShape), NextToken };
    },

    ListStacks(input, context) {
      const wanted = new Set<string>(input.StackStatusFilter ?? []);
      const question = ['all stacks', [...wanted]];
      const { items, NextToken } = pageOf(question, input.NextToken, PAGE, (limit, after) =>
        stacks
          .list(context, { after, order: 'newest' })
          .filter(({ document }) => wanted.size === 0 || wanted.has(document.status))
          .slice(0, limit)
          .map(({ document, position }) => ({ item: document, position })),
      );
      return { StackSummaries: items.map(stackSummary), NextToken };
    },

    UpdateTerminationProtection(input, context) {
      return context.transaction(() => {
        const stack = requireLiveStack(stacks, context, input.StackName, noStack);
        stacks.update({ ...stack, terminationProtection: input.EnableTerminationProtection });
        return { StackId: stack.id };
      });
    },
  } satisfies Operations<CloudFormation>;
}

/** Tags of a request, each with a key and a value. */
export function tagsOf(
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): { Key: string; Value: string }[] {
  return (tags ?? []).map(({ Key = '', Value = '' }) => ({ Key, Value }));
}

/** @throws ValidationError when the stack is in no state to be updated */
export function checkUpdatable({ id, status }: Stack): void {
  if (!UPDATABLE.has(status)) throw wrongState(id, status, 'updated');
}

/** Milliseconds since the epoch. */
export function deadlineOf(context: CallContext, minutes: number | undefined): number | undefined {
  return minutes === undefined ? undefined : context.now.getTime() + minutes * 60_000;
}

/** Whether a request is the one that began the stack's last operation, sent again. */
function isRepetition(
  { stacks }: Deployer,
  stack: Stack,
  type: Operation['type'],
  token: string | undefined,
): boolean {
  if (token === undefined || stack.operationId === undefined) return false;
  const operation = stacks.operation(stack.operationId, stack);
  return operation?.type === type && operation.clientRequestToken === token;
}

/** Inside a transaction. A creation under way is broken off; an update cannot be. */
function beginDeletion(
  deployer: Deployer,
  stack: Stack,
  request: { caller: CallContext['caller']; retain: readonly string[] } & Partial<Operation>,
): void {
  const { retain, roleArn } = request;
  if (retain.length > 0 && stack.status !== 'DELETE_FAILED') {
    throw invalid(
      `RetainResources can only be specified when the stack is in DELETE_FAILED state, not ${stack.status}`,
    );
  }
  if (stack.status === 'DELETE_IN_PROGRESS') return;
  if (stack.status === 'CREATE_IN_PROGRESS') {
    deployer.cancel(stack, 'Stack deletion requested. ', { onFailure: 'DELETE' });
    return;
  }
  if (isInProgress(stack)) throw wrongState(stack.id, stack.status, 'deleted');
  checkRetained(deployer, stack, retain);
  beginOperation(deployer, stack, 'DELETE_STACK', { ...request, roleArn });
}

function checkRetained({ stacks }: Deployer, stack: Stack, retain: readonly string[]): void {
  const unknown = retain.filter((logicalId) => !stacks.resource(stack, logicalId));
  if (unknown.length > 0) {
    throw invalid(`Resources [${unknown.join(', ')}] do not exist in stack ${stack.name}`);
  }
}
