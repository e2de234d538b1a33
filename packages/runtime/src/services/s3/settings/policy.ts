import { fault } from '../errors.ts';

interface Statement {
  Effect?: unknown;
  Principal?: unknown;
  NotPrincipal?: unknown;
  Action?: unknown;
  NotAction?: unknown;
  Resource?: unknown;
  NotResource?: unknown;
  Condition?: unknown;
}

/**
 * Checks the form of a bucket policy and that it is about this bucket.
 *
 * @throws MalformedPolicy
 */
export function checkPolicy(text: string, bucket: string): void {
  const refuse = (message?: string) => fault('MalformedPolicy', {}, message);
  if (!text.trimStart().startsWith('{')) throw refuse();
  let policy: { Statement?: unknown; Version?: unknown };
  try {
    policy = JSON.parse(text) as typeof policy;
  } catch {
    throw refuse('This policy contains invalid Json');
  }
  if (policy.Statement === undefined) throw refuse('Missing required field Statement');
  for (const statement of statementsOf(policy.Statement)) {
    if (statement.Principal === undefined && statement.NotPrincipal === undefined) {
      throw refuse('Missing required field Principal');
    }
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
      throw refuse(`Invalid effect: ${String(statement.Effect)}`);
    }
    if (statement.Action === undefined && statement.NotAction === undefined) {
      throw refuse('Missing required field Action');
    }
    const resources = [statement.Resource ?? statement.NotResource].flat();
    if (resources[0] === undefined) throw refuse('Missing required field Resource');
    if (!resources.every((resource) => isAbout(String(resource), bucket))) {
      throw refuse('Policy has invalid resource');
    }
  }
}

/** Whether everybody is allowed something, without a condition. */
export function isPublic(text: string): boolean {
  const { Statement } = JSON.parse(text) as { Statement: unknown };
  return statementsOf(Statement).some(({ Effect, Principal, Condition }) => {
    const principals =
      typeof Principal === 'object' && Principal !== null ? Object.values(Principal).flat() : [Principal];
    return Effect === 'Allow' && Condition === undefined && principals.includes('*');
  });
}

function statementsOf(value: unknown): Statement[] {
  return [value].flat() as Statement[];
}

function isAbout(resource: string, bucket: string): boolean {
  const [, name = ''] = /^arn:aws[a-z-]*:s3:::([^/]*)/.exec(resource) ?? [];
  return resource === '*' || name === bucket || (name.includes('*') && matches(name, bucket));
}

function matches(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}
