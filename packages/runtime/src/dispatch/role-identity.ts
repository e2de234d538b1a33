import { createHash } from 'node:crypto';
import type { IAM } from '@aws-sdk/client-iam';
import type { CallContext } from './context.ts';
import { ServiceError } from './errors.ts';
import type { Host } from './host.ts';

/** A role as a session of it needs it. */
export interface RoleIdentity {
  readonly arn: string;
  /** `AROA…` */
  readonly id: string;
  readonly account: string;
}

const ROLE_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(.+)$/;

/**
 * The role to assume. One that nobody created is assumed all the same, with a warning: programs written
 * for AWS name roles of their own account, and on this machine there is nothing to protect with them.
 *
 * @param on - on whose behalf and where; a call's context, or what an order or job knows of it
 */
export async function roleIdentity(
  host: Host,
  arn: string,
  on: Pick<CallContext, 'caller' | 'region' | 'warn'>,
): Promise<RoleIdentity> {
  const match = ROLE_ARN.exec(arn);
  if (!match) throw new ServiceError('ValidationError', `${arn} is invalid`);
  const [, account = '', path = ''] = match;
  const iam = host.client<IAM>('iam', { caller: { ...on.caller, account }, region: on.region });
  const name = path.slice(path.lastIndexOf('/') + 1);
  try {
    const { Role } = await iam.getRole({ RoleName: name });
    return { arn, account, id: Role?.RoleId ?? syntheticId(arn) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    on.warn(`The role ${arn} does not exist here; on AWS this call would be denied.`);
    return { arn, account, id: syntheticId(arn) };
  }
}

/** A role id in IAM's form, the same for the same role. */
function syntheticId(arn: string): string {
  const letters = createHash('sha256').update(arn).digest('hex').toUpperCase();
  return `AROA${letters.slice(0, 17)}`;
}
