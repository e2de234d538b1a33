import type { GroupDetail, IAM, ManagedPolicyDetail, RoleDetail, UserDetail } from '@aws-sdk/client-iam';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { Scope } from '../../store/collection.ts';
import { Attachments } from './attachments.ts';
import { awsManagedPolicy, awsPolicyId } from './aws-managed-policies.ts';
import { type CustomerPolicy, type Directory, type Entity, nameKey, type RoleEntity } from './directory.ts';
import { encodeDocument } from './documents/encoding.ts';
import { describeGroup } from './groups.ts';
import { InlinePolicies } from './inline-policies.ts';
import { Memberships } from './memberships.ts';
import { pageOf } from './paging.ts';
import { isAwsPolicy, policyNameOf, policyPathOf } from './policy-catalog.ts';
import { describeBoundary, listedRole } from './roles.ts';
import { globalScope } from './scope.ts';
import { describeUser } from './users.ts';

type Detail =
  | { kind: 'User'; key: string; detail: UserDetail }
  | { kind: 'Group'; key: string; detail: GroupDetail }
  | { kind: 'Role'; key: string; detail: RoleDetail }
  | { kind: 'LocalManagedPolicy' | 'AWSManagedPolicy'; key: string; detail: ManagedPolicyDetail };

/** All of an account's entities with their policies in one list. */
export function authorizationDetailOperations(host: Host, directory: Directory) {
  const inline = new InlinePolicies(host.database);
  const attachments = new Attachments(host.database);
  const memberships = new Memberships(host.database);

  const inlineOf = (id: string) =>
    inline
      .of(id)
      .map(({ name, document }) => ({ PolicyName: name, PolicyDocument: encodeDocument(document) }));
  const attachedTo = (id: string) =>
    attachments.of(id).map((arn) => ({ PolicyName: policyNameOf(arn), PolicyArn: arn }));

  const userDetail = (user: Entity, scope: Scope): UserDetail => ({
    ...describeUser(user),
    UserPolicyList: inlineOf(user.id),
    GroupList: memberships
      .groupsOf(user.id)
      .flatMap((id) => directory.entityById(scope, 'group', id)?.name ?? []),
    AttachedManagedPolicies: attachedTo(user.id),
  });
  const groupDetail = (group: Entity): GroupDetail => ({
    ...describeGroup(group),
    GroupPolicyList: inlineOf(group.id),
    AttachedManagedPolicies: attachedTo(group.id),
  });
  const roleDetail = (role: RoleEntity, scope: Scope): RoleDetail => {
    return {
      Path: role.path,
      RoleName: role.name,
      RoleId: role.id,
      Arn: role.arn,
      CreateDate: role.created,
      AssumeRolePolicyDocument: encodeDocument(role.trustPolicy),
      PermissionsBoundary: describeBoundary(role.boundary),
      Tags: [...role.tags],
      InstanceProfileList: directory.profiles
        .list(scope)
        .filter(({ document }) => document.roleId === role.id)
        .map(({ document: { path, name, id, arn, created } }) => ({
          Path: path,
          InstanceProfileName: name,
          InstanceProfileId: id,
          Arn: arn,
          CreateDate: created,
          Roles: [listedRole(role)],
        })),
      RolePolicyList: inlineOf(role.id),
      AttachedManagedPolicies: attachedTo(role.id),
    };
  };

  return {
    GetAccountAuthorizationDetails(input, context) {
      const scope = globalScope(context);
      const { Filter = [] } = input;
      const counts = attachments.counts(scope);
      const attachedCount = (arn: string) => counts.get(arn) ?? 0;
      const aws = [...counts.keys()].filter(isAwsPolicy).sort();
      const all: Detail[] = [
        ...directory.users.list(scope).map(({ id, document }) => {
          return { kind: 'User' as const, key: `0${id}`, detail: userDetail(document, scope) };
        }),
        ...directory.groups.list(scope).map(({ id, document }) => {
          return { kind: 'Group' as const, key: `1${id}`, detail: groupDetail(document) };
        }),
        ...directory.roles.list(scope).map(({ id, document }) => {
          return { kind: 'Role' as const, key: `2${id}`, detail: roleDetail(document, scope) };
        }),
        ...directory.policies.list(scope).map(({ id, document }) => {
          const detail = customerDetail(document, attachedCount(document.arn));
          return { kind: 'LocalManagedPolicy' as const, key: `3${id}`, detail };
        }),
        ...aws.map((arn) => {
          const detail = awsDetail(arn, attachedCount(arn));
          return { kind: 'AWSManagedPolicy' as const, key: `4${nameKey(arn)}`, detail };
        }),
      ];
      const wanted = Filter.length === 0 ? all : all.filter(({ kind }) => Filter.includes(kind));
      const { items, ...page } = pageOf(wanted, input, ({ key }) => key, ['details', Filter]);
      return {
        UserDetailList: items.flatMap((item) => (item.kind === 'User' ? [item.detail] : [])),
        GroupDetailList: items.flatMap((item) => (item.kind === 'Group' ? [item.detail] : [])),
        RoleDetailList: items.flatMap((item) => (item.kind === 'Role' ? [item.detail] : [])),
        Policies: items.flatMap((item) =>
          item.kind === 'LocalManagedPolicy' || item.kind === 'AWSManagedPolicy' ? [item.detail] : [],
        ),
        ...page,
      };
    },
  } satisfies Operations<IAM>;
}

function customerDetail(policy: CustomerPolicy, attached: number): ManagedPolicyDetail {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: attached,
    IsAttachable: true,
    Description: policy.description,
    CreateDate: policy.created,
    UpdateDate: policy.updated,
    PolicyVersionList: policy.versions.map(({ id, document, created }) => ({
      Document: encodeDocument(document),
      VersionId: id,
      IsDefaultVersion: id === policy.defaultVersion,
      CreateDate: created,
    })),
  };
}

function awsDetail(arn: string, attached: number): ManagedPolicyDetail {
  const known = awsManagedPolicy(arn);
  return {
    PolicyName: policyNameOf(arn),
    PolicyId: awsPolicyId(arn),
    Arn: arn,
    Path: policyPathOf(arn),
    AttachmentCount: attached,
    IsAttachable: true,
    ...(known && {
      DefaultVersionId: known.version,
      CreateDate: known.created,
      UpdateDate: known.updated,
      PolicyVersionList: [
        {
          Document: encodeDocument(known.document),
          VersionId: known.version,
          IsDefaultVersion: true,
          CreateDate: known.updated,
        },
      ],
    }),
  };
}
