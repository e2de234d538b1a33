import type { ServiceAccess } from '../../access/needs.ts';

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html */
export const statesAccess: ServiceAccess = {
  prefix: 'states',
  resources: [
    ...['{executionArn}', '{stateMachineArn}', '{mapRunArn}', '{activityArn}', '{resourceArn}'],
    ...['{stateMachineAliasArn}', '{stateMachineVersionArn}', '*'],
  ],
  passes: { service: 'states.amazonaws.com', members: ['roleArn'] },
  operations: {
    CreateStateMachine: { resources: ['stateMachine:{name}'] },
    CreateActivity: { resources: ['activity:{name}'] },
    CreateStateMachineAlias: { resources: ['{routingConfiguration.stateMachineVersionArn}'] },
  },
};
