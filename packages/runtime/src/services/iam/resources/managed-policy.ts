import type { IAM } from '@aws-sdk/client-iam';
import { documentProperty, listProperty, textProperty } from '../../../dispatch/property-values.ts';
import type { Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';
import type { ClientOf } from '../../../dispatch/types.ts';
import { unlessGone } from './carried-policies.ts';

/** `AWS::IAM::ManagedPolicy` */
export const managedPolicyResource: ResourceProvider = {
  properties: ['Description', 'Groups', 'ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles', 'Users'],
  replaceOn: ['Description', 'ManagedPolicyName', 'Path'],

  async create(properties, context) {
    const iam = context.client<IAM>('iam');
    const { Policy } = await iam.createPolicy({
      PolicyName: textProperty(properties, 'ManagedPolicyName') ?? context.name(128),
      PolicyDocument: documentProperty(properties, 'PolicyDocument'),
      Path: textProperty(properties, 'Path'),
      Description: textProperty(properties, 'Description'),
    });
    const arn = Policy?.Arn ?? '';
    context.created(arn);
    await attach(iam, arn, properties, {});
    return { physicalId: arn, attributes: await attributesOf(iam, arn) };
  },

  async update(arn, properties, previous, context) {
    const iam = context.client<IAM>('iam');
    const PolicyDocument = documentProperty(properties, 'PolicyDocument');
    if (PolicyDocument !== documentProperty(previous, 'PolicyDocument')) {
      await iam.createPolicyVersion({ PolicyArn: arn, PolicyDocument, SetAsDefault: true });
      await deleteOldVersions(iam, arn);
    }
    await attach(iam, arn, properties, previous);
    return { physicalId: arn, attributes: await attributesOf(iam, arn) };
  },

  async delete(arn, properties, context) {
    const iam = context.client<IAM>('iam');
    await attach(iam, arn, {}, properties);
    await unlessGone(deleteOldVersions(iam, arn));
    await unlessGone(iam.deletePolicy({ PolicyArn: arn }));
  },
};

async function deleteOldVersions(iam: ClientOf<IAM>, PolicyArn: string): Promise<void> {
  const { Versions = [] } = await iam.listPolicyVersions({ PolicyArn });
  for (const { VersionId, IsDefaultVersion } of Versions) {
    if (!IsDefaultVersion) await iam.deletePolicyVersion({ PolicyArn, VersionId });
  }
}

async function attach(iam: ClientOf<IAM>, PolicyArn: string, wanted: Properties, previous: Properties) {
  const added = (name: string) => without(listProperty(wanted, name), listProperty(previous, name));
  const removed = (name: string) => without(listProperty(previous, name), listProperty(wanted, name));
  for (const RoleName of added('Roles')) await iam.attachRolePolicy({ RoleName, PolicyArn });
  for (const UserName of added('Users')) await iam.attachUserPolicy({ UserName, PolicyArn });
  for (const GroupName of added('Groups')) await iam.attachGroupPolicy({ GroupName, PolicyArn });
  for (const RoleName of removed('Roles')) await unlessGone(iam.detachRolePolicy({ RoleName, PolicyArn }));
  for (const UserName of removed('Users')) await unlessGone(iam.detachUserPolicy({ UserName, PolicyArn }));
  for (const GroupName of removed('Groups'))
    await unlessGone(iam.detachGroupPolicy({ GroupName, PolicyArn }));
}

function without(list: readonly string[], other: readonly string[]): string[] {
  return list.filter((item) => !other.includes(item));
}

async function attributesOf(iam: ClientOf<IAM>, PolicyArn: string) {
  const { Policy } = await iam.getPolicy({ PolicyArn });
  return {
    PolicyArn,
    PolicyId: Policy?.PolicyId,
    AttachmentCount: Policy?.AttachmentCount,
    PermissionsBoundaryUsageCount: Policy?.PermissionsBoundaryUsageCount,
    DefaultVersionId: Policy?.DefaultVersionId,
    IsAttachable: Policy?.IsAttachable,
    CreateDate: Policy?.CreateDate?.toISOString(),
    UpdateDate: Policy?.UpdateDate?.toISOString(),
  };
}
