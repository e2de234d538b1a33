import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import { roleIdentity } from '../../dispatch/role-identity.ts';
import { invalidParameter } from './errors.ts';

export const LAMBDA_PRINCIPAL = 'lambda.amazonaws.com';

/**
 * Checks that Lambda may act as a function's role.
 *
 * @throws InvalidParameterValueException where policies are enforced and the role does not trust Lambda
 */
export async function checkRole(host: Host, role: string, context: CallContext): Promise<void> {
  try {
    await roleIdentity(host, role, context, LAMBDA_PRINCIPAL);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'AccessDenied') throw error;
    throw invalidParameter('The role defined for the function cannot be assumed by Lambda.');
  }
}
