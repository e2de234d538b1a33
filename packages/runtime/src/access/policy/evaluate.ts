import type { Statement } from './compile.ts';
import type { PolicySet } from './policy-set.ts';
import type { PolicyPrincipal, PrincipalMatch } from './principals.ts';
import type { VariableLookup } from './variables.ts';

export interface AccessRequest {
  readonly principal: PolicyPrincipal;
  /** `s3:GetObject` */
  readonly action: string;
  /** The resource's ARN or `*`, and other ARNs that policies may name it by. */
  readonly resources: readonly string[];
  /** Whose resource it is. */
  readonly account: string;
  readonly lookup: VariableLookup;
}

/** Everything that has a say. */
export interface Policies {
  /** The identity's own; undefined for an account's root and for services. */
  readonly identity?: PolicySet | undefined;
  /** What bounds the identity, where something does. */
  readonly boundary?: PolicySet | undefined;
  /** What a session was limited to when it was opened. */
  readonly session?: PolicySet | undefined;
  /** The resource's. */
  readonly resource?: PolicySet | undefined;
  /** Whether the resource's policy has to allow the request whoever asks, as a role's trust policy has. */
  readonly resourceDecides?: boolean | undefined;
}

export type PolicyKind = 'identity' | 'boundary' | 'session' | 'resource';

export type Decision =
  | { readonly allowed: true; readonly by: Statement | undefined }
  /** `by`: the statement that denies; undefined when nothing allows. `kind`: which policy denies or is missing. */
  | { readonly allowed: false; readonly kind: PolicyKind; readonly by: Statement | undefined };

const ALLOWED: Decision = { allowed: true, by: undefined };

/**
 * Decides a request as AWS does: an explicit denial wins; within an account the identity's or the
 * resource's policies have to allow, across accounts both; boundaries and session policies limit.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(request: AccessRequest, policies: Policies): Decision {
  const { principal } = request;
  const { identity, boundary, session, resource, resourceDecides = false } = policies;
  const denial =
    denied(request, identity, 'identity') ??
    denied(request, resource, 'resource') ??
    denied(request, boundary, 'boundary') ??
    denied(request, session, 'session');
  if (denial) return denial;
  const granted = resourceGrant(request, resource);
  if (principal.kind === 'service') {
    return granted || !resourceDecides ? allowed(granted?.by) : missing('resource');
  }
  if (principal.kind === 'account') return ALLOWED;
  const isOwn = principal.account === request.account;
  if (granted?.match === 'direct' && isOwn) return allowed(granted.by);
  if (!granted && (resourceDecides || !isOwn)) {
    const own = allows(request, identity);
    // AWS names the identity's policy first where both are missing.
    return missing(own || resourceDecides ? 'resource' : 'identity');
  }
  let by = granted?.by;
  if (!(granted?.match === 'role' && isOwn)) {
    const own = allows(request, identity);
    if (!own) return missing('identity');
    by = own;
  }
  if (boundary && !allows(request, boundary)) return missing('boundary');
  if (session && !allows(request, session)) return missing('session');
  return allowed(by);
}

function denied(
  request: AccessRequest,
  policies: PolicySet | undefined,
  kind: PolicyKind,
): Decision | undefined {
  if (!policies) return undefined;
  for (const statement of policies.about(request.action).deny) {
    if (applies(statement, request, kind)) return { allowed: false, kind, by: statement };
  }
  return undefined;
}

function allows(request: AccessRequest, policies: PolicySet | undefined): Statement | undefined {
  if (!policies) return undefined;
  for (const statement of policies.about(request.action).allow) {
    if (covers(statement, request)) return statement;
  }
  return undefined;
}

const RANK: Readonly<Record<PrincipalMatch, number>> = { direct: 2, role: 1, account: 0 };

/** The closest grant of the resource's policy. */
function resourceGrant(
  request: AccessRequest,
  policies: PolicySet | undefined,
): { by: Statement; match: PrincipalMatch } | undefined {
  let best: { by: Statement; match: PrincipalMatch } | undefined;
  for (const by of policies?.about(request.action).allow ?? []) {
    const match = by.principal?.(request.principal);
    if (match === undefined || (best && RANK[best.match] >= RANK[match])) continue;
    if (covers(by, request)) best = { by, match };
  }
  return best;
}

function applies(statement: Statement, request: AccessRequest, kind: PolicyKind): boolean {
  if (kind === 'resource' && statement.principal?.(request.principal) === undefined) return false;
  return covers(statement, request);
}

function covers(statement: Statement, { resources, lookup }: AccessRequest): boolean {
  return statement.coversResource(resources, lookup) && statement.holds(lookup);
}

function allowed(by: Statement | undefined): Decision {
  return { allowed: true, by };
}

function missing(kind: PolicyKind): Decision {
  return { allowed: false, kind, by: undefined };
}
