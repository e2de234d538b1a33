import type { CloudFormation, CreateChangeSetInput } from '@aws-sdk/client-cloudformation';
import { announceReview, beginOperation, draftStack, keepTarget } from '../../deploy/begin.ts';
import { type Blueprint, drawBlueprint } from '../../deploy/blueprint.ts';
import type { Deployer } from '../../deploy/deployer.ts';
import { stackPlace } from '../../deploy/engine/stack-place.ts';
import { changeList } from '../../deploy/plan/change-list.ts';
import { prepareTarget } from '../../deploy/prepare.ts';
import type { ChangeSet } from '../../deploy/state/change-set.ts';
import type { Stack, StackTarget } from '../../deploy/state/stack.ts';
import { Templates } from '../../deploy/state/templates.ts';
import { UnsupportedTemplate } from '../../deploy/template/invalid.ts';
import { partitionOf } from '../../deploy/template/pseudo-parameters.ts';
import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { Validated } from '../../dispatch/types.ts';
import { findChangeSet, requireChangeSet } from './change-set-lookup.ts';
import { invalid, noStack, notSupported } from './failures.ts';
import { findStack } from './lookup.ts';
import { obsoleteChangeSets } from './obsolete-change-sets.ts';
import { checkRequest, checkResourceTypes, checkStackName } from './request-checks.ts';
import { checkUpdatable, tagsOf } from './stacks.ts';
import { templateText } from './template-source.ts';

type Input = Validated<CreateChangeSetInput>;

