import type { SFN } from '@aws-sdk/client-sfn';
import { ServiceError } from '../../../dispatch/errors.ts';
import { listProperty, textProperty } from '../../../dispatch/property-values.ts';
import type { Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';

/** `AWS::StepFunctions::StateMachineAlias`; a deployment preference shifts at once, there is no traffic to watch. */
export const aliasResource: ResourceProvider = {
  properties: ['DeploymentPreference', 'Description', 'Name', 'RoutingConfiguration'],
  replaceOn: ['Name'],
  async create(properties, context) {
    const { stateMachineAliasArn = '' } = await context.client<SFN>('states').createStateMachineAlias({
      name: textProperty(properties, 'Name') ?? context.name(80),
      description: textProperty(properties, 'Description'),
      routingConfiguration: routes(properties),
    });
    return { physicalId: stateMachineAliasArn, attributes: { Arn: stateMachineAliasArn } };
  },
  async update(arn, properties, _previous, context) {
    await context.client<SFN>('states').updateStateMachineAlias({
      stateMachineAliasArn: arn,
      description: textProperty(properties, 'Description'),
      routingConfiguration: routes(properties),
    });
    return { physicalId: arn, attributes: { Arn: arn } };
  },
  async delete(arn, _properties, context) {
    try {
      await context.client<SFN>('states').deleteStateMachineAlias({ stateMachineAliasArn: arn });
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== 'ResourceNotFound') throw error;
    }
  },
};

function routes(properties: Properties) {
  const preference = properties['DeploymentPreference'] as { StateMachineVersionArn?: string } | undefined;
  if (preference) return [{ stateMachineVersionArn: preference.StateMachineVersionArn, weight: 100 }];
  return listProperty<{ StateMachineVersionArn?: string; Weight?: number }>(
    properties,
    'RoutingConfiguration',
  ).map(({ StateMachineVersionArn, Weight }) => ({
    stateMachineVersionArn: StateMachineVersionArn,
    weight: Number(Weight),
  }));
}
