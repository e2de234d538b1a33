import type { IAM } from '@aws-sdk/client-iam';
import type { CallContext } from '../../dispatch/context.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { Database } from '../../store/database.ts';
import type { Directory, EntityKind } from './directory.ts';
import { documentSize, encodeDocument } from './documents/encoding.ts';
import { checkIdentityPolicy } from './documents/identity-policy.ts';
import { limitExceeded, noSuchEntity } from './failures.ts';
import { type PageRequest, pageOf } from './paging.ts';
import { globalScope } from './scope.ts';

// Characters of all inline policies of one entity together, white space not counted.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const MOST_CHARACTERS: Record<EntityKind, number> = { user: 2048, role: 10_240, group: 5120 };

/** Policies that are part of one role, user or group; documents as they were given. */
export class InlinePolicies {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  put(entity: string, name: string, document: string): void {
    this.#database.run(
      `INSERT INTO iam_inline_policy VALUES (?, ?, ?)
       ON CONFLICT (entity, name) DO UPDATE SET document = excluded.document`,
      entity,
      name,
      document,
    );
  }

  get(entity: string, name: string): string | undefined {
    return this.of(entity).find((policy) => policy.name === name)?.document;
  }

  delete(entity: string, name: string): boolean {
    const sql = 'DELETE FROM iam_inline_policy WHERE entity = ? AND name = ?';
    return this.#database.run(sql, entity, name).changes > 0;
  }

  /** All of an entity, by name. */
  of(entity: string): { name: string; document: string }[] {
    return this.#database.all(
      'SELECT name, document FROM iam_inline_policy WHERE entity = ? ORDER BY name',
      entity,
    );
  }
}

/** Put, Get, Delete and List of the inline policies of roles, users and groups. */
export function inlinePolicyOperations(host: Host, directory: Directory) {
  const inline = new InlinePolicies(host.database);

  const put = (kind: EntityKind, owner: string, name: string, document: string, context: CallContext) => {
    checkIdentityPolicy(document);
    return context.transaction(() => {
      const { id } = directory.entity(globalScope(context), kind, owner);
      inline.put(id, name, document);
      const size = inline.of(id).reduce((sum, policy) => sum + documentSize(policy.document), 0);
      const most = MOST_CHARACTERS[kind];
      if (size > most) {
        throw limitExceeded(`Maximum policy size of ${most} bytes exceeded for ${kind} ${owner}`);
      }
      return {};
    });
  };
  const get = (kind: EntityKind, owner: string, PolicyName: string, context: CallContext) => {
    const { id, name } = directory.entity(globalScope(context), kind, owner);
    const document = inline.get(id, PolicyName);
    if (document === undefined) throw noInlinePolicy(kind, PolicyName);
    return { name, PolicyName, PolicyDocument: encodeDocument(document) };
  };
  const remove = (kind: EntityKind, owner: string, name: string, context: CallContext) =>
    context.transaction(() => {
      const { id } = directory.entity(globalScope(context), kind, owner);
      if (!inline.delete(id, name)) throw noInlinePolicy(kind, name);
      return {};
    });
  const list = (kind: EntityKind, owner: string, request: PageRequest, context: CallContext) => {
    const { id } = directory.entity(globalScope(context), kind, owner);
    const { items, ...page } = pageOf(inline.of(id), request, ({ name }) => name, [kind, id, 'inline']);
    return { PolicyNames: items.map(({ name }) => name), ...page };
  };

  return {
    PutRolePolicy: (input, context) =>
      put('role', input.RoleName, input.PolicyName, input.PolicyDocument, context),
    PutUserPolicy: (input, context) =>
      put('user', input.UserName, input.PolicyName, input.PolicyDocument, context),
    PutGroupPolicy: (input, context) =>
      put('group', input.GroupName, input.PolicyName, input.PolicyDocument, context),

    GetRolePolicy(input, context) {
      const { name: RoleName, ...policy } = get('role', input.RoleName, input.PolicyName, context);
      return { RoleName, ...policy };
    },
    GetUserPolicy(input, context) {
      const { name: UserName, ...policy } = get('user', input.UserName, input.PolicyName, context);
      return { UserName, ...policy };
    },
    GetGroupPolicy(input, context) {
      const { name: GroupName, ...policy } = get('group', input.GroupName, input.PolicyName, context);
      return { GroupName, ...policy };
    },

    DeleteRolePolicy: (input, context) => remove('role', input.RoleName, input.PolicyName, context),
    DeleteUserPolicy: (input, context) => remove('user', input.UserName, input.PolicyName, context),
    DeleteGroupPolicy: (input, context) => remove('group', input.GroupName, input.PolicyName, context),

    ListRolePolicies: (input, context) => list('role', input.RoleName, input, context),
    ListUserPolicies: (input, context) => list('user', input.UserName, input, context),
    ListGroupPolicies: (input, context) => list('group', input.GroupName, input, context),
  } satisfies Operations<IAM>;
}

function noInlinePolicy(kind: EntityKind, name: string) {
  return noSuchEntity(`The ${kind} policy with name ${name} cannot be found.`);
}
