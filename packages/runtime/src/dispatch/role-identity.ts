import { createHash } from 'node:crypto';
import type { IAM } from '@aws-sdk/client-iam';
import { type Caller, servicePrincipal } from '../access/caller.ts';
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
 * The role to assume, if it trusts who wants to. One that nobody created is assumed all the same, with a
 * warning, unless policies are enforced: programs written for AWS name roles of their own account, and on
 * this machine there is nothing to protect with them.
 *
 * @param on - on whose behalf and where; a call's context, or what an order or job knows of it
 * @param by - who assumes it, such as a service on account of a resource; undefined where that has been checked
 * @throws ServiceError when the text is no role's ARN; AccessDenied when policies are enforced and deny it
 */
export async function roleIdentity(
  host: Host,
  arn: string,
  on: Pick<CallContext, 'caller' | 'region' | 'warn'>,
  by: Caller | undefined,
): Promise<RoleIdentity> {
  const match = ROLE_ARN.exec(arn);
  if (!match) throw new ServiceError('ValidationError', `${arn} is invalid`);
  const [, account = '', path = ''] = match;
  // The look-up is the runtime's own: on AWS no permission is needed for it.
  const iam = host.client<IAM>('iam', {
    caller: servicePrincipal('sts.amazonaws.com', account),
    region: on.region,
  });
  const name = path.slice(path.lastIndexOf('/') + 1);
  let id: string;
  try {
    const { Role } = await iam.getRole({ RoleName: name });
    id = Role?.RoleId ?? syntheticId(arn);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (host.authorizer.mode === 'enforce') throw cannotAssume(`The role ${arn} does not exist here.`);
    on.warn(`The role ${arn} does not exist here; on AWS this call would be denied.`);
    return { arn, account, id: syntheticId(arn) };
  }
  if (by !== undefined) checkTrust(host, arn, by, on);
  return { arn, account, id };
}

function checkTrust(host: Host, arn: string, by: Caller, on: Pick<CallContext, 'region' | 'warn'>): void {
  if (host.authorizer.mode === 'off') return;
  const denial = host.authorizer.checkAssume(arn, by, on.region);
  if (denial?.refused) throw cannotAssume(denial.sentence);
  if (denial?.isNew) on.warn(`AWS would deny this: ${denial.sentence}`);
}

function cannotAssume(sentence: string): ServiceError {
  return new ServiceError('AccessDenied', sentence, { status: 403 });
}

/** A role id in IAM's form, the same for the same role. */
function syntheticId(arn: string): string {
  const letters = createHash('sha256').update(arn).digest('hex').toUpperCase();
  return `AROA${letters.slice(0, 17)}`;
}
