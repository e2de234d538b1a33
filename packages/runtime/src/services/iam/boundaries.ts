import type { IAM } from '@aws-sdk/client-iam';
import type { Operations } from '../../dispatch/service.ts';
import { type Directory, nameKey } from './directory.ts';
import { PolicyCatalog } from './policy-catalog.ts';
import { modifiable } from './roles.ts';
import { globalScope } from './scope.ts';

/** Permissions boundaries of roles and users. */
export function boundaryOperations(directory: Directory) {
  const { roles, users } = directory;
  const catalog = new PolicyCatalog(directory);

  return {
    PutRolePermissionsBoundary: ({ RoleName, PermissionsBoundary: boundary }, context) =>
      context.transaction(() => {
        const scope = globalScope(context);
        const role = modifiable(directory.role(scope, RoleName));
        catalog.checkAttachable(scope, boundary, context, 'Scope ARN:');
        roles.update(scope, nameKey(RoleName), { ...role, boundary });
        return {};
      }),

    DeleteRolePermissionsBoundary: ({ RoleName }, context) =>
      context.transaction(() => {
        const role = modifiable(directory.role(globalScope(context), RoleName));
        roles.update(globalScope(context), nameKey(RoleName), { ...role, boundary: undefined });
        return {};
      }),

    PutUserPermissionsBoundary: ({ UserName, PermissionsBoundary: boundary }, context) =>
      context.transaction(() => {
        const scope = globalScope(context);
        const user = directory.user(scope, UserName);
        catalog.checkAttachable(scope, boundary, context, 'Scope ARN:');
        users.update(scope, nameKey(UserName), { ...user, boundary });
        return {};
      }),

    DeleteUserPermissionsBoundary: ({ UserName }, context) =>
      context.transaction(() => {
        const user = directory.user(globalScope(context), UserName);
        users.update(globalScope(context), nameKey(UserName), { ...user, boundary: undefined });
        return {};
      }),
  } satisfies Operations<IAM>;
}
