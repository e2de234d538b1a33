import type { IAM, Policy } from '@aws-sdk/client-iam';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { Scope } from '../../store/collection.ts';
import { Attachments } from './attachments.ts';
import { awsManagedPolicy, awsPolicyArn, awsPolicyId, knownAwsPolicies } from './aws-managed-policies.ts';
import { type CustomerPolicy, type Directory, nameKey } from './directory.ts';
import { documentSize } from './documents/encoding.ts';
import { checkManagedPolicy } from './documents/identity-policy.ts';
import { alreadyExists, noSuchEntity, quotaExceeded } from './failures.ts';
import { byName, pageOf } from './paging.ts';
import { isAwsPolicy, PolicyCatalog, policyNameOf, policyPathOf } from './policy-catalog.ts';
import { entityArn, globalScope } from './scope.ts';
import { newTags, withoutTags, withTags } from './tags.ts';

const MOST_CHARACTERS = 6144;

/** @throws MalformedPolicyDocument, LimitExceeded */
export function checkNewVersion(document: string): void {
  checkManagedPolicy(document);
  if (documentSize(document) > MOST_CHARACTERS) throw quotaExceeded('PolicySize', MOST_CHARACTERS);
}

/** Managed policies as resources; their documents are in `policy-versions.ts`. */
export function managedPolicyOperations(host: Host, directory: Directory) {
  const { policies } = directory;
  const attachments = new Attachments(host.database);
  const catalog = new PolicyCatalog(directory);

  /** A policy as lists show it; undefined when no such policy is known. */
  const listed = (scope: Scope, arn: string, attached: number): Policy | undefined => {
    const counts = {
      AttachmentCount: attached,
      PermissionsBoundaryUsageCount: boundaryUses(directory, scope, arn),
    };
    if (isAwsPolicy(arn)) return describeAws(arn, counts);
    const policy = catalog.customer(scope, arn);
    return policy && { ...listedPolicy(policy), ...counts };
  };

  return {
    CreatePolicy(input, context) {
      const scope = globalScope(context);
      checkNewVersion(input.PolicyDocument);
      const { PolicyName: name, Path: path = '/' } = input;
      const policy: CustomerPolicy = {
        id: `ANPA${host.ids.base32(17)}`,
        name,
        path,
        arn: entityArn(context, 'policy', path, name),
        created: context.now,
        updated: context.now,
        description: input.Description,
        tags: newTags(input.Tags),
        defaultVersion: 'v1',
        versions: [{ id: 'v1', document: input.PolicyDocument, created: context.now }],
        nextVersion: 2,
      };
      return context.transaction(() => {
        if (!policies.insert(scope, nameKey(name), policy)) {
          throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
        }
        const Tags = policy.tags.length > 0 ? [...policy.tags] : undefined;
        const unused = { AttachmentCount: 0, PermissionsBoundaryUsageCount: 0 };
        return { Policy: { ...listedPolicy(policy), ...unused, Tags } };
      });
    },

    GetPolicy({ PolicyArn }, context) {
      const scope = globalScope(context);
      const found = listed(scope, PolicyArn, attachments.entitiesOf(scope, PolicyArn).length);
      if (!found) throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
      const { description, tags = [] } = catalog.customer(scope, PolicyArn) ?? {};
      return { Policy: { ...found, Description: description, Tags: [...tags] } };
    },

    ListPolicies(input, context) {
      const { Scope: owner = 'All', OnlyAttached = false, PathPrefix = '/', PolicyUsageFilter } = input;
      const scope = globalScope(context);
      const counts = attachments.counts(scope);
      const own = policies.list(scope).map(({ document }) => document.arn);
      const known = knownAwsPolicies().map(awsPolicyArn);
      const aws = [...new Set([...known, ...[...counts.keys()].filter(isAwsPolicy)])];
      const found = [...(owner === 'AWS' ? [] : own), ...(owner === 'Local' ? [] : aws)]
        .filter((arn) => policyPathOf(arn).startsWith(PathPrefix))
        .map((arn) => ({ arn, policy: listed(scope, arn, counts.get(arn) ?? 0)! }))
        .filter(({ policy: { AttachmentCount = 0, PermissionsBoundaryUsageCount: bound = 0 } }) => {
          if (PolicyUsageFilter === 'PermissionsBoundary') return bound > 0;
          if (PolicyUsageFilter === 'PermissionsPolicy') return AttachmentCount > 0;
          return !OnlyAttached || AttachmentCount + bound > 0;
        })
        .sort(byName(positionOf));
      const question = ['policies', owner, OnlyAttached, PathPrefix, PolicyUsageFilter];
      const { items, ...page } = pageOf(found, input, positionOf, question);
      return { Policies: items.map(({ policy }) => policy), ...page };
    },

    DeletePolicy({ PolicyArn }, context) {
      const scope = globalScope(context);
      return context.transaction(() => {
        const policy = catalog.customerOrFail(scope, PolicyArn);
        const used =
          attachments.entitiesOf(scope, PolicyArn).length + boundaryUses(directory, scope, PolicyArn);
        if (used > 0) {
          throw new ServiceError('DeleteConflictException', 'Cannot delete a policy attached to entities.');
        }
        if (policy.versions.length > 1) {
          throw new ServiceError(
            'DeleteConflictException',
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
          );
        }
        policies.delete(scope, nameKey(policy.name));
        return {};
      });
    },

    ListEntitiesForPolicy(input, context) {
      const { PolicyArn, EntityFilter, PathPrefix = '/', PolicyUsageFilter } = input;
      const scope = globalScope(context);
      if (!isAwsPolicy(PolicyArn)) catalog.customerOrFail(scope, PolicyArn);
      const attached = attachments.entitiesOf(scope, PolicyArn);
      const users = (kind: 'role' | 'user' | 'group', filter: string) => {
        if (EntityFilter !== undefined && EntityFilter !== filter) return [];
        return directory
          .collectionOf(kind)
          .list(scope)
          .map(({ document }) => document)
          .filter(({ id, boundary, path }) => {
            if (!path.startsWith(PathPrefix)) return false;
            if (PolicyUsageFilter === 'PermissionsBoundary') return boundary === PolicyArn;
            return attached.some((item) => item.entity === id);
          })
          .map(({ id, name }) => ({ kind, id, name }));
      };
      const all = [...users('group', 'Group'), ...users('role', 'Role'), ...users('user', 'User')];
      const position = ({ kind, name }: (typeof all)[number]) => `${kind} ${nameKey(name)}`;
      const { items, ...page } = pageOf(all, input, position, [
        'entities',
        PolicyArn,
        EntityFilter,
        PathPrefix,
      ]);
      const of = (kind: string) => items.filter((item) => item.kind === kind);
      return {
        PolicyGroups: of('group').map(({ id, name }) => ({ GroupId: id, GroupName: name })),
        PolicyUsers: of('user').map(({ id, name }) => ({ UserId: id, UserName: name })),
        PolicyRoles: of('role').map(({ id, name }) => ({ RoleId: id, RoleName: name })),
        ...page,
      };
    },

    TagPolicy: ({ PolicyArn, Tags }, context) =>
      context.transaction(() => {
        const policy = catalog.customerOrFail(globalScope(context), PolicyArn);
        const tags = withTags(policy.tags, Tags);
        policies.update(globalScope(context), nameKey(policy.name), { ...policy, tags });
        return {};
      }),

    UntagPolicy: ({ PolicyArn, TagKeys }, context) =>
      context.transaction(() => {
        const policy = catalog.customerOrFail(globalScope(context), PolicyArn);
        const tags = withoutTags(policy.tags, TagKeys);
        policies.update(globalScope(context), nameKey(policy.name), { ...policy, tags });
        return {};
      }),

    ListPolicyTags(input, context) {
      const { arn, tags } = catalog.customerOrFail(globalScope(context), input.PolicyArn);
      const sorted = [...tags].sort(byName(({ Key }) => Key));
      const { items, ...page } = pageOf(sorted, input, ({ Key }) => Key, ['tags', arn]);
      return { Tags: items, ...page };
    },
  } satisfies Operations<IAM>;
}

