import type { CloudFormation, StackEvent } from '@aws-sdk/client-cloudformation';
import type { ClientOf } from '../../dispatch/types.ts';
import type { Environment } from './placeholders.ts';
import type { AssetStore } from './publish-assets.ts';

/** What is needed of a CloudFormation client, in this process or over the wire. */
export type StackApi = Pick<
  ClientOf<CloudFormation>,
  | 'createChangeSet'
  | 'deleteChangeSet'
  | 'deleteStack'
  | 'describeChangeSet'
  | 'describeStackEvents'
  | 'describeStacks'
  | 'executeChangeSet'
  | 'updateTerminationProtection'
>;

/** Clients for one account and region. */
export interface EnvironmentClients {
  readonly s3: AssetStore;
  readonly cloudformation: StackApi;
}

/** What a deployment tells while it goes on. */
export type DeploymentEvent =
  | { readonly type: 'stack.started'; readonly stackName: string; readonly environment: Environment }
  | { readonly type: 'asset.published'; readonly stackName: string; readonly asset: string }
  | { readonly type: 'stack.event'; readonly stackName: string; readonly event: StackEvent }
  | { readonly type: 'stack.deployed'; readonly stack: DeployedStack };

export interface DeployOptions {
  readonly clients: (environment: Environment) => EnvironmentClients;
  /** Where stacks go that leave it open. */
  readonly account: string;
  readonly region: string;
  /** Names of stacks, or their ids in the assembly, with those they depend on; default all. */
  readonly stacks?: readonly string[];
  /** Values of parameters, for every stack that has one of that name. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly listener?: (event: DeploymentEvent) => void;
  /**
   * Calls a listener whenever a stack may have changed, until the returned function is called: what
   * `runtime.signals.watch` does. Over the wire there is none, and stacks are looked at now and then.
   */
  readonly watch?: (stackId: string, listener: () => void) => () => void;
  readonly signal?: AbortSignal;
}

export interface DeployedStack {
  readonly stackName: string;
  readonly stackId: string;
  readonly environment: Environment;
  readonly outputs: Readonly<Record<string, string>>;
  /** False when there was nothing to do. */
  readonly changed: boolean;
  readonly seconds: number;
}
