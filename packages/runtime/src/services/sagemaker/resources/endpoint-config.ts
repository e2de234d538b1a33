import type { ProductionVariant, SageMaker } from '@aws-sdk/client-sagemaker';
import {
  listProperty,
  numberProperty,
  tagsProperty,
  textProperty,
} from '../../../dispatch/property-values.ts';
import type { Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';
import { followTags, nameIn, unlessGone } from './carrying-out.ts';

const LONGEST_NAME = 63;
const NUMBERS = [
  ...['InitialInstanceCount', 'InitialVariantWeight', 'VolumeSizeInGB'],
  ...['ModelDataDownloadTimeoutInSeconds', 'ContainerStartupHealthCheckTimeoutInSeconds'],
];
const SERVERLESS_NUMBERS = ['MaxConcurrency', 'MemorySizeInMB', 'ProvisionedConcurrency'];

/** `AWS::SageMaker::EndpointConfig` */
export const endpointConfigResource: ResourceProvider = {
  properties: ['EndpointConfigName', 'ProductionVariants', 'Tags'],
  // Nothing is encrypted on one machine.
  inert: ['KmsKeyId'],
  replaceOn: ['EndpointConfigName', 'ProductionVariants'],

  async create(properties, context) {
    const EndpointConfigName = textProperty(properties, 'EndpointConfigName') ?? context.name(LONGEST_NAME);
    const { EndpointConfigArn = '' } = await context.client<SageMaker>('sagemaker').createEndpointConfig({
      EndpointConfigName,
      ProductionVariants: listProperty<Properties>(properties, 'ProductionVariants').map(variant),
      Tags: tagsProperty(properties),
    });
    return provided(EndpointConfigArn, EndpointConfigName);
  },

  async update(arn, properties, previous, context) {
    await followTags(context, arn, properties, previous);
    return provided(arn, textProperty(properties, 'EndpointConfigName') ?? context.name(LONGEST_NAME));
  },

  async delete(arn, _properties, context) {
    const sagemaker = context.client<SageMaker>('sagemaker');
    await unlessGone(sagemaker.deleteEndpointConfig({ EndpointConfigName: nameIn(arn) }));
  },
};

function variant(properties: Properties): ProductionVariant {
  const { ServerlessConfig } = properties;
  return {
    ...withNumbers(properties, NUMBERS),
    ...(ServerlessConfig !== undefined && {
      ServerlessConfig: withNumbers(ServerlessConfig as Properties, SERVERLESS_NUMBERS),
    }),
  } as ProductionVariant;
}

function withNumbers(properties: Properties, names: readonly string[]): Properties {
  const numbers = names.filter((name) => properties[name] !== undefined);
  return {
    ...properties,
    ...Object.fromEntries(numbers.map((name) => [name, numberProperty(properties, name)])),
  };
}

function provided(arn: string, EndpointConfigName: string) {
  return { physicalId: arn, attributes: { Id: arn, EndpointConfigName } };
}
