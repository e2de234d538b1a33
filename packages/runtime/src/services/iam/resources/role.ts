import type { IAM } from '@aws-sdk/client-iam';
import {
  documentProperty,
  numberProperty,
  tagChanges,
  tagsProperty,
  textProperty,
} from '../../../dispatch/property-values.ts';
import type { ResourceProvider } from '../../../dispatch/resource-provider.ts';
import type { ClientOf } from '../../../dispatch/types.ts';
import { carryPolicies, type PolicyCalls, unlessGone } from './carried-policies.ts';

/** `AWS::IAM::Role` */
export const roleResource: ResourceProvider = {
  properties: [
    ...['AssumeRolePolicyDocument', 'Description', 'ManagedPolicyArns', 'MaxSessionDuration', 'Path'],
    ...['PermissionsBoundary', 'Policies', 'RoleName', 'Tags'],
  ],
  replaceOn: ['RoleName', 'Path'],

  async create(properties, context) {
    const iam = context.client<IAM>('iam');
    const RoleName = textProperty(properties, 'RoleName') ?? context.name(64);
    const { Role } = await iam.createRole({
      RoleName,
      AssumeRolePolicyDocument: documentProperty(properties, 'AssumeRolePolicyDocument'),
      Path: textProperty(properties, 'Path'),
      Description: textProperty(properties, 'Description'),
      MaxSessionDuration: numberProperty(properties, 'MaxSessionDuration'),
      PermissionsBoundary: textProperty(properties, 'PermissionsBoundary'),
      Tags: tagsProperty(properties),
    });
    context.created(RoleName);
    await carryPolicies(policyCalls(iam, RoleName), properties);
    return { physicalId: RoleName, attributes: { Arn: Role?.Arn, RoleId: Role?.RoleId } };
  },

  async update(RoleName, properties, previous, context) {
    const iam = context.client<IAM>('iam');
    const PolicyDocument = documentProperty(properties, 'AssumeRolePolicyDocument');
    if (PolicyDocument !== documentProperty(previous, 'AssumeRolePolicyDocument')) {
      await iam.updateAssumeRolePolicy({ RoleName, PolicyDocument });
    }
    await iam.updateRole({
      RoleName,
      Description: textProperty(properties, 'Description') ?? '',
      MaxSessionDuration: numberProperty(properties, 'MaxSessionDuration') ?? 3600,
    });
    const PermissionsBoundary = textProperty(properties, 'PermissionsBoundary');
    if (PermissionsBoundary !== undefined)
      await iam.putRolePermissionsBoundary({ RoleName, PermissionsBoundary });
    else if (textProperty(previous, 'PermissionsBoundary'))
      await iam.deleteRolePermissionsBoundary({ RoleName });
    await carryPolicies(policyCalls(iam, RoleName), properties, previous);
    const { set, remove } = tagChanges(tagsProperty(properties), tagsProperty(previous));
    if (set.length > 0) await iam.tagRole({ RoleName, Tags: set });
    if (remove.length > 0) await iam.untagRole({ RoleName, TagKeys: remove });
    const { Role } = await iam.getRole({ RoleName });
    return { physicalId: RoleName, attributes: { Arn: Role?.Arn, RoleId: Role?.RoleId } };
  },

  async delete(RoleName, properties, context) {
    const iam = context.client<IAM>('iam');
    await carryPolicies(policyCalls(iam, RoleName), {}, properties);
    await unlessGone(iam.deleteRole({ RoleName }));
  },
};

function policyCalls(iam: ClientOf<IAM>, RoleName: string): PolicyCalls {
  return {
    put: (PolicyName, PolicyDocument) => iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument }),
    remove: (PolicyName) => iam.deleteRolePolicy({ RoleName, PolicyName }),
    attach: (PolicyArn) => iam.attachRolePolicy({ RoleName, PolicyArn }),
    detach: (PolicyArn) => iam.detachRolePolicy({ RoleName, PolicyArn }),
  };
}
