import type { IAM } from '@aws-sdk/client-iam';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { Scope } from '../../store/collection.ts';
import { awsManagedPolicy } from './aws-managed-policies.ts';
import { type CustomerPolicy, type Directory, nameKey } from './directory.ts';
import { encodeDocument } from './documents/encoding.ts';
import { limitExceeded, noSuchEntity } from './failures.ts';
import { checkNewVersion } from './managed-policies.ts';
import { pageOf } from './paging.ts';
import { isAwsPolicy, PolicyCatalog } from './policy-catalog.ts';
import { globalScope } from './scope.ts';

const MOST_VERSIONS = 5;

interface Version {
  readonly id: string;
  readonly document: string;
  readonly created: Date;
  readonly isDefault: boolean;
}

/** The versions of a managed policy's document. */
export function policyVersionOperations(directory: Directory) {
  const { policies } = directory;
  const catalog = new PolicyCatalog(directory);

  const versionsOf = (scope: Scope, arn: string): Version[] => {
    if (isAwsPolicy(arn)) {
      const known = awsManagedPolicy(arn);
      if (!known) throw noSuchEntity(`Policy ${arn} was not found.`);
      return [{ id: known.version, document: known.document, created: known.updated, isDefault: true }];
    }
    const { versions, defaultVersion } = catalog.customerOrFail(scope, arn);
    return versions.map((version) => ({ ...version, isDefault: version.id === defaultVersion }));
  };
  const change = (scope: Scope, arn: string, update: (policy: CustomerPolicy) => CustomerPolicy) => {
    const policy = catalog.customerOrFail(scope, arn);
    policies.update(scope, nameKey(policy.name), update(policy));
  };

  return {
    CreatePolicyVersion({ PolicyArn, PolicyDocument, SetAsDefault }, context) {
      checkNewVersion(PolicyDocument);
      return context.transaction(() => {
        let id = '';
        change(globalScope(context), PolicyArn, (policy) => {
          if (policy.versions.length >= MOST_VERSIONS) {
            throw limitExceeded(
              `A managed policy can have up to ${MOST_VERSIONS} versions. Before you create a new version, you must delete an existing version.`,
            );
          }
          id = `v${policy.nextVersion}`;
          return {
            ...policy,
            updated: context.now,
            versions: [...policy.versions, { id, document: PolicyDocument, created: context.now }],
            nextVersion: policy.nextVersion + 1,
            defaultVersion: SetAsDefault ? id : policy.defaultVersion,
          };
        });
        return {
          PolicyVersion: { VersionId: id, IsDefaultVersion: SetAsDefault ?? false, CreateDate: context.now },
        };
      });
    },

    GetPolicyVersion({ PolicyArn, VersionId }, context) {
      const version = versionsOf(globalScope(context), PolicyArn).find(({ id }) => id === VersionId);
      if (!version) throw noSuchVersion(PolicyArn, VersionId);
      return {
        PolicyVersion: {
          Document: encodeDocument(version.document),
          VersionId,
          IsDefaultVersion: version.isDefault,
          CreateDate: version.created,
        },
      };
    },

    ListPolicyVersions(input, context) {
      const newestFirst = versionsOf(globalScope(context), input.PolicyArn).toReversed();
      // A place in the list, because versions are not in the order of their names.
      const placed = newestFirst.map((version, index) => ({
        version,
        place: String(index).padStart(2, '0'),
      }));
      const { items, ...page } = pageOf(placed, input, ({ place }) => place, ['versions', input.PolicyArn]);
      return {
        Versions: items.map(({ version }) => ({
          VersionId: version.id,
          IsDefaultVersion: version.isDefault,
          CreateDate: version.created,
        })),
        ...page,
      };
    },

    SetDefaultPolicyVersion: ({ PolicyArn, VersionId }, context) =>
      context.transaction(() => {
        change(globalScope(context), PolicyArn, (policy) => {
          if (!policy.versions.some(({ id }) => id === VersionId)) throw noSuchVersion(PolicyArn, VersionId);
          return { ...policy, defaultVersion: VersionId, updated: context.now };
        });
        return {};
      }),

    DeletePolicyVersion: ({ PolicyArn, VersionId }, context) =>
      context.transaction(() => {
        change(globalScope(context), PolicyArn, (policy) => {
          if (!policy.versions.some(({ id }) => id === VersionId)) throw noSuchVersion(PolicyArn, VersionId);
          if (policy.defaultVersion === VersionId) {
            const message = 'Cannot delete the default version of a policy.';
            throw new ServiceError('DeleteConflictException', message);
          }
          return { ...policy, versions: policy.versions.filter(({ id }) => id !== VersionId) };
        });
        return {};
      }),
  } satisfies Operations<IAM>;
}

function noSuchVersion(arn: string, version: string) {
  return noSuchEntity(`Policy ${arn} version ${version} does not exist or is not attachable.`);
}
