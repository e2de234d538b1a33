import type { FunctionResponseType, Lambda } from '@aws-sdk/client-lambda';
import {
  booleanProperty,
  listProperty,
  numberProperty,
  textProperty,
} from '../../../dispatch/property-values.ts';
import type { Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';
import { unlessGone } from './unless-gone.ts';

/** `AWS::Lambda::EventSourceMapping`; `Ref` is its UUID. */
export const eventSourceMappingResource: ResourceProvider = {
  properties: [
    'BatchSize',
    'Enabled',
    'EventSourceArn',
    'FunctionName',
    'FunctionResponseTypes',
    'MaximumBatchingWindowInSeconds',
    'ScalingConfig',
  ],
  inert: ['Tags'],
  replaceOn: ['EventSourceArn'],

  async create(properties, context) {
    const { UUID = '', EventSourceMappingArn } = await context
      .client<Lambda>('lambda')
      .createEventSourceMapping({
        ...given(properties),
        FunctionName: textProperty(properties, 'FunctionName'),
        EventSourceArn: textProperty(properties, 'EventSourceArn'),
      });
    return { physicalId: UUID, attributes: { Id: UUID, EventSourceMappingArn } };
  },

  async update(UUID, properties, _previous, context) {
    const { EventSourceMappingArn } = await context
      .client<Lambda>('lambda')
      .updateEventSourceMapping({ ...given(properties), UUID });
    return { physicalId: UUID, attributes: { Id: UUID, EventSourceMappingArn } };
  },

  async delete(UUID, _properties, context) {
    await unlessGone(context.client<Lambda>('lambda').deleteEventSourceMapping({ UUID }));
  },
};

function given(properties: Properties) {
  const scaling = (properties['ScalingConfig'] ?? {}) as Properties;
  return {
    FunctionName: textProperty(properties, 'FunctionName'),
    BatchSize: numberProperty(properties, 'BatchSize') ?? 10,
    Enabled: booleanProperty(properties, 'Enabled') ?? true,
    MaximumBatchingWindowInSeconds: numberProperty(properties, 'MaximumBatchingWindowInSeconds') ?? 0,
    ScalingConfig: { MaximumConcurrency: numberProperty(scaling, 'MaximumConcurrency') },
    FunctionResponseTypes: listProperty<FunctionResponseType>(properties, 'FunctionResponseTypes'),
  };
}
