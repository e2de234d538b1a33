import type { CloudFormation } from '@aws-sdk/client-cloudformation';
import type { S3 } from '@aws-sdk/client-s3';
import { accountRoot } from '../../access/caller.ts';
import type { ClientOptions } from '../../dispatch/host.ts';
import type { ClientOf } from '../../dispatch/types.ts';
import type { Signals } from '../../store/signals.ts';
import type { DeployOptions } from './deploy-options.ts';

/** What of a running runtime a deployment inside its process needs. */
export interface DeployTarget {
  readonly config: { readonly defaultAccount: string; readonly defaultRegion: string };
  readonly signals: Signals;
  client<Sdk>(service: string, options: Partial<ClientOptions>): ClientOf<Sdk>;
}

/** How to deploy to a runtime in this process. */
export function inProcess(
  runtime: DeployTarget,
): Pick<DeployOptions, 'clients' | 'account' | 'region' | 'watch'> {
  const { config, signals } = runtime;
  return {
    account: config.defaultAccount,
    region: config.defaultRegion,
    clients: ({ account, region }) => ({
      s3: runtime.client<S3>('s3', { caller: accountRoot(account), region }),
      cloudformation: runtime.client<CloudFormation>('cloudformation', {
        caller: accountRoot(account),
        region,
      }),
    }),
    watch: (stackId, listener) => signals.watch(stackId, listener),
  };
}
