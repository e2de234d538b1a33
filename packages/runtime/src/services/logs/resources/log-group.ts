import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import {
  booleanProperty,
  numberProperty,
  tagChanges,
  tagsProperty,
  textProperty,
} from '../../../dispatch/property-values.ts';
import type { Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';
import type { ClientOf } from '../../../dispatch/types.ts';
import { groupArn } from '../groups-table.ts';
import { unlessGone } from './unless-gone.ts';

/** `AWS::Logs::LogGroup` */
export const logGroupResource: ResourceProvider = {
  properties: ['DeletionProtectionEnabled', 'LogGroupClass', 'LogGroupName', 'RetentionInDays', 'Tags'],
  inert: ['FieldIndexPolicies', 'KmsKeyId'],
  replaceOn: ['LogGroupName'],

  async create(properties, context) {
    const logs = context.client<CloudWatchLogs>('logs');
    const name = textProperty(properties, 'LogGroupName') ?? context.name(512);
    const tags = tagsProperty(properties);
    await logs.createLogGroup({
      logGroupName: name,
      logGroupClass: textProperty(properties, 'LogGroupClass') as 'STANDARD' | undefined,
      deletionProtectionEnabled: booleanProperty(properties, 'DeletionProtectionEnabled'),
      tags: tags.length > 0 ? Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) : undefined,
    });
    context.created(name);
    await setRetention(logs, name, properties);
    return { physicalId: name, attributes: { Arn: `${groupArn({ ...context, name })}:*` } };
  },

  async update(name, properties, previous, context) {
    const logs = context.client<CloudWatchLogs>('logs');
    const arn = groupArn({ ...context, name });
    if (properties['RetentionInDays'] !== previous['RetentionInDays'])
      await setRetention(logs, name, properties);
    if (properties['DeletionProtectionEnabled'] !== previous['DeletionProtectionEnabled']) {
      const deletionProtectionEnabled = booleanProperty(properties, 'DeletionProtectionEnabled') ?? false;
      await logs.putLogGroupDeletionProtection({ logGroupIdentifier: name, deletionProtectionEnabled });
    }
    const { set, remove } = tagChanges(tagsProperty(properties), tagsProperty(previous));
    if (set.length > 0) {
      const tags = Object.fromEntries(set.map(({ Key, Value }) => [Key, Value]));
      await logs.tagResource({ resourceArn: arn, tags });
    }
    if (remove.length > 0) await logs.untagResource({ resourceArn: arn, tagKeys: remove });
    return { physicalId: name, attributes: { Arn: `${arn}:*` } };
  },

  async delete(logGroupName, _properties, context) {
    await unlessGone(context.client<CloudWatchLogs>('logs').deleteLogGroup({ logGroupName }));
  },
};

/** `AWS::Logs::LogStream` */
export const logStreamResource: ResourceProvider = {
  properties: ['LogGroupName', 'LogStreamName'],
  replaceOn: ['LogGroupName', 'LogStreamName'],

  async create(properties, context) {
    const logStreamName = textProperty(properties, 'LogStreamName') ?? context.name(512);
    const logGroupName = textProperty(properties, 'LogGroupName');
    await context.client<CloudWatchLogs>('logs').createLogStream({ logGroupName, logStreamName });
    return { physicalId: logStreamName, attributes: {} };
  },

  update(physicalId) {
    throw new Error(`Log stream ${physicalId} is replaced, never updated`);
  },

  async delete(logStreamName, properties, context) {
    const logGroupName = textProperty(properties, 'LogGroupName');
    await unlessGone(context.client<CloudWatchLogs>('logs').deleteLogStream({ logGroupName, logStreamName }));
  },
};

async function setRetention(logs: ClientOf<CloudWatchLogs>, logGroupName: string, properties: Properties) {
  const retentionInDays = numberProperty(properties, 'RetentionInDays');
  if (retentionInDays === undefined) await logs.deleteRetentionPolicy({ logGroupName });
  else await logs.putRetentionPolicy({ logGroupName, retentionInDays });
}
