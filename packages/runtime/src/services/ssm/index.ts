import { defineService } from '../../dispatch/service.ts';
import { ssmAccess } from './access.ts';
import { changeTeller } from './changes.ts';
import { deleteParameterOperations } from './delete-parameters.ts';
import { describeParameterOperations } from './describe-parameters.ts';
import { getParameterOperations } from './get-parameters.ts';
import { labelOperations } from './labels.ts';
import { parametersSchema } from './parameters-table.ts';
import { putParameterOperations } from './put-parameter.ts';
import { Reading } from './reading.ts';
import { parameterResource } from './resources/parameter.ts';
import { tagOperations } from './tags.ts';

const MACHINES = 'there are no managed machines here';

/** Systems Manager: its Parameter Store. */
export const ssm = defineService({
  name: 'ssm',
  models: ['ssm'],
  schema: [parametersSchema],
  unsupported: {
    SendCommand: MACHINES,
    StartSession: MACHINES,
    DescribeInstanceInformation: MACHINES,
    CreateDocument: MACHINES,
    CreateMaintenanceWindow: MACHINES,
    CreatePatchBaseline: MACHINES,
    StartAutomationExecution: MACHINES,
    PutResourcePolicy: 'parameters are not shared between accounts',
  },
  create(host) {
    const reading = new Reading(host);
    return {
      access: ssmAccess,
      operations: {
        ...putParameterOperations(host, reading),
        ...getParameterOperations(host, reading),
        ...describeParameterOperations(host),
        ...labelOperations(host, reading),
        ...deleteParameterOperations(host),
        ...tagOperations(host),
      },
      orders: { 'ssm.change': changeTeller(host) },
      resources: { 'AWS::SSM::Parameter': parameterResource },
    };
  },
});
