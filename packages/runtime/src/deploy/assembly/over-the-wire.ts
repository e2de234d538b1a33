import type { CloudFormation } from '@aws-sdk/client-cloudformation';
import type { S3 } from '@aws-sdk/client-s3';
import { remoteClient } from '../../remote-client.ts';
import type { DeployOptions } from './deploy-options.ts';
import type { Environment } from './placeholders.ts';

/**
 * How to deploy to a runtime in another process.
 *
 * @param defaults - where stacks go that leave it open
 */
export function overTheWire(
  endpoint: string,
  defaults: Environment,
): Pick<DeployOptions, 'clients' | 'account' | 'region'> {
  return {
    ...defaults,
    clients: ({ account, region }) => ({
      s3: remoteClient<S3>('s3', endpoint, region, account),
      cloudformation: remoteClient<CloudFormation>('cloudformation', endpoint, region, account),
    }),
  };
}
