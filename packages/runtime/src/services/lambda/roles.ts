import { type Caller, servicePrincipal } from '../../access/caller.ts';
import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import { roleIdentity } from '../../dispatch/role-identity.ts';
import type { Scope } from '../../store/collection.ts';
import { invalidParameter } from './errors.ts';
import { type FunctionReference, functionArn } from './names.ts';

/** Lambda itself, on account of a function; it acts as the function's role. */
export function lambdaItself(scope: Scope, name: string): Caller {
  const { account } = scope;
  return servicePrincipal('lambda.amazonaws.com', account, { account, arn: functionArn(scope, name) });
}

/**
 * Checks that Lambda may act as a function's role.
 *
 * @throws InvalidParameterValueException where policies are enforced and the role does not trust Lambda
 */
export async function checkRole(
  host: Host,
  role: string,
  { scope, name }: Pick<FunctionReference, 'scope' | 'name'>,
  context: CallContext,
): Promise<void> {
  try {
    await roleIdentity(host, role, context, lambdaItself(scope, name));
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'AccessDenied') throw error;
    throw invalidParameter('The role defined for the function cannot be assumed by Lambda.');
  }
}
