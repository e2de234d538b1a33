import { defineService, type Handler } from '../../dispatch/service.ts';
import { iamAccess } from './access.ts';
import { accessKeyOperations } from './access-keys.ts';
import { accountOperations } from './account.ts';
import { attachmentOperations } from './attachments.ts';
import { authorizationDetailOperations } from './authorization-details.ts';
import { boundaryOperations } from './boundaries.ts';
import { Directory, directorySchema } from './directory.ts';
import { entityTagOperations } from './entity-tags.ts';
import { groupOperations } from './groups.ts';
import { identitySource } from './identities.ts';
import { inlinePolicyOperations } from './inline-policies.ts';
import { instanceProfileOperations } from './instance-profiles.ts';
import { managedPolicyOperations } from './managed-policies.ts';
import { policyVersionOperations } from './policy-versions.ts';
import { iamResources } from './resources/index.ts';
import { roleOperations } from './roles.ts';
import { deletionTaskSchema, serviceLinkedRoleOperations } from './service-linked-roles.ts';
import { unsupported } from './unsupported.ts';
import { userOperations } from './users.ts';

/** Identity and Access Management: roles, users, groups and their policies, global in each account. */
export const iam = defineService({
  name: 'iam',
  models: ['iam'],
  schema: [directorySchema + deletionTaskSchema],
  unsupported,
  quirks: { validationCode: 'ValidationError' },
  create(host) {
    const directory = new Directory(host.database);
    const { identities } = host.authorizer;
    return {
      access: iamAccess(directory),
      identities: identitySource(host.database, directory),
      operations: afterChanges(() => identities.forget(), {
        ...roleOperations(host, directory),
        ...userOperations(host, directory),
        ...groupOperations(host, directory),
        ...inlinePolicyOperations(host, directory),
        ...managedPolicyOperations(host, directory),
        ...policyVersionOperations(directory),
        ...attachmentOperations(host, directory),
        ...boundaryOperations(directory),
        ...entityTagOperations(directory),
        ...instanceProfileOperations(host, directory),
        ...accessKeyOperations(host, directory),
        ...serviceLinkedRoleOperations(host, directory),
        ...accountOperations(host, directory),
        ...authorizationDetailOperations(host, directory),
      }),
      resources: iamResources,
    };
  },
});

/** Calls `changed` when an operation that may have changed something is through, before it is answered. */
function afterChanges(
  changed: () => void,
  operations: Readonly<Record<string, Handler>>,
): Readonly<Record<string, Handler>> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, handler]) => {
      if (/^(Get|List)/.test(name)) return [name, handler];
      const watched: Handler = async (input, context) => {
        try {
          return await handler(input, context);
        } finally {
          changed();
        }
      };
      return [name, watched];
    }),
  );
}
