import type { IAM, SummaryKeyType } from '@aws-sdk/client-iam';
import { accountRoot } from '../../access/caller.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { Directory } from './directory.ts';
import { alreadyExists, noSuchEntity } from './failures.ts';
import { globalScope } from './scope.ts';

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const QUOTAS = {
  UsersQuota: 5000,
  GroupsQuota: 300,
  ServerCertificatesQuota: 20,
  UserPolicySizeQuota: 2048,
  GroupPolicySizeQuota: 5120,
  GroupsPerUserQuota: 10,
  SigningCertificatesPerUserQuota: 2,
  AccessKeysPerUserQuota: 2,
  AttachedPoliciesPerGroupQuota: 10,
  AttachedPoliciesPerRoleQuota: 10,
  AttachedPoliciesPerUserQuota: 10,
  PoliciesQuota: 1500,
  PolicySizeQuota: 6144,
  PolicyVersionsInUseQuota: 10_000,
  VersionsPerPolicyQuota: 5,
  InstanceProfilesQuota: 1000,
  RolesQuota: 1000,
  RolePolicySizeQuota: 10_240,
  AssumeRolePolicySizeQuota: 2048,
};

/** The account's name and what it contains. */
export function accountOperations(host: Host, directory: Directory) {
  const { database } = host;
  const aliasOf = (account: string) => {
    const sql = 'SELECT alias FROM iam_account_alias WHERE account = ?';
    return database.get<{ alias: string }>(sql, account)?.alias;
  };

  return {
    CreateAccountAlias: ({ AccountAlias }, context) =>
      context.transaction(() => {
        const owner = database.get<{ account: string }>(
          'SELECT account FROM iam_account_alias WHERE alias = ?',
          AccountAlias,
        );
        if (owner) throw alreadyExists(`The account alias ${AccountAlias} already exists.`);
        const sql =
          'INSERT INTO iam_account_alias VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET alias = excluded.alias';
        database.run(sql, context.account, AccountAlias);
        return {};
      }),

    ListAccountAliases(_input, { account }) {
      const alias = aliasOf(account);
      return { AccountAliases: alias === undefined ? [] : [alias], IsTruncated: false };
    },

    DeleteAccountAlias: ({ AccountAlias }, context) =>
      context.transaction(() => {
        if (aliasOf(context.account) !== AccountAlias) {
          throw noSuchEntity(`The account alias with name ${AccountAlias} cannot be found.`);
        }
        database.run('DELETE FROM iam_account_alias WHERE account = ?', context.account);
        return {};
      }),

    GetAccountSummary(_input, context) {
      const scope = globalScope(context);
      const { users, groups, roles, policies, profiles } = directory;
      const versions = policies.list(scope).reduce((sum, { document }) => sum + document.versions.length, 0);
      const SummaryMap: Partial<Record<SummaryKeyType, number>> & Record<string, number> = {
        ...QUOTAS,
        Users: users.count(scope),
        Groups: groups.count(scope),
        Roles: roles.count(scope),
        Policies: policies.count(scope),
        InstanceProfiles: profiles.count(scope),
        PolicyVersionsInUse: versions,
        ServerCertificates: 0,
        Providers: 0,
        MFADevices: 0,
        MFADevicesInUse: 0,
        AccountMFAEnabled: 0,
        AccountAccessKeysPresent: Math.min(
          host.sessions.userKeys(accountRoot(scope.account).userId).length,
          1,
        ),
        AccountSigningCertificatesPresent: 0,
        GlobalEndpointTokenVersion: 1,
      };
      return { SummaryMap };
    },
  } satisfies Operations<IAM>;
}
