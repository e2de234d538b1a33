import type { Group, IAM } from '@aws-sdk/client-iam';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { Attachments } from './attachments.ts';
import { type Directory, type Entity, nameKey } from './directory.ts';
import { alreadyExists, noSuchEntity, quotaExceeded, stillUsed } from './failures.ts';
import { InlinePolicies } from './inline-policies.ts';
import { Memberships } from './memberships.ts';
import { byName, pageOf } from './paging.ts';
import { entityArn, globalScope } from './scope.ts';
import { listedUser } from './users.ts';

const MOST_GROUPS_OF_USER = 10;

export function groupOperations(host: Host, directory: Directory) {
  const { groups } = directory;
  const inline = new InlinePolicies(host.database);
  const attachments = new Attachments(host.database);
  const memberships = new Memberships(host.database);
  const keyOf = ({ name }: Entity) => nameKey(name);

  return {
    CreateGroup({ GroupName: name, Path: path = '/' }, context) {
      const group: Entity = {
        id: `AGPA${host.ids.base32(17)}`,
        name,
        path,
        arn: entityArn(context, 'group', path, name),
        created: context.now,
        tags: [],
      };
      return context.transaction(() => {
        if (!groups.insert(globalScope(context), nameKey(name), group)) {
          throw alreadyExists(`Group with name ${name} already exists.`);
        }
        return { Group: describeGroup(group) };
      });
    },

    GetGroup(input, context) {
      const scope = globalScope(context);
      const group = directory.group(scope, input.GroupName);
      const members = memberships
        .usersOf(group.id)
        .flatMap((id) => directory.entityById(scope, 'user', id) ?? [])
        .sort(byName(keyOf));
      const { items, ...page } = pageOf(members, input, keyOf, ['members', group.id]);
      return {
        Group: describeGroup(group),
        Users: items.map(listedUser),
        ...page,
      };
    },

    ListGroups(input, context) {
      const { PathPrefix = '/' } = input;
      const found = groups
        .list(globalScope(context))
        .map(({ document }) => document)
        .filter(({ path }) => path.startsWith(PathPrefix));
      const { items, ...page } = pageOf(found, input, keyOf, ['groups', PathPrefix]);
      return { Groups: items.map(describeGroup), ...page };
    },

    ListGroupsForUser(input, context) {
      const scope = globalScope(context);
      const { id } = directory.user(scope, input.UserName);
      const found = memberships
        .groupsOf(id)
        .flatMap((group) => directory.entityById(scope, 'group', group) ?? [])
        .sort(byName(keyOf));
      const { items, ...page } = pageOf(found, input, keyOf, ['groups of', id]);
      return { Groups: items.map(describeGroup), ...page };
    },

    UpdateGroup({ GroupName, NewGroupName, NewPath }, context) {
      const scope = globalScope(context);
      return context.transaction(() => {
        const group = directory.group(scope, GroupName);
        const name = NewGroupName ?? group.name;
        const path = NewPath ?? group.path;
        groups.delete(scope, nameKey(GroupName));
        const changed = { ...group, name, path, arn: entityArn(context, 'group', path, name) };
        if (!groups.insert(scope, nameKey(name), changed)) {
          throw alreadyExists(`Group with name ${name} already exists.`);
        }
        return {};
      });
    },

    DeleteGroup({ GroupName }, context) {
      const scope = globalScope(context);
      return context.transaction(() => {
        const { id } = directory.group(scope, GroupName);
        if (memberships.usersOf(id).length > 0) throw stillUsed('must remove users from group first');
        if (attachments.of(id).length > 0) throw stillUsed('must detach all policies first');
        if (inline.of(id).length > 0) throw stillUsed('must delete policies first');
        groups.delete(scope, nameKey(GroupName));
        return {};
      });
    },

    AddUserToGroup({ GroupName, UserName }, context) {
      const scope = globalScope(context);
      return context.transaction(() => {
        const group = directory.group(scope, GroupName);
        const user = directory.user(scope, UserName);
        memberships.add(user.id, group.id);
        if (memberships.groupsOf(user.id).length > MOST_GROUPS_OF_USER) {
          throw quotaExceeded('GroupsPerUser', MOST_GROUPS_OF_USER);
        }
        return {};
      });
    },

    RemoveUserFromGroup({ GroupName, UserName }, context) {
      const scope = globalScope(context);
      return context.transaction(() => {
        const group = directory.group(scope, GroupName);
        const user = directory.user(scope, UserName);
        if (!memberships.remove(user.id, group.id)) {
          throw noSuchEntity(`User ${UserName} not in group ${GroupName}`);
        }
        return {};
      });
    },
  } satisfies Operations<IAM>;
}

export function describeGroup({ path, name, id, arn, created }: Entity): Group {
  return { Path: path, GroupName: name, GroupId: id, Arn: arn, CreateDate: created };
}
