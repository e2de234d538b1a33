import type { Decision } from './policy/evaluate.ts';

type Refusal = Extract<Decision, { allowed: false }>;

const KINDS = {
  identity: 'identity-based policy',
  resource: 'resource-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
} as const;

/**
 * Why a request is refused, in AWS's words.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 *
 * @param assumes - whether the resource's policy is a role's trust policy
 */
export function refusalSentence(
  who: string,
  { action, resource, assumes = false }: { action: string; resource: string; assumes?: boolean },
  { kind, by }: Refusal,
): string {
  const policy = kind === 'resource' && assumes ? 'role trust policy' : KINDS[kind];
  const on = resource === '*' ? '' : ` on resource: ${resource}`;
  const article = kind === 'identity' ? 'an' : 'a';
  const why = by
    ? `with an explicit deny in ${article} ${policy}`
    : `because no ${policy} allows the ${action} action`;
  return `User: ${who} is not authorized to perform: ${action}${on} ${why}`;
}
