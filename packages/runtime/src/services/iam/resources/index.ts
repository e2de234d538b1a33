import type { ResourceProviders } from '../../../dispatch/resource-provider.ts';
import { groupResource, userToGroupAdditionResource } from './group.ts';
import { instanceProfileResource } from './instance-profile.ts';
import { managedPolicyResource } from './managed-policy.ts';
import { policyResource, rolePolicyResource } from './policy.ts';
import { roleResource } from './role.ts';
import { serviceLinkedRoleResource } from './service-linked-role.ts';
import { accessKeyResource, userResource } from './user.ts';

/** The CloudFormation types of IAM. */
export const iamResources: ResourceProviders = {
  'AWS::IAM::AccessKey': accessKeyResource,
  'AWS::IAM::Group': groupResource,
  'AWS::IAM::InstanceProfile': instanceProfileResource,
  'AWS::IAM::ManagedPolicy': managedPolicyResource,
  'AWS::IAM::Policy': policyResource,
  'AWS::IAM::Role': roleResource,
  'AWS::IAM::RolePolicy': rolePolicyResource,
  'AWS::IAM::ServiceLinkedRole': serviceLinkedRoleResource,
  'AWS::IAM::User': userResource,
  'AWS::IAM::UserToGroupAddition': userToGroupAdditionResource,
};
