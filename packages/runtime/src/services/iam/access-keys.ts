import type { IAM } from '@aws-sdk/client-iam';
import type { CallContext } from '../../dispatch/context.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { Directory, Entity } from './directory.ts';
import { noSuchEntity, quotaExceeded, validationError } from './failures.ts';
import { byName, pageOf } from './paging.ts';
import { globalScope } from './scope.ts';
import { callersUserName } from './users.ts';

const MOST_KEYS = 2;

type Owner = Pick<Entity, 'id' | 'arn'> & { readonly name: string | undefined };

/**
 * Access keys of users. The keys themselves are known to `access/sessions.ts`, so that a call signed
 * with one is known to be its user's.
 */
export function accessKeyOperations(host: Host, directory: Directory) {
  const { sessions } = host;

  /** A user, or the account itself, which has no name. */
  const ownerOf = (UserName: string | undefined, context: CallContext): Owner => {
    const { caller } = context;
    if (UserName !== undefined) return directory.user(globalScope(context), UserName);
    if (caller.kind === 'user') return directory.user(globalScope(context), callersUserName(context));
    if (caller.kind === 'account') return { id: caller.userId, arn: caller.arn, name: undefined };
    throw validationError('Must specify userName when calling with non-User credentials');
  };
  const ownKey = (owner: Owner, accessKeyId: string) => {
    if (!sessions.userKeys(owner.id).some((key) => key.accessKeyId === accessKeyId)) {
      throw noSuchEntity(`The Access Key with id ${accessKeyId} cannot be found.`);
    }
  };

  return {
    CreateAccessKey: ({ UserName }, context) =>
      context.transaction(() => {
        const user = ownerOf(UserName, context);
        if (sessions.userKeys(user.id).length >= MOST_KEYS)
          throw quotaExceeded('AccessKeysPerUser', MOST_KEYS);
        const { accessKeyId, secretAccessKey } = sessions.issueUserKey(user, context.now.getTime());
        return {
          AccessKey: {
            UserName: user.name,
            AccessKeyId: accessKeyId,
            Status: 'Active',
            SecretAccessKey: secretAccessKey,
            CreateDate: context.now,
          },
        };
      }),

    ListAccessKeys(input, context) {
      const user = ownerOf(input.UserName, context);
      const keys = sessions.userKeys(user.id).sort(byName(({ accessKeyId }) => accessKeyId));
      const { items, ...page } = pageOf(keys, input, ({ accessKeyId }) => accessKeyId, ['keys', user.id]);
      return {
        AccessKeyMetadata: items.map(({ accessKeyId, active, created }) => ({
          UserName: user.name,
          AccessKeyId: accessKeyId,
          Status: active ? 'Active' : 'Inactive',
          CreateDate: new Date(created),
        })),
        ...page,
      };
    },

    UpdateAccessKey: ({ UserName, AccessKeyId, Status }, context) =>
      context.transaction(() => {
        ownKey(ownerOf(UserName, context), AccessKeyId);
        sessions.activateUserKey(AccessKeyId, Status === 'Active');
        return {};
      }),

    DeleteAccessKey: ({ UserName, AccessKeyId }, context) =>
      context.transaction(() => {
        ownKey(ownerOf(UserName, context), AccessKeyId);
        sessions.withdrawUserKey(AccessKeyId);
        return {};
      }),
  } satisfies Operations<IAM>;
}
