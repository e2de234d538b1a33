import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Parameter, Stack } from '@aws-sdk/client-cloudformation';
import { DeploymentFailure } from './assembly-error.ts';
import type { DeployOptions, StackApi } from './deploy-options.ts';
import type { AssemblyStack } from './manifest.ts';
import { type Environment, fillPlaceholders } from './placeholders.ts';
import { StackEvents } from './stack-events.ts';

const CHANGE_SET = 'slipway-deploy';
/** How long to wait before looking again when nothing has told of a change. */
const PAUSE_MS = 250;
/** Changes that follow each other quickly are looked at together. */
const GATHER_MS = 50;

/** One stack of an assembly and the API that deploys it. */
export class StackDoor {
  readonly environment: Environment;
  readonly #stack: AssemblyStack;
  readonly #options: DeployOptions;
  readonly #api: StackApi;
  readonly #events: StackEvents;

  constructor(stack: AssemblyStack, options: DeployOptions) {
    const { account = options.account, region = options.region } = stack.environment;
    this.environment = { account, region };
    this.#stack = stack;
    this.#options = options;
    this.#api = options.clients(this.environment).cloudformation;
    this.#events = new StackEvents(this.#api, (event) =>
      options.listener?.({ type: 'stack.event', stackName: stack.stackName, event }),
    );
  }

  async deploy(): Promise<{ deployed: Stack; changed: boolean }> {
    let present = await this.#describe(this.#stack.stackName);
    // A stack whose creation failed can only be deleted.
    if (
      present &&
      /^(ROLLBACK_COMPLETE|ROLLBACK_FAILED|CREATE_FAILED|DELETE_FAILED)$/.test(present.StackStatus ?? '')
    ) {
      await this.destroy();
      present = undefined;
    }
    await this.#events.skip(present?.StackId);
    const exists = present !== undefined && present.StackStatus !== 'REVIEW_IN_PROGRESS';
    const changeSet = await this.#createChangeSet(exists, present);
    if (changeSet.outcome === 'unchanged') {
      return { deployed: await this.#protect(present!), changed: false };
    }
    await this.#telling(changeSet.stackId, this.#api.executeChangeSet({ ChangeSetName: changeSet.id }));
    const ended = await this.#untilSettled(changeSet.stackId);
    if (ended.StackStatus !== 'CREATE_COMPLETE' && ended.StackStatus !== 'UPDATE_COMPLETE') {
      throw this.#failure(ended);
    }
    return { deployed: await this.#protect(ended), changed: true };
  }

  /** @returns false when there was no such stack */
  async destroy(): Promise<boolean> {
    const present = await this.#describe(this.#stack.stackName);
    const StackName = present?.StackId;
    if (StackName === undefined) return false;
    await this.#events.skip(StackName);
    await this.#telling(StackName, this.#api.deleteStack({ StackName }));
    const ended = await this.#untilSettled(StackName);
    if (ended.StackStatus !== 'DELETE_COMPLETE') throw this.#failure(ended);
    return true;
  }

  async #createChangeSet(
    exists: boolean,
    present: Stack | undefined,
  ): Promise<{ outcome: 'ready' | 'unchanged'; id: string; stackId: string }> {
    const { stackName: StackName, executionRoleArn, tags } = this.#stack;
    if (present) await this.#api.deleteChangeSet({ StackName, ChangeSetName: CHANGE_SET });
    const { Id: id = '', StackId: stackId = '' } = await this.#api.createChangeSet({
      StackName,
      ChangeSetName: CHANGE_SET,
      ChangeSetType: exists ? 'UPDATE' : 'CREATE',
      ...this.#template(),
      Parameters: this.#parameters(exists ? present : undefined),
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
      RoleARN: executionRoleArn && fillPlaceholders(executionRoleArn, this.environment),
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    });
    const { Status, StatusReason = '' } = await this.#api.describeChangeSet({ ChangeSetName: id });
    if (Status !== 'FAILED') return { outcome: 'ready', id, stackId };
    await this.#api.deleteChangeSet({ ChangeSetName: id });
    if (StatusReason.startsWith("The submitted information didn't contain changes")) {
      return { outcome: 'unchanged', id, stackId };
    }
    if (!exists) await this.#api.deleteStack({ StackName: stackId });
    throw new DeploymentFailure(StackName, undefined, [StatusReason]);
  }

  #template(): { TemplateURL: string } | { TemplateBody: string } {
    const { templateUrl, templatePath } = this.#stack;
    if (templateUrl === undefined) return { TemplateBody: readFileSync(templatePath, 'utf8') };
    const [, , bucket = '', ...key] = fillPlaceholders(templateUrl, this.environment).split('/');
    return { TemplateURL: `https://s3.${this.environment.region}.amazonaws.com/${bucket}/${key.join('/')}` };
  }

  #parameters(present: Stack | undefined): Parameter[] {
    const template = JSON.parse(readFileSync(this.#stack.templatePath, 'utf8')) as { Parameters?: object };
    const names = Object.keys(template.Parameters ?? {});
    const given = { ...this.#stack.parameters, ...this.#options.parameters };
    const known = new Set((present?.Parameters ?? []).map(({ ParameterKey }) => ParameterKey));
    return names.flatMap((ParameterKey): Parameter[] => {
      const ParameterValue = given[ParameterKey];
      if (ParameterValue !== undefined) return [{ ParameterKey, ParameterValue }];
      return known.has(ParameterKey) ? [{ ParameterKey, UsePreviousValue: true }] : [];
    });
  }

  async #protect(stack: Stack): Promise<Stack> {
    const EnableTerminationProtection = this.#stack.terminationProtection;
    if ((stack.EnableTerminationProtection ?? false) === EnableTerminationProtection) return stack;
    await this.#api.updateTerminationProtection({ StackName: stack.StackId, EnableTerminationProtection });
    return { ...stack, EnableTerminationProtection };
  }

  async #describe(StackName: string): Promise<Stack | undefined> {
    try {
      return (await this.#api.describeStacks({ StackName })).Stacks?.[0];
    } catch (error) {
      if (error instanceof Error && error.message.endsWith('does not exist')) return undefined;
      throw error;
    }
  }

  async #untilSettled(stackId: string): Promise<Stack> {
    const { signal } = this.#options;
    for (;;) {
      signal?.throwIfAborted();
      const stack = await this.#describe(stackId);
      await this.#events.tell(stackId);
      if (stack && !stack.StackStatus?.endsWith('_IN_PROGRESS')) return stack;
      await this.#pause(stackId);
    }
  }

  /** Tells events while a call is under way that answers when the operation has ended. */
  async #telling(stackId: string, call: Promise<unknown>): Promise<void> {
    const ended = new AbortController();
    const end = () => ended.abort();
    call.then(end, end);
    while (!ended.signal.aborted) {
      await this.#pause(stackId, ended.signal);
      await this.#events.tell(stackId);
    }
    await call;
  }

  /** Until something changed, or for a moment: a change between looking and listening is not missed for long. */
  async #pause(stackId: string, ended?: AbortSignal): Promise<void> {
    const over = new AbortController();
    const go = () => setTimeout(() => over.abort(), GATHER_MS);
    const unwatch = this.#options.watch?.(stackId, go);
    const signals = ended ? [ended, over.signal] : [over.signal];
    await sleep(PAUSE_MS, undefined, { signal: AbortSignal.any(signals) }).catch(() => {});
    unwatch?.();
  }

  #failure(stack: Stack): DeploymentFailure {
    const failed = this.#events.told.filter(
      ({ ResourceStatus = '', ResourceStatusReason = '', ResourceType }) =>
        ResourceStatus.endsWith('_FAILED') &&
        ResourceType !== 'AWS::CloudFormation::Stack' &&
        !ResourceStatusReason.endsWith('cancelled'),
    );
    const reasons = failed.map(
      ({ LogicalResourceId, ResourceType, ResourceStatusReason }) =>
        `${LogicalResourceId} (${ResourceType}): ${ResourceStatusReason}`,
    );
    const own = stack.StackStatusReason === undefined ? [] : [stack.StackStatusReason];
    return new DeploymentFailure(
      this.#stack.stackName,
      stack.StackStatus,
      reasons.length > 0 ? reasons : own,
    );
  }
}
