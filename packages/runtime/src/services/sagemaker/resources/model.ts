import type { ContainerDefinition, SageMaker, VpcConfig } from '@aws-sdk/client-sagemaker';
import {
  booleanProperty,
  listProperty,
  tagsProperty,
  textProperty,
} from '../../../dispatch/property-values.ts';
import type { Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';
import { followTags, nameIn, textValues, unlessGone } from './carrying-out.ts';

const LONGEST_NAME = 63;

/** `AWS::SageMaker::Model` */
export const modelResource: ResourceProvider = {
  properties: [
    'Containers',
    'EnableNetworkIsolation',
    'ExecutionRoleArn',
    'ModelName',
    'PrimaryContainer',
    'Tags',
    'VpcConfig',
  ],
  replaceOn: [
    'Containers',
    'EnableNetworkIsolation',
    'ExecutionRoleArn',
    'ModelName',
    'PrimaryContainer',
    'VpcConfig',
  ],

  async create(properties, context) {
    const ModelName = textProperty(properties, 'ModelName') ?? context.name(LONGEST_NAME);
    const containers = listProperty<Properties>(properties, 'Containers');
    const { ModelArn = '' } = await context.client<SageMaker>('sagemaker').createModel({
      ModelName,
      ExecutionRoleArn: textProperty(properties, 'ExecutionRoleArn'),
      EnableNetworkIsolation: booleanProperty(properties, 'EnableNetworkIsolation'),
      PrimaryContainer: container(properties['PrimaryContainer']),
      Containers: containers.length > 0 ? containers.map((one) => container(one)!) : undefined,
      VpcConfig: properties['VpcConfig'] as VpcConfig | undefined,
      Tags: tagsProperty(properties),
    });
    return provided(ModelArn, ModelName);
  },

  async update(arn, properties, previous, context) {
    await followTags(context, arn, properties, previous);
    return provided(arn, textProperty(properties, 'ModelName') ?? context.name(LONGEST_NAME));
  },

  async delete(arn, _properties, context) {
    await unlessGone(context.client<SageMaker>('sagemaker').deleteModel({ ModelName: nameIn(arn) }));
  },
};

function container(value: unknown): ContainerDefinition | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { Environment, ...rest } = value as Properties;
  return { ...rest, Environment: textValues(Environment) };
}

function provided(arn: string, ModelName: string) {
  return { physicalId: arn, attributes: { Id: arn, ModelName } };
}
