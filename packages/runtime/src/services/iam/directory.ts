import { Collection, type Scope } from '../../store/collection.ts';
import type { Database } from '../../store/database.ts';
import { noSuchEntity } from './failures.ts';
import type { Tag } from './tags.ts';

export type EntityKind = 'role' | 'user' | 'group';

/** What roles, users and groups have in common. `id` (AROA…, AIDA…, AGPA…) outlives a change of name. */
export interface Entity {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly created: Date;
  readonly tags: readonly Tag[];
  /** ARN of the policy that bounds its permissions. */
  readonly boundary?: string | undefined;
}

export interface RoleEntity extends Entity {
  readonly trustPolicy: string;
  readonly description?: string | undefined;
  readonly maxSessionSeconds: number;
}

export interface InstanceProfile {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly created: Date;
  readonly tags: readonly Tag[];
  /** The one role it may have, by the role's id. */
  readonly roleId?: string | undefined;
}

/** A policy of the account's own, with its versions in the order of creation. */
export interface CustomerPolicy {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly created: Date;
  readonly updated: Date;
  readonly description?: string | undefined;
  readonly tags: readonly Tag[];
  readonly defaultVersion: string;
  readonly versions: readonly { readonly id: string; readonly document: string; readonly created: Date }[];
  /** Number of the version to be made next; numbers of deleted versions are not used again. */
  readonly nextVersion: number;
}

export const directorySchema = [
  ...['iam_role', 'iam_user', 'iam_group', 'iam_instance_profile'].map((table) =>
    Collection.schema(table, ['entity TEXT NOT NULL']),
  ),
  Collection.schema('iam_policy', ['arn TEXT NOT NULL']),
  `CREATE TABLE iam_attachment (account TEXT NOT NULL, kind TEXT NOT NULL, entity TEXT NOT NULL,
     policy_arn TEXT NOT NULL, PRIMARY KEY (entity, policy_arn)) STRICT;
   CREATE INDEX iam_attachment_policy ON iam_attachment (account, policy_arn);
   CREATE TABLE iam_inline_policy (entity TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL,
     PRIMARY KEY (entity, name)) STRICT;
   CREATE TABLE iam_membership (member TEXT NOT NULL, member_group TEXT NOT NULL,
     PRIMARY KEY (member, member_group)) STRICT;
   CREATE INDEX iam_membership_group ON iam_membership (member_group);
   CREATE TABLE iam_account_alias (account TEXT PRIMARY KEY, alias TEXT NOT NULL UNIQUE) STRICT;`,
].join('\n');

/** Names are unique whatever the case of their letters. */
export function nameKey(name: string): string {
  return name.toLowerCase();
}

/** The account's identities and policies: the tables behind all of IAM's operations. */
export class Directory {
  readonly roles: Collection<RoleEntity>;
  readonly users: Collection<Entity>;
  readonly groups: Collection<Entity>;
  readonly profiles: Collection<InstanceProfile>;
  readonly policies: Collection<CustomerPolicy>;

  constructor(database: Database) {
    const entity = ({ id }: { id: string }) => id;
    this.roles = new Collection<RoleEntity>(database, 'iam_role', { entity });
    this.users = new Collection<Entity>(database, 'iam_user', { entity });
    this.groups = new Collection<Entity>(database, 'iam_group', { entity });
    this.profiles = new Collection<InstanceProfile>(database, 'iam_instance_profile', { entity });
    this.policies = new Collection(database, 'iam_policy', { arn: ({ arn }) => arn });
  }

  /** @throws NoSuchEntity */
  role(scope: Scope, name: string): RoleEntity {
    return this.roles.get(scope, nameKey(name)) ?? missing('role', name);
  }

  /** @throws NoSuchEntity */
  user(scope: Scope, name: string): Entity {
    return this.users.get(scope, nameKey(name)) ?? missing('user', name);
  }

  /** @throws NoSuchEntity */
  group(scope: Scope, name: string): Entity {
    return this.groups.get(scope, nameKey(name)) ?? missing('group', name);
  }

  /** @throws NoSuchEntity */
  profile(scope: Scope, name: string): InstanceProfile {
    const profile = this.profiles.get(scope, nameKey(name));
    if (!profile) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
    return profile;
  }

  /** @throws NoSuchEntity */
  entity(scope: Scope, kind: EntityKind, name: string): Entity {
    return this.collectionOf(kind).get(scope, nameKey(name)) ?? missing(kind, name);
  }

  entityById(scope: Scope, kind: EntityKind, id: string): Entity | undefined {
    return this.collectionOf(kind).list(scope, { where: { entity: id }, limit: 1 })[0]?.document;
  }

  /** For reading what all kinds have in common. */
  collectionOf(kind: EntityKind): Pick<Collection<Entity>, 'get' | 'list'> {
    switch (kind) {
      case 'role':
        return this.roles;
      case 'user':
        return this.users;
      case 'group':
        return this.groups;
      default:
        return kind satisfies never;
    }
  }
}

function missing(kind: EntityKind, name: string): never {
  throw noSuchEntity(`The ${kind} with name ${name} cannot be found.`);
}
