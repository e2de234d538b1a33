import { listOf, type RawPrincipal } from './document.ts';

/** Who asks, as policies name it. */
export interface PolicyPrincipal {
  readonly kind: 'account' | 'user' | 'role' | 'service';
  readonly account: string;
  /** The account's root, the user, or the session of a role; a service's principal such as `s3.amazonaws.com`. */
  readonly arn: string;
  /** The role behind a session. */
  readonly roleArn?: string | undefined;
}

/**
 * How closely a resource's policy names who asks, which decides what else has to allow the request:
 * `direct` nothing else, `role` what bounds the role and the session, `account` the identity's own
 * policies as well.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-id-rdp.html
 */
export type PrincipalMatch = 'direct' | 'role' | 'account';

export type PrincipalMatcher = (principal: PolicyPrincipal) => PrincipalMatch | undefined;

const ROOT = /^arn:aws[a-z-]*:iam::(\d{12}):root$/;

/** Compiles the `Principal` element of a resource's policy. */
export function compilePrincipal(raw: RawPrincipal): PrincipalMatcher {
  const { everyone, services, accounts, arns } = readPrincipals(raw);
  return (principal) => {
    if (principal.kind === 'service')
      return everyone || services.has('*') || services.has(principal.arn) ? 'direct' : undefined;
    if (arns.has(principal.arn)) return 'direct';
    if (principal.roleArn !== undefined && arns.has(principal.roleArn)) return 'role';
    // What everybody may do a role may do within its bounds; that no session is named makes the difference.
    if (everyone) return principal.kind === 'role' ? 'role' : 'direct';
    return accounts.has(principal.account) ? 'account' : undefined;
  };
}

/**
 * Compiles `NotPrincipal`: matches unless all that a caller is, is listed: the account, the role and the
 * session, or the account and the user.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export function compileNotPrincipal(raw: RawPrincipal): PrincipalMatcher {
  const { everyone, services, accounts, arns } = readPrincipals(raw);
  const isListed = (principal: PolicyPrincipal): boolean => {
    if (everyone) return true;
    if (principal.kind === 'service') return services.has('*') || services.has(principal.arn);
    if (!accounts.has(principal.account)) return false;
    if (principal.kind === 'account') return true;
    return arns.has(principal.arn) && (principal.roleArn === undefined || arns.has(principal.roleArn));
  };
  return (principal) => (isListed(principal) ? undefined : 'direct');
}

function readPrincipals(raw: RawPrincipal) {
  const aws = typeof raw === 'string' ? [raw] : listOf(raw['AWS']);
  const accountOf = (name: string) => ROOT.exec(name)?.[1] ?? (/^\d{12}$/.test(name) ? name : undefined);
  return {
    everyone: aws.includes('*'),
    services: new Set(typeof raw === 'string' ? [] : listOf(raw['Service'])),
    accounts: new Set(aws.flatMap((name) => accountOf(name) ?? [])),
    arns: new Set(aws.filter((name) => name !== '*')),
  };
}
