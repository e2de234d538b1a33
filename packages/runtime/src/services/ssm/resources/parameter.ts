import type { ParameterTier, ParameterType, SSM } from '@aws-sdk/client-ssm';
import { ServiceError } from '../../../dispatch/errors.ts';
import { tagChanges, tagsProperty, textProperty } from '../../../dispatch/property-values.ts';
import type { Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';

/** `AWS::SSM::Parameter` */
export const parameterResource: ResourceProvider = {
  properties: ['AllowedPattern', 'DataType', 'Description', 'Name', 'Tags', 'Tier', 'Type', 'Value'],
  replaceOn: ['Name'],

  async create(properties, context) {
    const Name = textProperty(properties, 'Name') ?? context.name(1011);
    const Tags = tagsProperty(properties);
    await context.client<SSM>('ssm').putParameter({
      ...parameterOf(Name, properties),
      Tags: Tags.length > 0 ? Tags : undefined,
    });
    return provided(Name, properties);
  },

  async update(Name, properties, previous, context) {
    const ssm = context.client<SSM>('ssm');
    await ssm.putParameter({ ...parameterOf(Name, properties), Overwrite: true });
    const { set, remove } = tagChanges(tagsProperty(properties), tagsProperty(previous));
    const resource = { ResourceType: 'Parameter' as const, ResourceId: Name };
    if (set.length > 0) await ssm.addTagsToResource({ ...resource, Tags: set });
    if (remove.length > 0) await ssm.removeTagsFromResource({ ...resource, TagKeys: remove });
    return provided(Name, properties);
  },

  async delete(Name, _properties, context) {
    try {
      await context.client<SSM>('ssm').deleteParameter({ Name });
    } catch (error) {
      if (!(error instanceof ServiceError && error.code === 'ParameterNotFound')) throw error;
    }
  },
};

/** Secrets do not stand in templates: CloudFormation makes no SecureStrings. */
function parameterOf(Name: string, properties: Properties) {
  const Type = textProperty(properties, 'Type');
  if (Type !== 'String' && Type !== 'StringList') {
    throw new ServiceError(
      'ValidationException',
      `${String(Type)} is not a valid type of AWS::SSM::Parameter: it has to be String or StringList.`,
    );
  }
  return {
    Name,
    Type: Type as ParameterType,
    Value: textProperty(properties, 'Value'),
    Description: textProperty(properties, 'Description'),
    AllowedPattern: textProperty(properties, 'AllowedPattern'),
    DataType: textProperty(properties, 'DataType'),
    Tier: textProperty(properties, 'Tier') as ParameterTier | undefined,
  };
}

function provided(Name: string, properties: Properties) {
  return {
    physicalId: Name,
    attributes: { Type: textProperty(properties, 'Type'), Value: textProperty(properties, 'Value') },
  };
}
