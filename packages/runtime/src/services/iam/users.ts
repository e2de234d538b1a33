import type { IAM, User } from '@aws-sdk/client-iam';
import type { CallContext } from '../../dispatch/context.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { Attachments } from './attachments.ts';
import { type Directory, type Entity, nameKey } from './directory.ts';
import { alreadyExists, stillUsed, validationError } from './failures.ts';
import { InlinePolicies } from './inline-policies.ts';
import { Memberships } from './memberships.ts';
import { pageOf } from './paging.ts';
import { PolicyCatalog } from './policy-catalog.ts';
import { describeBoundary } from './roles.ts';
import { entityArn, globalScope } from './scope.ts';
import { newTags } from './tags.ts';

export function userOperations(host: Host, directory: Directory) {
  const { users } = directory;
  const inline = new InlinePolicies(host.database);
  const attachments = new Attachments(host.database);
  const memberships = new Memberships(host.database);
  const catalog = new PolicyCatalog(directory);

  return {
    CreateUser(input, context) {
      const scope = globalScope(context);
      const { UserName: name, Path: path = '/', PermissionsBoundary: boundary } = input;
      const user: Entity = {
        id: `AIDA${host.ids.base32(17)}`,
        name,
        path,
        arn: entityArn(context, 'user', path, name),
        created: context.now,
        tags: newTags(input.Tags),
        boundary,
      };
      return context.transaction(() => {
        if (boundary !== undefined) catalog.checkAttachable(scope, boundary, context, 'Scope ARN:');
        if (!users.insert(scope, nameKey(name), user)) {
          throw alreadyExists(`User with name ${name} already exists.`);
        }
        return { User: describeUser(user) };
      });
    },

    GetUser({ UserName }, context) {
      const { caller } = context;
      if (UserName !== undefined || caller.kind === 'user') {
        const name = UserName ?? callersUserName(context);
        return { User: describeUser(directory.user(globalScope(context), name)) };
      }
      if (caller.kind !== 'account') {
        throw validationError('Must specify userName when calling with non-User credentials');
      }
      // The account itself: it has no name, and when it was opened nobody knows here.
      return {
        User: {
          UserId: caller.userId,
          Arn: caller.arn,
          Path: '/',
          UserName: undefined,
          CreateDate: undefined,
        },
      };
    },

    ListUsers(input, context) {
      const { PathPrefix = '/' } = input;
      const found = users
        .list(globalScope(context))
        .map(({ document }) => document)
        .filter(({ path }) => path.startsWith(PathPrefix));
      const { items, ...page } = pageOf(found, input, ({ name }) => nameKey(name), ['users', PathPrefix]);
      return { Users: items.map(listedUser), ...page };
    },

    UpdateUser({ UserName, NewUserName, NewPath }, context) {
      const scope = globalScope(context);
      return context.transaction(() => {
        const user = directory.user(scope, UserName);
        const name = NewUserName ?? user.name;
        const path = NewPath ?? user.path;
        const changed = { ...user, name, path, arn: entityArn(context, 'user', path, name) };
        users.delete(scope, nameKey(UserName));
        if (!users.insert(scope, nameKey(name), changed)) {
          throw alreadyExists(`User with name ${name} already exists.`);
        }
        host.sessions.renameUser(user.id, changed.arn);
        return {};
      });
    },

    DeleteUser({ UserName }, context) {
      const scope = globalScope(context);
      return context.transaction(() => {
        const { id } = directory.user(scope, UserName);
        if (memberships.groupsOf(id).length > 0) throw stillUsed('must remove users from group first');
        if (attachments.of(id).length > 0) throw stillUsed('must detach all policies first');
        if (inline.of(id).length > 0) throw stillUsed('must delete policies first');
        if (host.sessions.userKeys(id).length > 0) throw stillUsed('must delete access keys first');
        users.delete(scope, nameKey(UserName));
        return {};
      });
    },
  } satisfies Operations<IAM>;
}

/** The name of the user whose key signed the call. */
export function callersUserName({ caller }: CallContext): string {
  return caller.arn.slice(caller.arn.lastIndexOf('/') + 1);
}

/** A user as GetUser shows it. */
export function describeUser(user: Entity): User {
  return {
    ...listedUser(user),
    PermissionsBoundary: describeBoundary(user.boundary),
    Tags: user.tags.length > 0 ? [...user.tags] : undefined,
  };
}

/** A user as lists show it. */
export function listedUser({ path, name, id, arn, created }: Entity): User {
  return { Path: path, UserName: name, UserId: id, Arn: arn, CreateDate: created };
}
