import { type Caller, servicePrincipal } from '../../access/caller.ts';
import type { Scope } from '../../store/collection.ts';
import { invalidInput } from './errors.ts';

/** Glue itself, on account of a job; it acts as the job's role. */
export function glueItself({ account, region }: Scope, job: string): Caller {
  const arn = `arn:aws:glue:${region}:${account}:job/${job}`;
  return servicePrincipal('glue.amazonaws.com', account, { account, arn });
}

/**
 * The role of a job, which may be given by its name, with its path or without.
 *
 * @throws ServiceError when it is an ARN, but no role's
 */
export function roleArnOf({ account }: Pick<Scope, 'account'>, role: string): string {
  if (!role.startsWith('arn:')) return `arn:aws:iam::${account}:role/${role.replace(/^\//, '')}`;
  if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(role)) {
    throw invalidInput(`Role ${role} is not the ARN of a role`);
  }
  return role;
}
