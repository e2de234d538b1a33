import type { IAM } from '@aws-sdk/client-iam';
import type { AssumeRoleRequest, STS } from '@aws-sdk/client-sts';
import { servicePrincipal } from '../../access/caller.ts';
import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import { roleIdentity } from '../../dispatch/role-identity.ts';
import { defineService, type Operations } from '../../dispatch/service.ts';
import { stsAccess } from './access.ts';

const DEFAULT_SESSION_SECONDS = 3600;

/** Security Token Service: who calls, and sessions of roles with keys of their own. */
export const sts = defineService({
  name: 'sts',
  models: ['sts'],
  schema: [],
  quirks: { validationCode: 'ValidationError' },
  create: (host) => ({ access: stsAccess, operations: stsOperations(host) }),
});

function stsOperations(host: Host) {
  /** The policies that limit a session: the one in the request, and managed ones by ARN. */
  const sessionPolicies = async (
    { Policy, PolicyArns = [] }: Partial<AssumeRoleRequest>,
    { account, region }: CallContext,
  ): Promise<string[]> => {
    const iam = host.client<IAM>('iam', { caller: servicePrincipal('sts.amazonaws.com', account), region });
    const managed = PolicyArns.map(async ({ arn: PolicyArn }) => {
      const { Policy: found } = await iam.getPolicy({ PolicyArn });
      const { PolicyVersion } = await iam.getPolicyVersion({
        PolicyArn,
        VersionId: found?.DefaultVersionId,
      });
      return decodeURIComponent(PolicyVersion?.Document ?? '{}');
    });
    return [...(Policy === undefined ? [] : [readable(Policy)]), ...(await Promise.all(managed))];
  };

  return {
    GetCallerIdentity(_input, { caller }) {
      return { UserId: caller.userId, Account: caller.account, Arn: caller.arn };
    },

    async AssumeRole(input, context) {
      const role = await roleIdentity(host, input.RoleArn, context, undefined);
      const expires = context.now.getTime() + (input.DurationSeconds ?? DEFAULT_SESSION_SECONDS) * 1000;
      const policies = await sessionPolicies(input, context);
      const name = input.RoleArn.slice(input.RoleArn.lastIndexOf('/') + 1);
      return context.transaction(() => {
        const credentials = host.sessions.issue(role, input.RoleSessionName, expires, policies);
        return {
          Credentials: {
            AccessKeyId: credentials.accessKeyId,
            SecretAccessKey: credentials.secretAccessKey,
            SessionToken: credentials.sessionToken,
            Expiration: credentials.expiration,
          },
          AssumedRoleUser: {
            AssumedRoleId: `${role.id}:${input.RoleSessionName}`,
            Arn: `arn:aws:sts::${role.account}:assumed-role/${name}/${input.RoleSessionName}`,
          },
          PackedPolicySize:
            input.Policy === undefined ? undefined : Math.ceil((input.Policy.length * 100) / 2048),
          SourceIdentity: input.SourceIdentity,
        };
      });
    },

    GetSessionToken(input, context) {
      if (context.caller.kind === 'role') {
        throw new ServiceError('AccessDenied', 'Cannot call GetSessionToken with session credentials', {
          status: 403,
        });
      }
      const expires = context.now.getTime() + (input.DurationSeconds ?? 12 * DEFAULT_SESSION_SECONDS) * 1000;
      // The session is the account's own, as the key that asked for it: 12 digits name the account.
      return {
        Credentials: {
          AccessKeyId: context.account,
          SecretAccessKey: host.ids.hex(40),
          SessionToken: host.ids.hex(64),
          Expiration: new Date(expires),
        },
      };
    },

    GetAccessKeyInfo(input) {
      return { Account: host.sessions.callerOf(input.AccessKeyId).account };
    },
  } satisfies Operations<STS>;
}

/** @throws MalformedPolicyDocument for a text that is no JSON */
function readable(policy: string): string {
  try {
    JSON.parse(policy);
    return policy;
  } catch {
    throw new ServiceError('MalformedPolicyDocumentException', 'Syntax errors in policy.');
  }
}
