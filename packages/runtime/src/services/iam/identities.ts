import type { IdentityPolicies, IdentitySource } from '../../access/identities.ts';
import type { Database } from '../../store/database.ts';
import { Attachments } from './attachments.ts';
import { awsManagedPolicy } from './aws-managed-policies.ts';
import { type Directory, type Entity, nameKey } from './directory.ts';
import { InlinePolicies } from './inline-policies.ts';
import { Memberships } from './memberships.ts';
import { isAwsPolicy, PolicyCatalog, policyNameOf } from './policy-catalog.ts';
import { globalScope } from './scope.ts';

const ENTITY_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):(role|user)\/(?:.*\/)?([^/]+)$/;

interface Policy {
  readonly name: string;
  readonly document: string;
}

/** What the policies of a role or user are, its groups' included, for whoever decides about its calls. */
export function identitySource(database: Database, directory: Directory): IdentitySource {
  const inline = new InlinePolicies(database);
  const attachments = new Attachments(database);
  const memberships = new Memberships(database);
  const catalog = new PolicyCatalog(directory);

  return (arn) => {
    const [, account = '', kind, name = ''] = ENTITY_ARN.exec(arn) ?? [];
    const scope = globalScope({ account });
    const role = kind === 'role' ? directory.roles.get(scope, nameKey(name)) : undefined;
    const entity: Entity | undefined = role ?? directory.users.get(scope, nameKey(name));
    // A role of this name under another path is another role.
    if (!entity || entity.arn !== arn) return undefined;
    const owners = [entity.id, ...(role ? [] : memberships.groupsOf(entity.id))];
    const attached = owners.flatMap((id) => attachments.of(id));
    const managed = attached.map((policyArn) => ({ policyArn, policy: managedPolicy(account, policyArn) }));
    const boundary = entity.boundary === undefined ? undefined : managedPolicy(account, entity.boundary);
    return {
      policies: [...owners.flatMap((id) => inline.of(id)), ...managed.flatMap(({ policy }) => policy ?? [])],
      boundary,
      trust: role && { name: `trust of ${role.name}`, document: role.trustPolicy },
      tags: Object.fromEntries(entity.tags.map(({ Key, Value }) => [Key, Value])),
      unknown: [
        ...managed.flatMap(({ policyArn, policy }) => (policy ? [] : policyArn)),
        ...(entity.boundary !== undefined && !boundary ? [entity.boundary] : []),
      ],
    } satisfies IdentityPolicies;
  };

  function managedPolicy(account: string, arn: string): Policy | undefined {
    if (isAwsPolicy(arn)) {
      const known = awsManagedPolicy(arn);
      return known && { name: known.name, document: known.document };
    }
    const policy = catalog.customer(globalScope({ account }), arn);
    const version = policy?.versions.find(({ id }) => id === policy.defaultVersion);
    return version && { name: policyNameOf(arn), document: version.document };
  }
}
