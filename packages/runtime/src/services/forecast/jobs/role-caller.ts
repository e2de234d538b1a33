import { accountRoot, type Caller, roleSession, servicePrincipal } from '../../../access/caller.ts';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Host } from '../../../dispatch/host.ts';
import { roleIdentity } from '../../../dispatch/role-identity.ts';
import type { Scope } from '../../../store/collection.ts';

/**
 * As whom the service reads and writes a user's bucket: a session of the S3Config's role. What is an ARN
 * but no role's counts as the account itself, as the service takes any ARN.
 */
export async function roleCaller(host: Host, { account, region }: Scope, roleArn: string): Promise<Caller> {
  const caller = accountRoot(account);
  const warn = (message: string) => host.progress.emit({ type: 'warning', service: 'forecast', message });
  try {
    const itself = servicePrincipal('forecast.amazonaws.com', account);
    const role = await roleIdentity(host, roleArn, { caller, region, warn }, itself);
    return roleSession(role, 'AmazonForecast');
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code === 'AccessDenied') throw error;
    warn(`${roleArn} is no IAM role; the bucket is reached as the account ${account}.`);
    return caller;
  }
}
