import type { SFN } from '@aws-sdk/client-sfn';
import { textProperty } from '../../../dispatch/property-values.ts';
import type { ResourceProvider } from '../../../dispatch/resource-provider.ts';

/** `AWS::StepFunctions::StateMachineVersion`: a published revision, never updated. */
export const versionResource: ResourceProvider = {
  properties: ['Description', 'StateMachineArn', 'StateMachineRevisionId'],
  replaceOn: ['Description', 'StateMachineArn', 'StateMachineRevisionId'],
  async create(properties, context) {
    const { stateMachineVersionArn = '' } = await context.client<SFN>('states').publishStateMachineVersion({
      stateMachineArn: textProperty(properties, 'StateMachineArn'),
      description: textProperty(properties, 'Description'),
      revisionId: textProperty(properties, 'StateMachineRevisionId'),
    });
    return { physicalId: stateMachineVersionArn, attributes: { Arn: stateMachineVersionArn } };
  },
  update(arn) {
    throw new Error(`The version ${arn} is replaced, never updated`);
  },
  async delete(arn, _properties, context) {
    await context.client<SFN>('states').deleteStateMachineVersion({ stateMachineVersionArn: arn });
  },
};
