import type { SQS } from '@aws-sdk/client-sqs';
import {
  documentProperty,
  tagChanges,
  tagsProperty,
  textProperty,
} from '../../../dispatch/property-values.ts';
import type { Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';
import { unlessGone } from './unless-gone.ts';

const NUMBERS = [
  'DelaySeconds',
  'KmsDataKeyReusePeriodSeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
];
const TEXTS = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
  'KmsMasterKeyId',
  'SqsManagedSseEnabled',
];
const DOCUMENTS = ['RedriveAllowPolicy', 'RedrivePolicy'];
/** What a property that is taken out of the template goes back to. */
const PRESETS: Record<string, string> = {
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  DelaySeconds: '0',
  FifoThroughputLimit: 'perQueue',
  KmsDataKeyReusePeriodSeconds: '300',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  SqsManagedSseEnabled: 'true',
  VisibilityTimeout: '30',
};

/** `AWS::SQS::Queue`; `Ref` is the queue's URL. */
export const queueResource: ResourceProvider = {
  properties: [...NUMBERS, ...TEXTS, ...DOCUMENTS, 'FifoQueue', 'QueueName', 'Tags'],
  replaceOn: ['FifoQueue', 'QueueName'],

  async create(properties, context) {
    const sqs = context.client<SQS>('sqs');
    const fifo = textProperty(properties, 'FifoQueue') === 'true';
    const QueueName =
      textProperty(properties, 'QueueName') ?? (fifo ? `${context.name(75)}.fifo` : context.name(80));
    const { QueueUrl = '' } = await sqs.createQueue({
      QueueName,
      Attributes: { ...attributesOf(properties), ...(fifo && { FifoQueue: 'true' }) },
      tags: Object.fromEntries(tagsProperty(properties).map(({ Key, Value }) => [Key, Value])),
    });
    return provided(QueueUrl, context.account, context.region);
  },

  async update(QueueUrl, properties, previous, context) {
    const sqs = context.client<SQS>('sqs');
    const wanted = attributesOf(properties);
    const dropped = Object.keys(attributesOf(previous)).filter((name) => !(name in wanted));
    const Attributes = {
      ...Object.fromEntries(dropped.map((name) => [name, PRESETS[name] ?? ''])),
      ...wanted,
    };
    if (Object.keys(Attributes).length > 0) await sqs.setQueueAttributes({ QueueUrl, Attributes });
    const { set, remove } = tagChanges(tagsProperty(properties), tagsProperty(previous));
    if (set.length > 0) {
      const Tags = Object.fromEntries(set.map(({ Key, Value }) => [Key, Value]));
      await sqs.tagQueue({ QueueUrl, Tags });
    }
    if (remove.length > 0) await sqs.untagQueue({ QueueUrl, TagKeys: remove });
    return provided(QueueUrl, context.account, context.region);
  },

  async delete(QueueUrl, _properties, context) {
    await unlessGone(context.client<SQS>('sqs').deleteQueue({ QueueUrl }));
  },
};

function attributesOf(properties: Properties): Record<string, string> {
  const entries = [
    ...[...NUMBERS, ...TEXTS].map((name) => [name, textProperty(properties, name)] as const),
    ...DOCUMENTS.map((name) => [name, documentProperty(properties, name)] as const),
  ];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function provided(QueueUrl: string, account: string, region: string) {
  const QueueName = QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1);
  return {
    physicalId: QueueUrl,
    attributes: { Arn: `arn:aws:sqs:${region}:${account}:${QueueName}`, QueueName, QueueUrl },
  };
}
