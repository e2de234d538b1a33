import type { FunctionUrlAuthType, Lambda } from '@aws-sdk/client-lambda';
import { textProperty } from '../../../dispatch/property-values.ts';
import type { ResourceProvider } from '../../../dispatch/resource-provider.ts';
import { unlessGone } from './unless-gone.ts';

const PROPERTIES = [
  'Action',
  'EventSourceToken',
  'FunctionName',
  'FunctionUrlAuthType',
  'Principal',
  'PrincipalOrgID',
  'SourceAccount',
  'SourceArn',
];

/** `AWS::Lambda::Permission`: a statement of the function's resource policy. */
export const permissionResource: ResourceProvider = {
  properties: PROPERTIES,
  replaceOn: PROPERTIES,

  async create(properties, context) {
    const text = (name: string) => textProperty(properties, name);
    const StatementId = context.name(100);
    await context.client<Lambda>('lambda').addPermission({
      StatementId,
      FunctionName: text('FunctionName'),
      Action: text('Action'),
      Principal: text('Principal'),
      PrincipalOrgID: text('PrincipalOrgID'),
      SourceAccount: text('SourceAccount'),
      SourceArn: text('SourceArn'),
      EventSourceToken: text('EventSourceToken'),
      FunctionUrlAuthType: text('FunctionUrlAuthType') as FunctionUrlAuthType | undefined,
    });
    return { physicalId: StatementId, attributes: { Id: StatementId } };
  },

  update(physicalId) {
    throw new Error(`Permission ${physicalId} is replaced, never updated`);
  },

  async delete(StatementId, properties, context) {
    const FunctionName = textProperty(properties, 'FunctionName');
    await unlessGone(context.client<Lambda>('lambda').removePermission({ FunctionName, StatementId }));
  },
};
