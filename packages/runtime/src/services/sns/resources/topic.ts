import type { SNS } from '@aws-sdk/client-sns';
import {
  documentProperty,
  listProperty,
  tagChanges,
  tagsProperty,
  textProperty,
} from '../../../dispatch/property-values.ts';
import type { DeployContext, Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';

const TEXTS = [
  'ContentBasedDeduplication',
  'DisplayName',
  'FifoThroughputScope',
  'KmsMasterKeyId',
  'SignatureVersion',
  'TracingConfig',
];
/** What a property that is taken out of the template goes back to, where it cannot be empty. */
const PRESETS: Record<string, string> = {
  ContentBasedDeduplication: 'false',
  FifoThroughputScope: 'MessageGroup',
  SignatureVersion: '1',
  TracingConfig: 'PassThrough',
};

/** `AWS::SNS::Topic`; `Ref` is the topic's ARN. */
export const topicResource: ResourceProvider = {
  properties: [...TEXTS, 'DeliveryPolicy', 'FifoTopic', 'Subscription', 'Tags', 'TopicName'],
  replaceOn: ['FifoTopic', 'TopicName'],

  async create(properties, context) {
    const fifo = textProperty(properties, 'FifoTopic') === 'true';
    const Name =
      textProperty(properties, 'TopicName') ?? (fifo ? `${context.name(251)}.fifo` : context.name(256));
    const Tags = tagsProperty(properties);
    const { TopicArn = '' } = await context.client<SNS>('sns').createTopic({
      Name,
      Attributes: { ...attributesOf(properties), ...(fifo && { FifoTopic: 'true' }) },
      Tags: Tags.length > 0 ? Tags : undefined,
    });
    context.created(TopicArn);
    await subscribe(TopicArn, properties, context);
    return provided(TopicArn);
  },

  async update(TopicArn, properties, previous, context) {
    const sns = context.client<SNS>('sns');
    const wanted = attributesOf(properties);
    const before = attributesOf(previous);
    for (const name of new Set([...Object.keys(wanted), ...Object.keys(before)])) {
      if (wanted[name] === before[name]) continue;
      const AttributeValue = wanted[name] ?? PRESETS[name] ?? '';
      await sns.setTopicAttributes({ TopicArn, AttributeName: name, AttributeValue });
    }
    const { set, remove } = tagChanges(tagsProperty(properties), tagsProperty(previous));
    if (set.length > 0) await sns.tagResource({ ResourceArn: TopicArn, Tags: set });
    if (remove.length > 0) await sns.untagResource({ ResourceArn: TopicArn, TagKeys: remove });
    await subscribe(TopicArn, properties, context);
    return provided(TopicArn);
  },

  async delete(TopicArn, _properties, context) {
    await context.client<SNS>('sns').deleteTopic({ TopicArn });
  },
};

/** Subscriptions in the topic itself are added and, as CloudFormation does, never taken back. */
async function subscribe(TopicArn: string, properties: Properties, context: DeployContext): Promise<void> {
  for (const { Endpoint, Protocol } of listProperty<Properties>(properties, 'Subscription')) {
    const sns = context.client<SNS>('sns');
    await sns.subscribe({ TopicArn, Protocol: String(Protocol), Endpoint: String(Endpoint) });
  }
}

function attributesOf(properties: Properties): Record<string, string> {
  const entries = [
    ...TEXTS.map((name) => [name, textProperty(properties, name)] as const),
    ['DeliveryPolicy', documentProperty(properties, 'DeliveryPolicy')] as const,
  ];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function provided(TopicArn: string) {
  const TopicName = TopicArn.slice(TopicArn.lastIndexOf(':') + 1);
  return { physicalId: TopicArn, attributes: { TopicArn, TopicName } };
}
