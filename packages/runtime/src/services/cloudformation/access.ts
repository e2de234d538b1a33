import type { ServiceAccess } from '../../access/needs.ts';

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html */
export const cloudformationAccess: ServiceAccess = {
  prefix: 'cloudformation',
  // Permissions are asked for a stack of this name, whatever its number.
  resources: ['{StackName}', 'stack/{StackName}/*', '{ChangeSetName}', '*'],
  passes: { service: 'cloudformation.amazonaws.com', members: ['RoleARN'] },
  operations: { ListExports: { resources: [] }, ValidateTemplate: { resources: [] } },
};
