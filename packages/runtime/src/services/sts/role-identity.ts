import { createHash } from 'node:crypto';
import type { IAM } from '@aws-sdk/client-iam';
import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';

export interface RoleIdentity {
  readonly arn: string;
  readonly id: string;
  readonly account: string;
}

const ROLE_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(.+)$/;

/**
 * The role to assume. One that nobody created is assumed all the same, with a warning: programs written
 * for AWS name roles of their own account, and on this machine there is nothing to protect with them.
 */
export async function roleIdentity(host: Host, arn: string, context: CallContext): Promise<RoleIdentity> {
  const match = ROLE_ARN.exec(arn);
  if (!match) throw new ServiceError('ValidationError', `${arn} is invalid`);
  const [, account = '', path = ''] = match;
  const iam = host.client<IAM>('iam', {
    caller: { ...context.caller, account },
    region: context.region,
  });
  const name = path.slice(path.lastIndexOf('/') + 1);
  try {
    const { Role } = await iam.getRole({ RoleName: name });
    return { arn, account, id: Role?.RoleId ?? syntheticId(arn) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    context.warn(`The role ${arn} does not exist here; on AWS this call would be denied.`);
    return { arn, account, id: syntheticId(arn) };
  }
}

/** A role id in IAM's form, the same for the same role. */
function syntheticId(arn: string): string {
  const letters = createHash('sha256').update(arn).digest('hex').toUpperCase();
  return `AROA${letters.slice(0, 17)}`;
}