/** Customer policies come before AWS's, which may have the same names. */
function positionOf({ arn }: { arn: string }): string {
  return `${isAwsPolicy(arn) ? '1' : '0'}${nameKey(policyNameOf(arn))}`;
}

function boundaryUses(directory: Directory, scope: Scope, arn: string): number {
  const bounded = [...directory.roles.list(scope), ...directory.users.list(scope)];
  return bounded.filter(({ document }) => document.boundary === arn).length;
}

function listedPolicy(policy: CustomerPolicy): Policy {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    IsAttachable: true,
    CreateDate: policy.created,
    UpdateDate: policy.updated,
  };
}

/** An AWS managed policy; of one that is only attached by name, no more than its name is known. */
function describeAws(
  arn: string,
  counts: { AttachmentCount: number; PermissionsBoundaryUsageCount: number },
): Policy | undefined {
  const known = awsManagedPolicy(arn);
  if (!known && counts.AttachmentCount + counts.PermissionsBoundaryUsageCount === 0) return undefined;
  return {
    PolicyName: policyNameOf(arn),
    PolicyId: awsPolicyId(arn),
    Arn: arn,
    Path: policyPathOf(arn),
    ...counts,
    IsAttachable: true,
    ...(known && { DefaultVersionId: known.version, CreateDate: known.created, UpdateDate: known.updated }),
  };
}
