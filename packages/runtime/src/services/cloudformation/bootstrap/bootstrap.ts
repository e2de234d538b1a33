import type { S3 } from '@aws-sdk/client-s3';
import type { SSM } from '@aws-sdk/client-ssm';
import { accountRoot, type Caller } from '../../../access/caller.ts';
import { beginOperation, draftStack, keepTarget } from '../../../deploy/begin.ts';
import type { Deployer } from '../../../deploy/deployer.ts';
import { prepareTarget } from '../../../deploy/prepare.ts';
import { isInProgress } from '../../../deploy/state/stack.ts';
import type { Call } from '../../../dispatch/dispatcher.ts';
import { bootstrapTemplate } from './bootstrap-template.ts';
import { type CdkEnvironment, namedEnvironment, toolkitStack } from './named-environment.ts';

const TEMPLATE = JSON.stringify(bootstrapTemplate);

// Tells the calls of the bootstrapping itself from those that have to wait for it.
const BOOTSTRAP_KEY = 'slipway-bootstrap';

/**
 * Bootstraps environments of the CDK when somebody first asks for what bootstrapping makes: a deployment
 * works in every account and region without `cdk bootstrap`, and nobody who does not use the CDK sees
 * anything of it. It is a stack like any other, so a crash in between loses nothing.
 */
export class Bootstrap {
  readonly #deployer: Deployer;
  readonly #pending = new Map<string, Promise<void>>();
  /** Environments whose resources somebody else has made. */
  readonly #foreign = new Set<string>();

  constructor(deployer: Deployer) {
    this.#deployer = deployer;
  }

  /** Makes the environment that a call names, unless it is there. */
  beforeCall(call: Call): Promise<void> | undefined {
    const environment = namedEnvironment(call);
    if (!environment || call.caller.accessKeyId === BOOTSTRAP_KEY) return undefined;
    const key = `${environment.account}/${environment.region}/${environment.qualifier}`;
    const pending = this.#pending.get(key);
    if (pending) return pending;
    if (this.#foreign.has(key) || this.#isThere(environment)) return undefined;
    const made = this.#make(environment, key).finally(() => this.#pending.delete(key));
    this.#pending.set(key, made);
    return made;
  }

  /** Whether there is a stack already that is not being made by an earlier life of the runtime. */
  #isThere(environment: CdkEnvironment): boolean {
    const { stacks } = this.#deployer;
    const stack = stacks.byName(environment, toolkitStack(environment.qualifier));
    if (!stack || stack.status === 'REVIEW_IN_PROGRESS') return false;
    const operation = stacks.operation(stack.operationId ?? '', stack);
    return !isInProgress(stack) || operation?.caller.accessKeyId !== BOOTSTRAP_KEY;
  }

  async #make(environment: CdkEnvironment, key: string): Promise<void> {
    const { stacks } = this.#deployer;
    const caller = accountRoot(environment.account, BOOTSTRAP_KEY);
    const name = toolkitStack(environment.qualifier);
    try {
      const stack = stacks.byName(environment, name);
      if (!stack || stack.status === 'REVIEW_IN_PROGRESS') {
        if (await this.#hasVersion(environment, caller)) {
          this.#foreign.add(key);
          return;
        }
        await this.#begin(environment, caller, name);
      }
      const begun = stacks.byName(environment, name);
      const ended = begun && (await this.#deployer.untilSettled(begun.id, this.#deployer.stopping));
      if (ended && ended.status !== 'CREATE_COMPLETE') {
        this.#warn(`The stack ${name}, which the CDK needs, could not be made: it is in ${ended.status}.`);
      }
    } catch (error) {
      // The call that asked for it goes on and fails by itself where it needs what is missing.
      this.#warn(`The CDK's bootstrap resources could not be made: ${String(error)}`);
    }
  }

  async #begin(environment: CdkEnvironment, caller: Caller, name: string): Promise<void> {
    const { host, stacks } = this.#deployer;
    const { qualifier } = environment;
    const draft = stacks.byName(environment, name) ?? draftStack(this.#deployer, environment, name);
    const keepBucket = await this.#hasBucket(environment, caller);
    const { target } = await prepareTarget(this.#deployer, caller, draft, {
      text: TEMPLATE,
      parameters: [
        { ParameterKey: 'Qualifier', ParameterValue: qualifier },
        { ParameterKey: 'KeepBucket', ParameterValue: String(keepBucket) },
      ],
      tags: [],
      capabilities: ['CAPABILITY_NAMED_IAM'],
      notificationArns: [],
      previous: undefined,
    });
    await host.database.transaction(() => {
      if (!stacks.byId(draft.id)) stacks.insert(draft);
      keepTarget(this.#deployer, target, TEMPLATE);
      beginOperation(this.#deployer, draft, 'CREATE_STACK', { caller }, { target });
    });
  }

  async #hasVersion({ region, qualifier }: CdkEnvironment, caller: Caller): Promise<boolean> {
    const ssm = this.#deployer.host.client<SSM>('ssm', { caller, region });
    return await ssm.getParameter({ Name: `/cdk-bootstrap/${qualifier}/version` }).then(
      () => true,
      () => false,
    );
  }

  async #hasBucket({ account, region, qualifier }: CdkEnvironment, caller: Caller): Promise<boolean> {
    const s3 = this.#deployer.host.client<S3>('s3', { caller, region });
    return await s3.headBucket({ Bucket: `cdk-${qualifier}-assets-${account}-${region}` }).then(
      () => true,
      () => false,
    );
  }

  #warn(message: string): void {
    this.#deployer.host.progress.emit({ type: 'warning', service: 'cloudformation', message });
  }
}
