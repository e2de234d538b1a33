import { accountRoot, type Caller, roleSession, servicePrincipal } from '../../access/caller.ts';
import type { Credentials } from '../../access/sessions.ts';
import type { CallContext } from '../../dispatch/context.ts';
import type { Host } from '../../dispatch/host.ts';
import { type RoleIdentity, roleIdentity } from '../../dispatch/role-identity.ts';
import type { Scope } from '../../store/collection.ts';

const SESSION = 'SageMaker';

/** SageMaker itself, on account of one of its resources; it acts as the resource's role. */
function sagemakerItself(account: string, arn: string): Caller {
  return servicePrincipal('sagemaker.amazonaws.com', account, { account, arn });
}

/**
 * Tells the caller of a role that is not there or does not trust SageMaker.
 *
 * @throws ServiceError when policies are enforced and it cannot be assumed
 */
export async function checkRole(host: Host, context: CallContext, role: string, arn: string): Promise<void> {
  await roleIdentity(host, role, context, sagemakerItself(context.account, arn));
}

/** As whom a resource reads and writes S3 and its logs. */
export async function roleCaller(host: Host, scope: Scope, role: string, arn: string): Promise<Caller> {
  return roleSession(await identityOf(host, scope, role, arn), SESSION);
}

/** Credentials for a resource's process. @param lasting - in milliseconds */
export async function roleCredentials(
  host: Host,
  scope: Scope,
  { role, arn, lasting }: { role: string; arn: string; lasting: number },
): Promise<Credentials> {
  const identity = await identityOf(host, scope, role, arn);
  const expires = host.clock.now() + lasting;
  return await host.database.transaction(() => host.sessions.issue(identity, SESSION, expires));
}

async function identityOf(host: Host, scope: Scope, role: string, arn: string): Promise<RoleIdentity> {
  // Whether the role exists was said when the resource was made.
  const on = { caller: accountRoot(scope.account), region: scope.region, warn: () => {} };
  return await roleIdentity(host, role, on, sagemakerItself(scope.account, arn));
}
