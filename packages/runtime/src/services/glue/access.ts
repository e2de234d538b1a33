import type { ServiceAccess } from '../../access/needs.ts';

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsglue.html */
export const glueAccess: ServiceAccess = {
  prefix: 'glue',
  resources: ['{ResourceArn}', 'job/{JobName}', 'job/{Name}', 'job/{JobNames}', '*'],
  passes: { service: 'glue.amazonaws.com', members: ['Role', 'JobUpdate.Role'] },
};
