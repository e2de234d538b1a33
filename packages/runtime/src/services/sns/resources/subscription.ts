import type { SNS } from '@aws-sdk/client-sns';
import { documentProperty, textProperty } from '../../../dispatch/property-values.ts';
import type { Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';
import { unlessGone } from './unless-gone.ts';

const DOCUMENTS = ['DeliveryPolicy', 'FilterPolicy', 'RedrivePolicy', 'ReplayPolicy'];
const TEXTS = ['FilterPolicyScope', 'RawMessageDelivery', 'SubscriptionRoleArn'];
const PRESETS: Record<string, string> = {
  FilterPolicyScope: 'MessageAttributes',
  RawMessageDelivery: 'false',
};

/** `AWS::SNS::Subscription`; `Ref` is its ARN. */
export const subscriptionResource: ResourceProvider = {
  properties: [...DOCUMENTS, ...TEXTS, 'Endpoint', 'Protocol', 'Region', 'TopicArn'],
  replaceOn: ['Endpoint', 'Protocol', 'Region', 'TopicArn'],

  async create(properties, context) {
    const { SubscriptionArn = '' } = await context.client<SNS>('sns').subscribe({
      TopicArn: textProperty(properties, 'TopicArn'),
      Protocol: textProperty(properties, 'Protocol'),
      Endpoint: textProperty(properties, 'Endpoint'),
      Attributes: attributesOf(properties),
      ReturnSubscriptionArn: true,
    });
    return { physicalId: SubscriptionArn, attributes: { Arn: SubscriptionArn } };
  },

  async update(SubscriptionArn, properties, previous, context) {
    const sns = context.client<SNS>('sns');
    const wanted = attributesOf(properties);
    const before = attributesOf(previous);
    // The scope first: a policy is checked by it.
    const names = new Set(['FilterPolicyScope', ...Object.keys(wanted), ...Object.keys(before)]);
    for (const name of names) {
      if (wanted[name] === before[name]) continue;
      const AttributeValue = wanted[name] ?? PRESETS[name] ?? '';
      await sns.setSubscriptionAttributes({ SubscriptionArn, AttributeName: name, AttributeValue });
    }
    return { physicalId: SubscriptionArn, attributes: { Arn: SubscriptionArn } };
  },

  async delete(SubscriptionArn, _properties, context) {
    await unlessGone(context.client<SNS>('sns').unsubscribe({ SubscriptionArn }));
  },
};

function attributesOf(properties: Properties): Record<string, string> {
  const entries = [
    ...DOCUMENTS.map((name) => [name, documentProperty(properties, name)] as const),
    ...TEXTS.map((name) => [name, textProperty(properties, name)] as const),
  ];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
