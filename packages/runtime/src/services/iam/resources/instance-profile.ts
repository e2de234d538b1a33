import type { IAM } from '@aws-sdk/client-iam';
import { listProperty, textProperty } from '../../../dispatch/property-values.ts';
import type { ResourceProvider } from '../../../dispatch/resource-provider.ts';
import { unlessGone } from './carried-policies.ts';

/** `AWS::IAM::InstanceProfile` */
export const instanceProfileResource: ResourceProvider = {
  properties: ['InstanceProfileName', 'Path', 'Roles'],
  replaceOn: ['InstanceProfileName', 'Path'],

  async create(properties, context) {
    const iam = context.client<IAM>('iam');
    const InstanceProfileName = textProperty(properties, 'InstanceProfileName') ?? context.name(128);
    const Path = textProperty(properties, 'Path');
    const { InstanceProfile } = await iam.createInstanceProfile({ InstanceProfileName, Path });
    context.created(InstanceProfileName);
    for (const RoleName of listProperty<string>(properties, 'Roles')) {
      await iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName });
    }
    return { physicalId: InstanceProfileName, attributes: { Arn: InstanceProfile?.Arn } };
  },

  async update(InstanceProfileName, properties, previous, context) {
    const iam = context.client<IAM>('iam');
    const before = listProperty<string>(previous, 'Roles');
    const after = listProperty<string>(properties, 'Roles');
    for (const RoleName of before) {
      if (after.includes(RoleName)) continue;
      await unlessGone(iam.removeRoleFromInstanceProfile({ InstanceProfileName, RoleName }));
    }
    for (const RoleName of after) {
      if (!before.includes(RoleName)) await iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName });
    }
    const { InstanceProfile } = await iam.getInstanceProfile({ InstanceProfileName });
    return { physicalId: InstanceProfileName, attributes: { Arn: InstanceProfile?.Arn } };
  },

  async delete(InstanceProfileName, properties, context) {
    const iam = context.client<IAM>('iam');
    for (const RoleName of listProperty<string>(properties, 'Roles')) {
      await unlessGone(iam.removeRoleFromInstanceProfile({ InstanceProfileName, RoleName }));
    }
    await unlessGone(iam.deleteInstanceProfile({ InstanceProfileName }));
  },
};
