import type { IAM } from '@aws-sdk/client-iam';
import { ServiceError } from '../../../dispatch/errors.ts';
import { documentProperty, listProperty, textProperty } from '../../../dispatch/property-values.ts';
import type { Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';
import type { ClientOf } from '../../../dispatch/types.ts';
import { unlessGone } from './carried-policies.ts';

/** `AWS::IAM::Policy`: one inline policy in several roles, users and groups. */
export const policyResource: ResourceProvider = {
  properties: ['Groups', 'PolicyDocument', 'PolicyName', 'Roles', 'Users'],

  async create(properties, context) {
    const physicalId = context.name(128);
    context.created(physicalId);
    await put(context.client<IAM>('iam'), properties);
    return { physicalId, attributes: { Id: physicalId } };
  },

  async update(physicalId, properties, previous, context) {
    const iam = context.client<IAM>('iam');
    await put(iam, properties);
    const renamed = properties['PolicyName'] !== previous['PolicyName'];
    const left = (name: string) =>
      listProperty<string>(previous, name).filter(
        (owner) => renamed || !listProperty<string>(properties, name).includes(owner),
      );
    await remove(iam, { ...previous, Roles: left('Roles'), Users: left('Users'), Groups: left('Groups') });
    return { physicalId, attributes: { Id: physicalId } };
  },

  async delete(_physicalId, properties, context) {
    await remove(context.client<IAM>('iam'), properties);
  },
};

/** `AWS::IAM::RolePolicy`: an inline policy of one role. */
export const rolePolicyResource: ResourceProvider = {
  properties: ['PolicyDocument', 'PolicyName', 'RoleName'],
  replaceOn: ['PolicyName', 'RoleName'],

  async create(properties, context) {
    const { RoleName, PolicyName, PolicyDocument } = rolePolicy(properties);
    await context.client<IAM>('iam').putRolePolicy({ RoleName, PolicyName, PolicyDocument });
    return { physicalId: `${PolicyName}|${RoleName}`, attributes: {} };
  },

  async update(physicalId, properties, _previous, context) {
    await context.client<IAM>('iam').putRolePolicy(rolePolicy(properties));
    return { physicalId, attributes: {} };
  },

  async delete(_physicalId, properties, context) {
    const { RoleName, PolicyName } = rolePolicy(properties);
    await unlessGone(context.client<IAM>('iam').deleteRolePolicy({ RoleName, PolicyName }));
  },
};

function rolePolicy(properties: Properties) {
  return {
    RoleName: textProperty(properties, 'RoleName'),
    PolicyName: textProperty(properties, 'PolicyName'),
    PolicyDocument: documentProperty(properties, 'PolicyDocument'),
  };
}

async function put(iam: ClientOf<IAM>, properties: Properties): Promise<void> {
  const PolicyName = textProperty(properties, 'PolicyName');
  const PolicyDocument = documentProperty(properties, 'PolicyDocument');
  const { roles, users, groups } = owners(properties);
  if (roles.length + users.length + groups.length === 0) {
    throw new ServiceError('ValidationError', 'At least one of [Groups,Roles,Users] must be non-empty.');
  }
  for (const RoleName of roles) await iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument });
  for (const UserName of users) await iam.putUserPolicy({ UserName, PolicyName, PolicyDocument });
  for (const GroupName of groups) await iam.putGroupPolicy({ GroupName, PolicyName, PolicyDocument });
}

async function remove(iam: ClientOf<IAM>, properties: Properties): Promise<void> {
  const PolicyName = textProperty(properties, 'PolicyName');
  const { roles, users, groups } = owners(properties);
  for (const RoleName of roles) await unlessGone(iam.deleteRolePolicy({ RoleName, PolicyName }));
  for (const UserName of users) await unlessGone(iam.deleteUserPolicy({ UserName, PolicyName }));
  for (const GroupName of groups) await unlessGone(iam.deleteGroupPolicy({ GroupName, PolicyName }));
}

function owners(properties: Properties) {
  return {
    roles: listProperty<string>(properties, 'Roles'),
    users: listProperty<string>(properties, 'Users'),
    groups: listProperty<string>(properties, 'Groups'),
  };
}
