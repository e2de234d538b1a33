import type { Scope } from '../../store/collection.ts';
import { invalidInput } from './errors.ts';

export const GLUE_PRINCIPAL = 'glue.amazonaws.com';

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
