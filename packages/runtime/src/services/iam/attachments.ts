import type { IAM } from '@aws-sdk/client-iam';
import type { CallContext } from '../../dispatch/context.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { Scope } from '../../store/collection.ts';
import type { Database } from '../../store/database.ts';
import type { Directory, EntityKind } from './directory.ts';
import { noSuchEntity, quotaExceeded } from './failures.ts';
import { byName, type PageRequest, pageOf } from './paging.ts';
import { PolicyCatalog, policyNameOf, policyPathOf } from './policy-catalog.ts';
import { globalScope } from './scope.ts';

const MOST_ATTACHED: Record<EntityKind, { quota: string; limit: number }> = {
  role: { quota: 'PoliciesPerRole', limit: 10 },
  user: { quota: 'PoliciesPerUser', limit: 10 },
  group: { quota: 'PoliciesPerGroup', limit: 10 },
};

/** Which managed policies are attached to which roles, users and groups. */
export class Attachments {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  attach({ account }: Scope, kind: EntityKind, entity: string, policyArn: string): void {
    const sql = 'INSERT INTO iam_attachment VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING';
    this.#database.run(sql, account, kind, entity, policyArn);
  }

  /** @returns whether it was attached */
  detach(entity: string, policyArn: string): boolean {
    const sql = 'DELETE FROM iam_attachment WHERE entity = ? AND policy_arn = ?';
    return this.#database.run(sql, entity, policyArn).changes > 0;
  }

  /** ARNs of the policies attached to an entity, by the policies' names. */
  of(entity: string): string[] {
    return this.#database
      .all<{ policy_arn: string }>('SELECT policy_arn FROM iam_attachment WHERE entity = ?', entity)
      .map((row) => row.policy_arn)
      .sort(byName(policyNameOf));
  }

  entitiesOf({ account }: Scope, policyArn: string): { kind: EntityKind; entity: string }[] {
    const sql = 'SELECT kind, entity FROM iam_attachment WHERE account = ? AND policy_arn = ? ORDER BY rowid';
    return this.#database.all(sql, account, policyArn);
  }

  /** Number of entities that each attached policy of the account has, by ARN. */
  counts({ account }: Scope): Map<string, number> {
    const sql = 'SELECT policy_arn, count(*) AS n FROM iam_attachment WHERE account = ? GROUP BY policy_arn';
    const rows = this.#database.all<{ policy_arn: string; n: number }>(sql, account);
    return new Map(rows.map(({ policy_arn, n }) => [policy_arn, n]));
  }
}

/** Attach, Detach and List of managed policies on roles, users and groups. */
export function attachmentOperations(host: Host, directory: Directory) {
  const attachments = new Attachments(host.database);
  const catalog = new PolicyCatalog(directory);

  const attach = (kind: EntityKind, owner: string, policyArn: string, context: CallContext) => {
    const scope = globalScope(context);
    return context.transaction(() => {
      const { id } = directory.entity(scope, kind, owner);
      catalog.checkAttachable(scope, policyArn, context);
      attachments.attach(scope, kind, id, policyArn);
      const { quota, limit } = MOST_ATTACHED[kind];
      if (attachments.of(id).length > limit) throw quotaExceeded(quota, limit);
      return {};
    });
  };
  const detach = (kind: EntityKind, owner: string, policyArn: string, context: CallContext) =>
    context.transaction(() => {
      const { id } = directory.entity(globalScope(context), kind, owner);
      if (!attachments.detach(id, policyArn)) throw noSuchEntity(`Policy ${policyArn} was not found.`);
      return {};
    });
  const list = (
    kind: EntityKind,
    owner: string,
    request: PageRequest & { PathPrefix?: string | undefined },
    context: CallContext,
  ) => {
    const { id } = directory.entity(globalScope(context), kind, owner);
    const { PathPrefix = '/' } = request;
    const attached = attachments.of(id).filter((arn) => policyPathOf(arn).startsWith(PathPrefix));
    const { items, ...page } = pageOf(attached, request, policyNameOf, [kind, id, 'attached', PathPrefix]);
    const AttachedPolicies = items.map((arn) => ({ PolicyName: policyNameOf(arn), PolicyArn: arn }));
    return { AttachedPolicies, ...page };
  };

  return {
    AttachRolePolicy: (input, context) => attach('role', input.RoleName, input.PolicyArn, context),
    AttachUserPolicy: (input, context) => attach('user', input.UserName, input.PolicyArn, context),
    AttachGroupPolicy: (input, context) => attach('group', input.GroupName, input.PolicyArn, context),
    DetachRolePolicy: (input, context) => detach('role', input.RoleName, input.PolicyArn, context),
    DetachUserPolicy: (input, context) => detach('user', input.UserName, input.PolicyArn, context),
    DetachGroupPolicy: (input, context) => detach('group', input.GroupName, input.PolicyArn, context),
    ListAttachedRolePolicies: (input, context) => list('role', input.RoleName, input, context),
    ListAttachedUserPolicies: (input, context) => list('user', input.UserName, input, context),
    ListAttachedGroupPolicies: (input, context) => list('group', input.GroupName, input, context),
  } satisfies Operations<IAM>;
}
