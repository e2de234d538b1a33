import type { IAM } from '@aws-sdk/client-iam';
import { listProperty, tagChanges, tagsProperty, textProperty } from '../../../dispatch/property-values.ts';
import type { Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';
import type { ClientOf } from '../../../dispatch/types.ts';
import { carryPolicies, type PolicyCalls, unlessGone } from './carried-policies.ts';

/** `AWS::IAM::User` */
export const userResource: ResourceProvider = {
  properties: ['Groups', 'ManagedPolicyArns', 'Path', 'PermissionsBoundary', 'Policies', 'Tags', 'UserName'],
  replaceOn: ['UserName', 'Path'],

  async create(properties, context) {
    const iam = context.client<IAM>('iam');
    const UserName = textProperty(properties, 'UserName') ?? context.name(64);
    const { User } = await iam.createUser({
      UserName,
      Path: textProperty(properties, 'Path'),
      PermissionsBoundary: textProperty(properties, 'PermissionsBoundary'),
      Tags: tagsProperty(properties),
    });
    context.created(UserName);
    await carryPolicies(policyCalls(iam, UserName), properties);
    await joinGroups(iam, UserName, properties, {});
    return { physicalId: UserName, attributes: { Arn: User?.Arn } };
  },

  async update(UserName, properties, previous, context) {
    const iam = context.client<IAM>('iam');
    const PermissionsBoundary = textProperty(properties, 'PermissionsBoundary');
    if (PermissionsBoundary !== undefined)
      await iam.putUserPermissionsBoundary({ UserName, PermissionsBoundary });
    else if (textProperty(previous, 'PermissionsBoundary'))
      await iam.deleteUserPermissionsBoundary({ UserName });
    await carryPolicies(policyCalls(iam, UserName), properties, previous);
    await joinGroups(iam, UserName, properties, previous);
    const { set, remove } = tagChanges(tagsProperty(properties), tagsProperty(previous));
    if (set.length > 0) await iam.tagUser({ UserName, Tags: set });
    if (remove.length > 0) await iam.untagUser({ UserName, TagKeys: remove });
    const { User } = await iam.getUser({ UserName });
    return { physicalId: UserName, attributes: { Arn: User?.Arn } };
  },

  async delete(UserName, properties, context) {
    const iam = context.client<IAM>('iam');
    await carryPolicies(policyCalls(iam, UserName), {}, properties);
    await joinGroups(iam, UserName, {}, properties);
    await unlessGone(iam.deleteUser({ UserName }));
  },
};

/** `AWS::IAM::AccessKey` */
export const accessKeyResource: ResourceProvider = {
  properties: ['Serial', 'Status', 'UserName'],
  replaceOn: ['Serial', 'UserName'],

  async create(properties, context) {
    const iam = context.client<IAM>('iam');
    const UserName = textProperty(properties, 'UserName');
    const { AccessKey } = await iam.createAccessKey({ UserName });
    const AccessKeyId = AccessKey?.AccessKeyId ?? '';
    context.created(AccessKeyId);
    const Status = textProperty(properties, 'Status');
    if (Status === 'Inactive') await iam.updateAccessKey({ UserName, AccessKeyId, Status });
    return { physicalId: AccessKeyId, attributes: { SecretAccessKey: AccessKey?.SecretAccessKey } };
  },

  async update(AccessKeyId, properties, _previous, context) {
    const Status = textProperty(properties, 'Status') === 'Inactive' ? 'Inactive' : 'Active';
    const UserName = textProperty(properties, 'UserName');
    await context.client<IAM>('iam').updateAccessKey({ UserName, AccessKeyId, Status });
    return { physicalId: AccessKeyId, attributes: {} };
  },

  async delete(AccessKeyId, properties, context) {
    const UserName = textProperty(properties, 'UserName');
    await unlessGone(context.client<IAM>('iam').deleteAccessKey({ UserName, AccessKeyId }));
  },
};

async function joinGroups(iam: ClientOf<IAM>, UserName: string, wanted: Properties, previous: Properties) {
  const before = listProperty<string>(previous, 'Groups');
  const after = listProperty<string>(wanted, 'Groups');
  for (const GroupName of after) {
    if (!before.includes(GroupName)) await iam.addUserToGroup({ GroupName, UserName });
  }
  for (const GroupName of before) {
    if (!after.includes(GroupName)) await unlessGone(iam.removeUserFromGroup({ GroupName, UserName }));
  }
}

function policyCalls(iam: ClientOf<IAM>, UserName: string): PolicyCalls {
  return {
    put: (PolicyName, PolicyDocument) => iam.putUserPolicy({ UserName, PolicyName, PolicyDocument }),
    remove: (PolicyName) => iam.deleteUserPolicy({ UserName, PolicyName }),
    attach: (PolicyArn) => iam.attachUserPolicy({ UserName, PolicyArn }),
    detach: (PolicyArn) => iam.detachUserPolicy({ UserName, PolicyArn }),
  };
}
