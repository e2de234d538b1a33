import { accountRoot } from '../../../access/caller.ts';
import type { Credentials } from '../../../access/sessions.ts';
import type { Host } from '../../../dispatch/host.ts';
import { roleIdentity } from '../../../dispatch/role-identity.ts';
import type { Scope } from '../../../store/collection.ts';
import { lambdaItself } from '../roles.ts';

/** As long as a function's process is ever used. */
export const CREDENTIALS_MS = 12 * 3600 * 1000;

/** Credentials of a session of the function's role, named after the function as on AWS. */
export async function functionCredentials(
  host: Host,
  scope: Scope,
  name: string,
  roleArn: string,
): Promise<Credentials> {
  // Whether the role exists was said when the function was written.
  const on = { caller: accountRoot(scope.account), region: scope.region, warn: () => {} };
  const role = await roleIdentity(host, roleArn, on, lambdaItself(scope, name));
  const expires = host.clock.now() + CREDENTIALS_MS;
  return await host.database.transaction(() => host.sessions.issue(role, name, expires));
}
