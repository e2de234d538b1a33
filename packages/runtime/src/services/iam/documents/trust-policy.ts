import { malformedPolicy } from '../failures.ts';
import { type PolicyDocument, readPolicyDocument } from './grammar.ts';
import { checkSids } from './identity-policy.ts';

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
const AWS_PRINCIPAL =
  /^(\*|\d{12}|A(ROA|IDA)[A-Z0-9]+|arn:aws[a-z-]*:iam::\d{12}:(root|(user|role)\/.+)|arn:aws[a-z-]*:sts::\d{12}:(assumed-role|federated-user)\/.+)$/;
const SERVICE_PRINCIPAL =
  /^[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.com(\.cn)?|aws\.internal|amazon\.com|c2s\.ic\.gov)$/;

/**
 * Checks the policy that says who may assume a role.
 *
 * @throws MalformedPolicyDocument
 */
export function checkTrustPolicy(text: string): PolicyDocument {
  const document = readPolicyDocument(text);
  for (const statement of document.Statement) {
    const { Effect, Resource, NotResource, Principal, NotPrincipal, Action = [] } = statement;
    if (Effect !== 'Allow' && Effect !== 'Deny') throw malformedPolicy('Syntax errors in policy.');
    if (Resource ?? NotResource) throw malformedPolicy('Has prohibited field Resource.');
    // The sentence for a missing principal is unverified: no recording of it was found.
    if (Principal === undefined && NotPrincipal === undefined)
      throw malformedPolicy('Missing required field Principal.');
    if (Action.some((action) => !/^sts:/i.test(action)) || statement.NotAction) {
      throw malformedPolicy(
        'Trust Policy statement actions can only be sts:AssumeRole, sts:AssumeRoleWithSAML,  and sts:AssumeRoleWithWebIdentity',
      );
    }
    if (Action.length === 0) throw malformedPolicy('AssumeRole policy must contain actions.');
    checkPrincipal(Principal ?? NotPrincipal);
  }
  checkSids(document.Statement);
  return document;
}

/** ARNs of roles and users that a trust policy names. */
export function trustedEntities({ Statement }: PolicyDocument): string[] {
  return Statement.flatMap(({ Principal }) => {
    const named =
      typeof Principal === 'object' && Principal !== null
        ? (Principal as Record<string, unknown>)['AWS']
        : [];
    return (Array.isArray(named) ? named : [named]).filter(
      (item): item is string => typeof item === 'string' && /:iam::\d{12}:(role|user)\//.test(item),
    );
  });
}

function checkPrincipal(principal: unknown): void {
  if (principal === '*') return;
  if (typeof principal !== 'object' || principal === null || Array.isArray(principal)) {
    throw malformedPolicy('Syntax errors in policy.');
  }
  for (const [kind, value] of Object.entries(principal as Record<string, unknown>)) {
    for (const name of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof name !== 'string') throw malformedPolicy('Syntax errors in policy.');
      if (!isPrincipal(kind, name)) {
        throw malformedPolicy(`Invalid principal in policy: "${kind.toUpperCase()}":"${name}"`);
      }
    }
  }
}

function isPrincipal(kind: string, name: string): boolean {
  switch (kind) {
    case 'AWS':
      return AWS_PRINCIPAL.test(name);
    case 'Service':
      return SERVICE_PRINCIPAL.test(name) || name === '*';
    case 'Federated':
    case 'CanonicalUser':
      return name !== '';
    default:
      return false;
  }
}
