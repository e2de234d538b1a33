import type { InstanceProfile as Described, IAM } from '@aws-sdk/client-iam';
import type { CallContext } from '../../dispatch/context.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { type Directory, type InstanceProfile, nameKey, type RoleEntity } from './directory.ts';
import { alreadyExists, noSuchEntity, quotaExceeded, stillUsed } from './failures.ts';
import { pageOf } from './paging.ts';
import { listedRole } from './roles.ts';
import { entityArn, globalScope } from './scope.ts';
import { newTags } from './tags.ts';

/** Instance profiles: a name for at most one role. */
export function instanceProfileOperations(host: Host, directory: Directory) {
  const { profiles } = directory;
  const keyOf = ({ name }: InstanceProfile) => nameKey(name);

  const describe = (profile: InstanceProfile, context: CallContext): Described => {
    const { roleId } = profile;
    const role =
      roleId && (directory.entityById(globalScope(context), 'role', roleId) as RoleEntity | undefined);
    return {
      Path: profile.path,
      InstanceProfileName: profile.name,
      InstanceProfileId: profile.id,
      Arn: profile.arn,
      CreateDate: profile.created,
      Roles: role ? [listedRole(role)] : [],
      Tags: [...profile.tags],
    };
  };

  return {
    CreateInstanceProfile({ InstanceProfileName: name, Path: path = '/', Tags }, context) {
      const profile: InstanceProfile = {
        id: `AIPA${host.ids.base32(17)}`,
        name,
        path,
        arn: entityArn(context, 'instance-profile', path, name),
        created: context.now,
        tags: newTags(Tags),
      };
      return context.transaction(() => {
        if (!profiles.insert(globalScope(context), nameKey(name), profile)) {
          throw alreadyExists(`Instance Profile ${name} already exists.`);
        }
        return { InstanceProfile: describe(profile, context) };
      });
    },

    GetInstanceProfile: ({ InstanceProfileName }, context) => ({
      InstanceProfile: describe(directory.profile(globalScope(context), InstanceProfileName), context),
    }),

    ListInstanceProfiles(input, context) {
      const { PathPrefix = '/' } = input;
      const found = profiles
        .list(globalScope(context))
        .map(({ document }) => document)
        .filter(({ path }) => path.startsWith(PathPrefix));
      const { items, ...page } = pageOf(found, input, keyOf, ['profiles', PathPrefix]);
      const InstanceProfiles = items.map((profile) => ({ ...describe(profile, context), Tags: undefined }));
      return { InstanceProfiles, ...page };
    },

    ListInstanceProfilesForRole(input, context) {
      const scope = globalScope(context);
      const { id } = directory.role(scope, input.RoleName);
      const found = profiles
        .list(scope)
        .map(({ document }) => document)
        .filter(({ roleId }) => roleId === id);
      const { items, ...page } = pageOf(found, input, keyOf, ['profiles of', id]);
      return { InstanceProfiles: items.map((profile) => describe(profile, context)), ...page };
    },

    AddRoleToInstanceProfile({ InstanceProfileName, RoleName }, context) {
      const scope = globalScope(context);
      return context.transaction(() => {
        const profile = directory.profile(scope, InstanceProfileName);
        const role = directory.role(scope, RoleName);
        if (profile.roleId !== undefined) throw quotaExceeded('InstanceSessionsPerInstanceProfile', 1);
        profiles.update(scope, nameKey(InstanceProfileName), { ...profile, roleId: role.id });
        return {};
      });
    },

    RemoveRoleFromInstanceProfile({ InstanceProfileName, RoleName }, context) {
      const scope = globalScope(context);
      return context.transaction(() => {
        const { roleId, ...profile } = directory.profile(scope, InstanceProfileName);
        const role = directory.role(scope, RoleName);
        if (roleId !== role.id) {
          throw noSuchEntity(`Role ${RoleName} in instance profile ${InstanceProfileName} cannot be found.`);
        }
        profiles.update(scope, nameKey(InstanceProfileName), profile);
        return {};
      });
    },

    DeleteInstanceProfile({ InstanceProfileName }, context) {
      const scope = globalScope(context);
      return context.transaction(() => {
        const { roleId } = directory.profile(scope, InstanceProfileName);
        if (roleId !== undefined) throw stillUsed('must remove roles from instance profile first');
        profiles.delete(scope, nameKey(InstanceProfileName));
        return {};
      });
    },
  } satisfies Operations<IAM>;
}
