import type { CallContext } from '../../dispatch/context.ts';
import type { Scope } from '../../store/collection.ts';

/** IAM is global: an account's entities are the same in all regions. */
export function globalScope({ account }: Pick<Scope, 'account'>): Scope {
  return { account, region: 'aws-global' };
}

/** `arn:aws:iam::<account>:<resource><path><name>`, as in `…:role/service/worker`. */
export function entityArn(
  { account }: Pick<CallContext, 'account'>,
  resource: string,
  path: string,
  name: string,
) {
  return `arn:aws:iam::${account}:${resource}${path}${name}`;
}
