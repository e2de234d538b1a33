import { type Need, passRole, type ServiceAccess } from '../../access/needs.ts';
import type { Scope } from '../../store/collection.ts';
import { type Directory, nameKey } from './directory.ts';
import { entityArn, globalScope } from './scope.ts';

/** What IAM's own operations need. Entities are named by their ARNs, which have the path that names lack. */
export function iamAccess(directory: Directory): ServiceAccess {
  const { roles, users, groups, profiles } = directory;
  const kinds = {
    role: { member: 'RoleName', find: (scope: Scope, name: string) => roles.get(scope, name) },
    user: { member: 'UserName', find: (scope: Scope, name: string) => users.get(scope, name) },
    group: { member: 'GroupName', find: (scope: Scope, name: string) => groups.get(scope, name) },
    'instance-profile': {
      member: 'InstanceProfileName',
      find: (scope: Scope, name: string) => profiles.get(scope, name),
    },
  };

  type Input = Readonly<Record<string, string | undefined>>;
  const arnOf = (kind: keyof typeof kinds, input: Input, place: Scope): string | undefined => {
    const { member, find } = kinds[kind];
    const name = input[member];
    if (name === undefined) return undefined;
    const known = find(globalScope(place), nameKey(name));
    return known?.arn ?? entityArn(place, kind, input['Path'] ?? '/', name);
  };
  const about =
    (action: string, kind: keyof typeof kinds) =>
    (input: Input, place: Scope): Need[] => {
      // Without a user's name an operation is about who calls, whose ARN only the caller knows.
      const resource = arnOf(kind, input, place) ?? entityArn(place, kind, '/', '*');
      const conditions = {
        'iam:PermissionsBoundary': input['PermissionsBoundary'],
        'iam:PolicyARN': input['PolicyArn'],
        'iam:AWSServiceName': input['AWSServiceName'],
      };
      return [{ action: `iam:${action}`, resource, conditions }];
    };

  const list = (kind: keyof typeof kinds, ...actions: string[]) =>
    Object.fromEntries(actions.map((action) => [action, about(action, kind)]));

  return {
    prefix: 'iam',
    resources: ['{PolicyArn}', 'arn:aws:iam::{account}:policy{Path}{PolicyName}', '*'],
    operations: {
      ...list('role', 'CreateRole', 'GetRole', 'UpdateRole', 'UpdateRoleDescription', 'DeleteRole'),
      ...list('role', 'UpdateAssumeRolePolicy', 'TagRole', 'UntagRole', 'ListRoleTags'),
      ...list('role', 'PutRolePolicy', 'GetRolePolicy', 'DeleteRolePolicy', 'ListRolePolicies'),
      ...list('role', 'AttachRolePolicy', 'DetachRolePolicy', 'ListAttachedRolePolicies'),
      ...list('role', 'PutRolePermissionsBoundary', 'DeleteRolePermissionsBoundary'),
      ...list('role', 'ListInstanceProfilesForRole'),
      ...list('user', 'CreateUser', 'GetUser', 'UpdateUser', 'DeleteUser', 'TagUser', 'UntagUser'),
      ...list('user', 'ListUserTags', 'PutUserPolicy', 'GetUserPolicy', 'DeleteUserPolicy'),
      ...list('user', 'ListUserPolicies', 'AttachUserPolicy', 'DetachUserPolicy', 'ListAttachedUserPolicies'),
      ...list('user', 'PutUserPermissionsBoundary', 'DeleteUserPermissionsBoundary', 'ListGroupsForUser'),
      ...list('user', 'CreateAccessKey', 'UpdateAccessKey', 'DeleteAccessKey', 'ListAccessKeys'),
      ...list('group', 'CreateGroup', 'GetGroup', 'UpdateGroup', 'DeleteGroup', 'AddUserToGroup'),
      ...list('group', 'RemoveUserFromGroup', 'PutGroupPolicy', 'GetGroupPolicy', 'DeleteGroupPolicy'),
      ...list('group', 'ListGroupPolicies', 'AttachGroupPolicy', 'DetachGroupPolicy'),
      ...list('group', 'ListAttachedGroupPolicies'),
      ...list('instance-profile', 'CreateInstanceProfile', 'GetInstanceProfile', 'DeleteInstanceProfile'),
      ...list('instance-profile', 'RemoveRoleFromInstanceProfile', 'TagInstanceProfile'),
      ...list('instance-profile', 'UntagInstanceProfile', 'ListInstanceProfileTags'),
      AddRoleToInstanceProfile: (input: Input, place: Scope) => [
        ...about('AddRoleToInstanceProfile', 'instance-profile')(input, place),
        passRole(arnOf('role', input, place)!, 'ec2.amazonaws.com', place),
      ],
      CreatePolicy: (input: Input, place: Scope) => [
        {
          action: 'iam:CreatePolicy',
          resource: entityArn(place, 'policy', input['Path'] ?? '/', input['PolicyName']!),
        },
      ],
      CreateServiceLinkedRole: (input: Input, place: Scope) => [
        {
          action: 'iam:CreateServiceLinkedRole',
          resource: entityArn(place, 'role', `/aws-service-role/${input['AWSServiceName']}/`, '*'),
          conditions: { 'iam:AWSServiceName': input['AWSServiceName'] },
        },
      ],
    },
  };
}
