import type { Lambda } from '@aws-sdk/client-lambda';
import { listProperty, textProperty } from '../../../dispatch/property-values.ts';
import type { Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';
import { unlessGone } from './unless-gone.ts';

/** `AWS::Lambda::Alias`: `Ref` is the alias's ARN. */
export const aliasResource: ResourceProvider = {
  properties: ['Description', 'FunctionName', 'FunctionVersion', 'Name', 'RoutingConfig'],
  replaceOn: ['FunctionName', 'Name'],

  async create(properties, context) {
    const { AliasArn = '' } = await context.client<Lambda>('lambda').createAlias(aliasInput(properties));
    return { physicalId: AliasArn, attributes: { AliasArn } };
  },

  async update(physicalId, properties, _previous, context) {
    await context.client<Lambda>('lambda').updateAlias(aliasInput(properties));
    return { physicalId, attributes: { AliasArn: physicalId } };
  },

  async delete(_physicalId, properties, context) {
    const { FunctionName, Name } = aliasInput(properties);
    await unlessGone(context.client<Lambda>('lambda').deleteAlias({ FunctionName, Name }));
  },
};

function aliasInput(properties: Properties) {
  const routing = (properties['RoutingConfig'] ?? {}) as Properties;
  const weights = listProperty<Properties>(routing, 'AdditionalVersionWeights').map((weight) => [
    String(weight['FunctionVersion']),
    Number(weight['FunctionWeight']),
  ]);
  return {
    FunctionName: textProperty(properties, 'FunctionName'),
    Name: textProperty(properties, 'Name'),
    FunctionVersion: textProperty(properties, 'FunctionVersion'),
    Description: textProperty(properties, 'Description') ?? '',
    RoutingConfig: { AdditionalVersionWeights: Object.fromEntries(weights) as Record<string, number> },
  };
}
