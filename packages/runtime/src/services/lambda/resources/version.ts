import type { Lambda } from '@aws-sdk/client-lambda';
import { textProperty } from '../../../dispatch/property-values.ts';
import type { ResourceProvider } from '../../../dispatch/resource-provider.ts';
import { unlessGone } from './unless-gone.ts';

/** `AWS::Lambda::Version`: `Ref` is the version's ARN. */
export const versionResource: ResourceProvider = {
  properties: ['CodeSha256', 'Description', 'FunctionName'],
  inert: ['RuntimePolicy'],
  replaceOn: ['CodeSha256', 'Description', 'FunctionName'],

  async create(properties, context) {
    const published = await context.client<Lambda>('lambda').publishVersion({
      FunctionName: textProperty(properties, 'FunctionName'),
      CodeSha256: textProperty(properties, 'CodeSha256'),
      Description: textProperty(properties, 'Description'),
    });
    const { FunctionArn = '', Version } = published;
    return { physicalId: FunctionArn, attributes: { FunctionArn, Version } };
  },

  update(physicalId) {
    throw new Error(`Version ${physicalId} is replaced, never updated`);
  },

  async delete(FunctionName, _properties, context) {
    await unlessGone(context.client<Lambda>('lambda').deleteFunction({ FunctionName }));
  },
};
