import type { IAM } from '@aws-sdk/client-iam';
import type { CallContext } from '../../dispatch/context.ts';
import type { Operations } from '../../dispatch/service.ts';
import { type Directory, nameKey } from './directory.ts';
import { byName, type PageRequest, pageOf } from './paging.ts';
import { modifiable } from './roles.ts';
import { globalScope } from './scope.ts';
import { type Tag, withoutTags, withTags } from './tags.ts';

/** Tags of roles, users and instance profiles (those of policies are with the policies). */
export function entityTagOperations(directory: Directory) {
  const changeRole = (name: string, context: CallContext, change: (tags: readonly Tag[]) => Tag[]) =>
    context.transaction(() => {
      const role = modifiable(directory.role(globalScope(context), name));
      directory.roles.update(globalScope(context), nameKey(name), { ...role, tags: change(role.tags) });
      return {};
    });
  const changeUser = (name: string, context: CallContext, change: (tags: readonly Tag[]) => Tag[]) =>
    context.transaction(() => {
      const user = directory.user(globalScope(context), name);
      directory.users.update(globalScope(context), nameKey(name), { ...user, tags: change(user.tags) });
      return {};
    });
  const changeProfile = (name: string, context: CallContext, change: (tags: readonly Tag[]) => Tag[]) =>
    context.transaction(() => {
      const profile = directory.profile(globalScope(context), name);
      const changed = { ...profile, tags: change(profile.tags) };
      directory.profiles.update(globalScope(context), nameKey(name), changed);
      return {};
    });
  const list = ({ id, tags }: { id: string; tags: readonly Tag[] }, request: PageRequest) => {
    const sorted = [...tags].sort(byName(({ Key }) => Key));
    const { items, ...page } = pageOf(sorted, request, ({ Key }) => Key, ['tags', id]);
    return { Tags: items, ...page };
  };

  return {
    TagRole: ({ RoleName, Tags }, context) => changeRole(RoleName, context, (tags) => withTags(tags, Tags)),
    UntagRole: ({ RoleName, TagKeys }, context) =>
      changeRole(RoleName, context, (tags) => withoutTags(tags, TagKeys)),
    ListRoleTags: (input, context) => list(directory.role(globalScope(context), input.RoleName), input),

    TagUser: ({ UserName, Tags }, context) => changeUser(UserName, context, (tags) => withTags(tags, Tags)),
    UntagUser: ({ UserName, TagKeys }, context) =>
      changeUser(UserName, context, (tags) => withoutTags(tags, TagKeys)),
    ListUserTags: (input, context) => list(directory.user(globalScope(context), input.UserName), input),

    TagInstanceProfile: ({ InstanceProfileName, Tags }, context) =>
      changeProfile(InstanceProfileName, context, (tags) => withTags(tags, Tags)),
    UntagInstanceProfile: ({ InstanceProfileName, TagKeys }, context) =>
      changeProfile(InstanceProfileName, context, (tags) => withoutTags(tags, TagKeys)),
    ListInstanceProfileTags: (input, context) =>
      list(directory.profile(globalScope(context), input.InstanceProfileName), input),
  } satisfies Operations<IAM>;
}
