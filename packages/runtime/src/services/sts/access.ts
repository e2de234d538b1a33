import type { AssumeRoleRequest } from '@aws-sdk/client-sts';
import type { Need, ServiceAccess } from '../../access/needs.ts';

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html */
export const stsAccess: ServiceAccess = {
  prefix: 'sts',
  operations: {
    // Nobody can be kept from these.
    GetCallerIdentity: 'open',
    GetSessionToken: 'open',
    AssumeRole(input: AssumeRoleRequest): readonly Need[] {
      const { RoleArn: resource = '', RoleSessionName, ExternalId, Tags = [], SourceIdentity } = input;
      const conditions = {
        'sts:RoleSessionName': RoleSessionName,
        'sts:ExternalId': ExternalId,
        'sts:SourceIdentity': SourceIdentity,
      };
      const actions = [
        'AssumeRole',
        ...(Tags.length > 0 ? ['TagSession'] : []),
        ...(SourceIdentity === undefined ? [] : ['SetSourceIdentity']),
      ];
      return actions.map((action) => ({ action: `sts:${action}`, resource, conditions, assumes: true }));
    },
  },
};