const NESTED_STACK = 'AWS::CloudFormation::Stack';

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** Change sets: what a template would change, looked at before it is carried out. */
export function changeSetOperations(deployer: Deployer) {
  const { stacks, changeSets, host } = deployer;
  return {
    async CreateChangeSet(input, context) {
      checkChangeSetRequest(input, context, deployer);
      const type = input.ChangeSetType === 'CREATE' ? 'CREATE' : 'UPDATE';
      const existing = findStack(stacks, context, input.StackName);
      const stack = type === 'CREATE' ? stackToCreate(deployer, context, input, existing) : existing;
      if (!stack || stack.status === 'DELETE_COMPLETE') throw noStack(input.StackName);
      if (type === 'UPDATE') checkUpdatable(stack);
      const known = changeSets.byName(stack, input.ChangeSetName);
      if (known && known.clientToken !== undefined && known.clientToken === input.ClientToken) {
        return { Id: known.id, StackId: stack.id };
      }
      if (known && !isDoneWith(known)) {
        throw new ServiceError('AlreadyExistsException', `ChangeSet ${input.ChangeSetName} already exists`);
      }
      const text = await textOf(deployer, input, stack, context);
      const changeSet = await drawChangeSet(deployer, context, input, stack, type, text);
      return await context.transaction(() => {
        if (type === 'CREATE' && !stacks.byId(stack.id)) {
          if (stacks.byName(context, stack.name)) throw cannotCreateAgain(input);
          stacks.insert(stack);
          announceReview(deployer, stack);
        }
        if (known) changeSets.delete(known);
        keepTarget(deployer, changeSet.target, text);
        changeSets.put(changeSet);
        return { Id: changeSet.id, StackId: stack.id };
      });
    },

    async ExecuteChangeSet(input, context) {
      const output = await context.transaction(() => {
        const { changeSet, stack } = requireChangeSet(
          deployer,
          context,
          input.ChangeSetName,
          input.StackName,
        );
        const { id, status, executionStatus } = changeSet;
        // The same request again, after its answer was lost.
        if (executionStatus === 'EXECUTE_IN_PROGRESS' && stack.changeSetId === id)
          return { stackId: stack.id };
        if (executionStatus !== 'AVAILABLE') {
          throw new ServiceError(
            'InvalidChangeSetStatusException',
            `ChangeSet [${id}] cannot be executed in its current ${executionStatus === 'UNAVAILABLE' ? `status of [${status}]` : `execution status of [${executionStatus}]`}`,
          );
        }
        const creates = changeSet.type === 'CREATE';
        if (!creates) checkUpdatable(stack);
        const disableRollback = input.DisableRollback ?? stack.disableRollback;
        obsoleteChangeSets(deployer, stack, id);
        changeSets.put({ ...changeSet, executionStatus: 'EXECUTE_IN_PROGRESS' });
        beginOperation(
          deployer,
          stack,
          creates ? 'CREATE_STACK' : 'UPDATE_STACK',
          {
            caller: context.caller,
            roleArn: changeSet.roleArn,
            clientRequestToken: input.ClientRequestToken,
            onFailure: disableRollback ? 'DO_NOTHING' : (changeSet.onFailure ?? 'ROLLBACK'),
          },
          {
            target: changeSet.target,
            changeSetId: id,
            updated: context.now,
            disableRollback,
            retainExceptOnCreate: input.RetainExceptOnCreate ?? stack.retainExceptOnCreate,
          },
        );
        return { stackId: stack.id };
      });
      await deployer.settled(output.stackId, context.signal);
      return {};
    },

    DeleteChangeSet(input, context) {
      return context.transaction(() => {
        const found = findChangeSet(deployer, context, input.ChangeSetName, input.StackName);
        if (found?.executionStatus === 'EXECUTE_IN_PROGRESS') {
          throw new ServiceError(
            'InvalidChangeSetStatusException',
            `ChangeSet [${found.id}] cannot be deleted in its current execution status of [EXECUTE_IN_PROGRESS]`,
          );
        }
        // Deleting what is not there is no error.
        if (found) changeSets.delete(found);
        return {};
      });
    },
  } satisfies Operations<CloudFormation>;

  async function drawChangeSet(
    parts: Deployer,
    context: CallContext,
    input: Input,
    stack: Stack,
    type: ChangeSet['type'],
    text: string,
  ): Promise<ChangeSet> {
    const { account, region } = stack;
    const base = {
      id: `arn:${partitionOf(region)}:cloudformation:${region}:${account}:changeSet/${input.ChangeSetName}/${host.ids.uuid()}`,
      name: input.ChangeSetName,
      stackId: stack.id,
      stackName: stack.name,
      type,
      description: input.Description,
      created: context.now,
      roleArn: input.RoleARN,
      onFailure: input.OnStackFailure,
      clientToken: input.ClientToken,
      includeNestedStacks: input.IncludeNestedStacks ?? false,
    };
    const request = {
      text,
      parameters: input.Parameters ?? [],
      tags: input.Tags ? tagsOf(input.Tags) : (stack.target?.tags ?? []),
      capabilities: input.Capabilities ?? [],
      notificationArns: input.NotificationARNs ?? stack.target?.notificationArns ?? [],
      previous: type === 'CREATE' ? undefined : stack.target,
    };
    const failed = (target: StackTarget, statusReason: string): ChangeSet => ({
      ...base,
      target,
      status: 'FAILED',
      statusReason,
      executionStatus: 'UNAVAILABLE',
      changes: [],
    });
    try {
      const { target, blueprint, plan } = await prepareTarget(parts, context.caller, stack, request);
      checkResourceTypes(input.ResourceTypes, blueprint);
      if (
        base.includeNestedStacks &&
        Object.values(blueprint.resources).some(({ Type }) => Type === NESTED_STACK)
      ) {
        context.warn('The changes inside nested stacks are not listed by this version of Slipway.');
      }
      if (type === 'UPDATE' && !plan.hasChanges) return failed(target, NO_CHANGES);
      const previous = type === 'UPDATE' ? presentBlueprint(parts, stack) : undefined;
      const changes = changeList({ plan, blueprint, previous, findProvider: parts.findProvider });
      return { ...base, target, status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE', changes };
    } catch (error) {
      // What is wrong with the template is told by the change set, as AWS does once it has accepted the text.
      if (!(error instanceof UnsupportedTemplate)) throw error;
      const { tags, capabilities, notificationArns } = request;
      const target = { template: Templates.key(text), parameters: [], tags, capabilities, notificationArns };
      return failed(target, error.message);
    }
  }
}

function presentBlueprint({ stacks }: Deployer, stack: Stack): Blueprint | undefined {
  const { stable } = stack;
  return (
    stable &&
    drawBlueprint(stacks.templates.get(stable.template), stable.parameters, stackPlace(stack, stable))
  );
}

function checkChangeSetRequest(input: Input, context: CallContext, deployer: Deployer): void {
  checkRequest(input, context, deployer);
  if (input.ChangeSetType === 'IMPORT' || (input.ResourcesToImport && input.ResourcesToImport.length > 0)) {
    throw notSupported('Importing resources', 'create them with the stack.');
  }
  if (input.ImportExistingResources) {
    context.warn(
      'ImportExistingResources: a resource whose name is taken fails here rather than be imported.',
    );
  }
  if (input.DeploymentMode === 'REVERT_DRIFT') {
    throw notSupported('DeploymentMode REVERT_DRIFT', 'drift is not detected here.');
  }
}

function stackToCreate(
  deployer: Deployer,
  context: CallContext,
  input: Input,
  existing: Stack | undefined,
): Stack {
  if (existing && existing.status !== 'REVIEW_IN_PROGRESS') throw cannotCreateAgain(input);
  if (existing) return existing;
  checkStackName(input.StackName);
  return draftStack(deployer, context, input.StackName);
}

/** Whether another change set may take a change set's name. */
function isDoneWith({ name, status, executionStatus }: ChangeSet): boolean {
  // The AWS CLI names its change sets by the second, and here two of its deployments fit in one.
  const namedByTheSecond = /^awscli-cloudformation-package-deploy-\d+$/.test(name);
  return executionStatus === 'EXECUTE_COMPLETE' || (status === 'FAILED' && namedByTheSecond);
}

function cannotCreateAgain({ StackName, ChangeSetName }: Input): ServiceError {
  return invalid(
    `Stack [${StackName}] already exists and cannot be created again with the changeSet [${ChangeSetName}].`,
  );
}

async function textOf(
  { stacks }: Deployer,
  input: Input,
  stack: Stack,
  context: CallContext,
): Promise<string> {
  const given = await templateText(input, context);
  if (given !== undefined) return given;
  if (!input.UsePreviousTemplate || !stack.target) {
    throw invalid('Either Template URL or Template Body must be specified.');
  }
  return stacks.templates.get(stack.target.template);
}
