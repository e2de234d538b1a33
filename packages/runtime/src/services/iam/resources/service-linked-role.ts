import type { IAM } from '@aws-sdk/client-iam';
import { textProperty } from '../../../dispatch/property-values.ts';
import type { ResourceProvider } from '../../../dispatch/resource-provider.ts';
import { unlessGone } from './carried-policies.ts';

/** `AWS::IAM::ServiceLinkedRole` */
export const serviceLinkedRoleResource: ResourceProvider = {
  properties: ['AWSServiceName', 'CustomSuffix', 'Description'],
  replaceOn: ['AWSServiceName', 'CustomSuffix', 'Description'],

  async create(properties, context) {
    const { Role } = await context.client<IAM>('iam').createServiceLinkedRole({
      AWSServiceName: textProperty(properties, 'AWSServiceName'),
      CustomSuffix: textProperty(properties, 'CustomSuffix'),
      Description: textProperty(properties, 'Description'),
    });
    return { physicalId: Role?.RoleName ?? '', attributes: { RoleName: Role?.RoleName } };
  },

  update(physicalId) {
    throw new Error(`Service-linked role ${physicalId} is replaced, never updated`);
  },

  async delete(RoleName, _properties, context) {
    await unlessGone(context.client<IAM>('iam').deleteServiceLinkedRole({ RoleName }));
  },
};
