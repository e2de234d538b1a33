import { beginOperation, draftStack, keepTarget, type OperationRequest } from '../../deploy/begin.ts';
import type { Deployer } from '../../deploy/deployer.ts';
import { StepFailure } from '../../deploy/engine/failure-reason.ts';
import { prepareTarget } from '../../deploy/prepare.ts';
import { isInProgress, type Stack } from '../../deploy/state/stack.ts';
import { isObject } from '../../deploy/template/template.ts';
import { listProperty, numberProperty, tagsProperty, textProperty } from '../../dispatch/property-values.ts';
import type {
  DeployContext,
  Properties,
  ProvidedResource,
  ResourceProvider,
} from '../../dispatch/resource-provider.ts';
import { readS3Url } from './template-source.ts';

const LONGEST_NAME = 128;
const LONGEST_FILE = 1_048_576;

/** `AWS::CloudFormation::Stack`: a stack inside a stack, from a template in a bucket. */
export function nestedStack(deployer: Deployer): ResourceProvider {
  const { stacks, host } = deployer;

  const prepare = async (stack: Stack, properties: Properties, context: DeployContext) => {
    const url = textProperty(properties, 'TemplateURL') ?? '';
    const text = await readS3Url(url, context, 'TemplateURL', LONGEST_FILE);
    const parameters = isObject(properties['Parameters']) ? Object.entries(properties['Parameters']) : [];
    const prepared = await prepareTarget(deployer, context.caller, stack, {
      text,
      parameters: parameters.map(([ParameterKey, value]) => ({
        ParameterKey,
        ParameterValue: Array.isArray(value) ? value.join(',') : String(value),
      })),
      tags: tagsProperty(properties),
      capabilities: stacks.byId(context.stackId)?.target?.capabilities ?? [],
      notificationArns: listProperty(properties, 'NotificationARNs'),
      previous: stack.target,
    });
    return { ...prepared, text };
  };

  const requestOf = ({ caller, step }: DeployContext): OperationRequest => ({
    caller,
    clientRequestToken: step,
  });

  /** Whether this very step has begun its operation already, before a crash. */
  const hasBegun = (stack: Stack | undefined, { step }: DeployContext): stack is Stack => {
    if (stack?.operationId === undefined) return false;
    return stacks.operation(stack.operationId, stack)?.clientRequestToken === step;
  };

  const settled = async (stackId: string, { signal }: DeployContext): Promise<Stack> => {
    try {
      return await deployer.untilSettled(stackId, signal);
    } catch (error) {
      // The parent gives up, so the child does.
      const stack = stacks.byId(stackId);
      if (signal.aborted && stack && isInProgress(stack)) {
        await host.database.transaction(() => deployer.cancel(stack, 'Resource creation cancelled. '));
      }
      throw error;
    }
  };

  return {
    properties: ['TemplateURL', 'Parameters', 'Tags', 'TimeoutInMinutes', 'NotificationARNs'],
    check: () => [
      { property: 'TemplateURL', kind: 'note', message: 'the template of the nested stack is not looked at' },
    ],
    async create(properties, context) {
      const name = context.name(LONGEST_NAME);
      const known = stacks.byName(context, name);
      let stack = known;
      if (!hasBegun(known, context)) {
        const parent = stacks.byId(context.stackId);
        const minutes = numberProperty(properties, 'TimeoutInMinutes');
        const draft = draftStack(deployer, context, name, {
          parentId: context.stackId,
          rootId: parent?.rootId ?? context.stackId,
          timeoutMinutes: minutes,
        });
        const { target, text } = await prepare(draft, properties, context);
        const deadline = minutes === undefined ? undefined : host.clock.now() + minutes * 60_000;
        stack = await host.database.transaction(() => {
          stacks.insert(draft);
          keepTarget(deployer, target, text);
          return beginOperation(
            deployer,
            draft,
            'CREATE_STACK',
            { ...requestOf(context), deadline },
            { target },
          );
        });
      }
      context.created(stack!.id);
      const ended = await settled(stack!.id, context);
      if (ended.status === 'CREATE_COMPLETE') return provided(ended);
      throw new StepFailure(
        `Embedded stack ${ended.id} was not successfully created: ${failureOf(deployer, ended)}`,
      );
    },

    async update(physicalId, properties, _previous, context) {
      const stack = stacks.byId(physicalId);
      if (!stack || stack.status === 'DELETE_COMPLETE')
        throw new StepFailure(`Stack with id ${physicalId} does not exist`);
      if (!hasBegun(stack, context)) {
        const { target, text, plan } = await prepare(stack, properties, context);
        if (!plan.hasChanges) return provided(stack);
        const updated = new Date(host.clock.now());
        await host.database.transaction(() => {
          keepTarget(deployer, target, text);
          beginOperation(deployer, stack, 'UPDATE_STACK', requestOf(context), { target, updated });
        });
      }
      const ended = await settled(physicalId, context);
      if (ended.status === 'UPDATE_COMPLETE') return provided(ended);
      throw new StepFailure(
        `Embedded stack ${ended.id} was not successfully updated. Currently in ${ended.status} with reason: ${failureOf(deployer, ended)}`,
      );
    },

    async delete(physicalId, _properties, context) {
      if (!stacks.byId(physicalId)) return;
      const stack = await settled(physicalId, context);
      if (stack.status === 'DELETE_COMPLETE') return;
      if (!hasBegun(stack, context)) {
        await host.database.transaction(() => {
          beginOperation(deployer, stack, 'DELETE_STACK', requestOf(context));
        });
      }
      const ended = await settled(physicalId, context);
      if (ended.status !== 'DELETE_COMPLETE') {
        throw new StepFailure(
          `Embedded stack ${ended.id} was not successfully deleted: ${ended.statusReason ?? ''}`,
        );
      }
    },
  };
}

function provided({ id, outputs }: Stack): ProvidedResource {
  return {
    physicalId: id,
    attributes: { Outputs: Object.fromEntries(outputs.map(({ key, value }) => [key, value])) },
  };
}

/** Why a stack was rolled back, as the event said that began it. */
function failureOf({ stacks }: Deployer, stack: Stack): string {
  const event = stacks
    .events(stack)
    .map(({ document }) => document)
    .find(
      ({ logicalId, status }) => logicalId === stack.name && /^(UPDATE_)?ROLLBACK_IN_PROGRESS$/.test(status),
    );
  return (event?.reason ?? stack.statusReason ?? '').replace('Rollback requested by user.', '');
}
