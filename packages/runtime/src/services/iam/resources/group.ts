import type { IAM } from '@aws-sdk/client-iam';
import { listProperty, textProperty } from '../../../dispatch/property-values.ts';
import type { ResourceProvider } from '../../../dispatch/resource-provider.ts';
import type { ClientOf } from '../../../dispatch/types.ts';
import { carryPolicies, type PolicyCalls, unlessGone } from './carried-policies.ts';

/** `AWS::IAM::Group` */
export const groupResource: ResourceProvider = {
  properties: ['GroupName', 'ManagedPolicyArns', 'Path', 'Policies'],
  replaceOn: ['GroupName', 'Path'],

  async create(properties, context) {
    const iam = context.client<IAM>('iam');
    const GroupName = textProperty(properties, 'GroupName') ?? context.name(128);
    const { Group } = await iam.createGroup({ GroupName, Path: textProperty(properties, 'Path') });
    context.created(GroupName);
    await carryPolicies(policyCalls(iam, GroupName), properties);
    return { physicalId: GroupName, attributes: { Arn: Group?.Arn } };
  },

  async update(GroupName, properties, previous, context) {
    const iam = context.client<IAM>('iam');
    await carryPolicies(policyCalls(iam, GroupName), properties, previous);
    const { Group } = await iam.getGroup({ GroupName });
    return { physicalId: GroupName, attributes: { Arn: Group?.Arn } };
  },

  async delete(GroupName, properties, context) {
    const iam = context.client<IAM>('iam');
    await carryPolicies(policyCalls(iam, GroupName), {}, properties);
    await unlessGone(iam.deleteGroup({ GroupName }));
  },
};

/** `AWS::IAM::UserToGroupAddition` */
export const userToGroupAdditionResource: ResourceProvider = {
  properties: ['GroupName', 'Users'],
  replaceOn: ['GroupName'],

  async create(properties, context) {
    const iam = context.client<IAM>('iam');
    const GroupName = textProperty(properties, 'GroupName');
    for (const UserName of listProperty<string>(properties, 'Users')) {
      await iam.addUserToGroup({ GroupName, UserName });
    }
    return { physicalId: context.name(128), attributes: {} };
  },

  async update(physicalId, properties, previous, context) {
    const iam = context.client<IAM>('iam');
    const GroupName = textProperty(properties, 'GroupName');
    const before = listProperty<string>(previous, 'Users');
    const after = listProperty<string>(properties, 'Users');
    for (const UserName of after) {
      if (!before.includes(UserName)) await iam.addUserToGroup({ GroupName, UserName });
    }
    for (const UserName of before) {
      if (!after.includes(UserName)) await unlessGone(iam.removeUserFromGroup({ GroupName, UserName }));
    }
    return { physicalId, attributes: {} };
  },

  async delete(_physicalId, properties, context) {
    const iam = context.client<IAM>('iam');
    const GroupName = textProperty(properties, 'GroupName');
    for (const UserName of listProperty<string>(properties, 'Users')) {
      await unlessGone(iam.removeUserFromGroup({ GroupName, UserName }));
    }
  },
};

function policyCalls(iam: ClientOf<IAM>, GroupName: string): PolicyCalls {
  return {
    put: (PolicyName, PolicyDocument) => iam.putGroupPolicy({ GroupName, PolicyName, PolicyDocument }),
    remove: (PolicyName) => iam.deleteGroupPolicy({ GroupName, PolicyName }),
    attach: (PolicyArn) => iam.attachGroupPolicy({ GroupName, PolicyArn }),
    detach: (PolicyArn) => iam.detachGroupPolicy({ GroupName, PolicyArn }),
  };
}
