import type { SFN } from '@aws-sdk/client-sfn';
import { tagChanges, tagsProperty, textProperty } from '../../../dispatch/property-values.ts';
import type { ResourceProvider } from '../../../dispatch/resource-provider.ts';

/** `AWS::StepFunctions::Activity` */
export const activityResource: ResourceProvider = {
  properties: ['Name', 'Tags'],
  inert: ['EncryptionConfiguration'],
  replaceOn: ['Name'],
  async create(properties, context) {
    const name = textProperty(properties, 'Name') ?? context.name(80);
    const { activityArn = '' } = await context.client<SFN>('states').createActivity({
      name,
      tags: tagsProperty(properties).map(({ Key, Value }) => ({ key: Key, value: Value })),
    });
    return { physicalId: activityArn, attributes: { Arn: activityArn, Name: name } };
  },
  async update(arn, properties, previous, context) {
    const states = context.client<SFN>('states');
    const { set, remove } = tagChanges(tagsProperty(properties), tagsProperty(previous));
    if (set.length > 0) {
      await states.tagResource({
        resourceArn: arn,
        tags: set.map(({ Key, Value }) => ({ key: Key, value: Value })),
      });
    }
    if (remove.length > 0) await states.untagResource({ resourceArn: arn, tagKeys: remove });
    return { physicalId: arn, attributes: { Arn: arn, Name: arn.slice(arn.lastIndexOf(':') + 1) } };
  },
  async delete(arn, _properties, context) {
    await context.client<SFN>('states').deleteActivity({ activityArn: arn });
  },
};
