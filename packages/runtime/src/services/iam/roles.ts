import type { IAM, Role } from '@aws-sdk/client-iam';
import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { Attachments } from './attachments.ts';
import { type Directory, nameKey, type RoleEntity } from './directory.ts';
import { documentSize, encodeDocument } from './documents/encoding.ts';
import { checkTrustPolicy, trustedEntities } from './documents/trust-policy.ts';
import { alreadyExists, quotaExceeded, stillUsed } from './failures.ts';
import { InlinePolicies } from './inline-policies.ts';
import { pageOf } from './paging.ts';
import { PolicyCatalog } from './policy-catalog.ts';
import { entityArn, globalScope } from './scope.ts';
import { newTags } from './tags.ts';

const MOST_TRUST_CHARACTERS = 2048;
const DEFAULT_SESSION_SECONDS = 3600;
const SERVICE_LINKED_PATH = '/aws-service-role/';

export function roleOperations(host: Host, directory: Directory) {
  const { roles } = directory;
  const inline = new InlinePolicies(host.database);
  const attachments = new Attachments(host.database);
  const catalog = new PolicyCatalog(directory);

  const change = (context: CallContext, name: string, members: Partial<RoleEntity>): RoleEntity => {
    const changed = { ...modifiable(directory.role(globalScope(context), name)), ...members };
    roles.update(globalScope(context), nameKey(name), changed);
    return changed;
  };

  /** Role sessions are open to everybody on this machine, so a name that is not known only warns. */
  const checkTrust = (document: string, context: CallContext) => {
    const parsed = checkTrustPolicy(document);
    if (documentSize(document) > MOST_TRUST_CHARACTERS) {
      throw quotaExceeded('ACLSizePerRole', MOST_TRUST_CHARACTERS);
    }
    for (const arn of trustedEntities(parsed)) {
      if (arn.split(':')[4] !== context.account) continue;
      const name = arn.slice(arn.lastIndexOf('/') + 1);
      const known = directory.collectionOf(arn.includes(':role/') ? 'role' : 'user');
      if (!known.get(globalScope(context), nameKey(name))) {
        context.warn(`The trusted principal ${arn} does not exist here; on AWS the policy would be refused.`);
      }
    }
  };

  return {
    CreateRole(input, context) {
      const scope = globalScope(context);
      const { RoleName: name, Path: path = '/', PermissionsBoundary: boundary } = input;
      if (host.config.parity || !isPlaceholder(input.AssumeRolePolicyDocument)) {
        checkTrust(input.AssumeRolePolicyDocument, context);
      } else {
        context.warn(
          `The trust policy of role ${name} trusts nobody; on AWS it would be refused as malformed.`,
        );
      }
      const role: RoleEntity = {
        id: `AROA${host.ids.base32(17)}`,
        name,
        path,
        arn: entityArn(context, 'role', path, name),
        created: context.now,
        trustPolicy: input.AssumeRolePolicyDocument,
        description: input.Description,
        maxSessionSeconds: input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
        tags: newTags(input.Tags),
        boundary,
      };
      return context.transaction(() => {
        if (boundary !== undefined) catalog.checkAttachable(scope, boundary, context, 'Scope ARN:');
        if (!roles.insert(scope, nameKey(name), role)) {
          throw alreadyExists(`Role with name ${name} already exists.`);
        }
        return { Role: describeRole(role) };
      });
    },

    GetRole: ({ RoleName }, context) => ({
      Role: describeRole(directory.role(globalScope(context), RoleName)),
    }),

    ListRoles(input, context) {
      const { PathPrefix = '/' } = input;
      const found = roles
        .list(globalScope(context))
        .map(({ document }) => document)
        .filter(({ path }) => path.startsWith(PathPrefix));
      const { items, ...page } = pageOf(found, input, ({ name }) => nameKey(name), ['roles', PathPrefix]);
      return { Roles: items.map(listedRole), ...page };
    },

    UpdateRole: ({ RoleName, Description, MaxSessionDuration }, context) =>
      context.transaction(() => {
        // What is not given goes back to the default.
        change(context, RoleName, {
          description: Description,
          maxSessionSeconds: MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
        });
        return {};
      }),

    UpdateRoleDescription: ({ RoleName, Description }, context) =>
      context.transaction(() => ({
        Role: describeRole(change(context, RoleName, { description: Description })),
      })),

    UpdateAssumeRolePolicy({ RoleName, PolicyDocument }, context) {
      checkTrust(PolicyDocument, context);
      return context.transaction(() => {
        change(context, RoleName, { trustPolicy: PolicyDocument });
        return {};
      });
    },

    DeleteRole: ({ RoleName }, context) =>
      context.transaction(() => {
        const scope = globalScope(context);
        const { id } = modifiable(directory.role(scope, RoleName));
        if (directory.profiles.list(scope).some(({ document }) => document.roleId === id)) {
          throw stillUsed('must remove roles from instance profile first');
        }
        if (attachments.of(id).length > 0) throw stillUsed('must detach all policies first');
        if (inline.of(id).length > 0) throw stillUsed('must delete policies first');
        roles.delete(scope, nameKey(RoleName));
        return {};
      }),
  } satisfies Operations<IAM>;
}

/** Whether a new role is given no trust policy but any text: suites do that whose tests never use the trust. */
function isPlaceholder(document: string): boolean {
  return !document.trimStart().startsWith('{') || /^\s*\{\s*\}\s*$/.test(document);
}

/** @throws UnmodifiableEntity for the roles that belong to an AWS service */
export function modifiable(role: RoleEntity): RoleEntity {
  if (!role.path.startsWith(SERVICE_LINKED_PATH)) return role;
  throw new ServiceError(
    'UnmodifiableEntityException',
    `Cannot perform the operation on the protected role '${role.name}' - this role is only modifiable by AWS`,
  );
}

/** A role as GetRole shows it. */
export function describeRole(role: RoleEntity): Role {
  return {
    ...listedRole(role),
    PermissionsBoundary: describeBoundary(role.boundary),
    Tags: role.tags.length > 0 ? [...role.tags] : undefined,
  };
}

/** A role as lists show it. */
export function listedRole(role: RoleEntity): Role {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: role.created,
    AssumeRolePolicyDocument: encodeDocument(role.trustPolicy),
    Description: role.description,
    MaxSessionDuration: role.maxSessionSeconds,
  };
}

export function describeBoundary(arn: string | undefined) {
  return arn === undefined
    ? undefined
    : { PermissionsBoundaryType: 'PermissionsBoundaryPolicy' as const, PermissionsBoundaryArn: arn };
}
