import type { DestinationConfig, Lambda } from '@aws-sdk/client-lambda';
import { numberProperty, textProperty } from '../../../dispatch/property-values.ts';
import type { DeployContext, Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';
import { unlessGone } from './unless-gone.ts';

/** `AWS::Lambda::EventInvokeConfig` */
export const eventInvokeConfigResource: ResourceProvider = {
  properties: [
    'DestinationConfig',
    'FunctionName',
    'MaximumEventAgeInSeconds',
    'MaximumRetryAttempts',
    'Qualifier',
  ],
  replaceOn: ['FunctionName', 'Qualifier'],

  async create(properties, context) {
    await put(properties, context);
    return { physicalId: context.name(128), attributes: {} };
  },

  async update(physicalId, properties, _previous, context) {
    await put(properties, context);
    return { physicalId, attributes: {} };
  },

  async delete(_physicalId, properties, context) {
    const lambda = context.client<Lambda>('lambda');
    await unlessGone(lambda.deleteFunctionEventInvokeConfig(owner(properties)));
  },
};

async function put(properties: Properties, context: DeployContext): Promise<void> {
  await context.client<Lambda>('lambda').putFunctionEventInvokeConfig({
    ...owner(properties),
    DestinationConfig: properties['DestinationConfig'] as DestinationConfig | undefined,
    MaximumEventAgeInSeconds: numberProperty(properties, 'MaximumEventAgeInSeconds'),
    MaximumRetryAttempts: numberProperty(properties, 'MaximumRetryAttempts'),
  });
}

function owner(properties: Properties) {
  return {
    FunctionName: textProperty(properties, 'FunctionName'),
    Qualifier: textProperty(properties, 'Qualifier'),
  };
}
