import type {
  LambdaFunctionConfiguration,
  NotificationConfiguration,
  QueueConfiguration,
  TopicConfiguration,
} from '@aws-sdk/client-s3';
import type { CallSource } from '../../../access/caller.ts';
import type { CallContext } from '../../../dispatch/context.ts';
import type { Bucket } from '../bucket-store.ts';
import type { Stores } from '../stores.ts';
import {
  BRIDGE_ORDER,
  type BridgeOrder,
  LAMBDA_ORDER,
  type LambdaOrder,
  MESSAGE_ORDER,
  type MessageOrder,
} from './deliver.ts';
import { bridgeEntry, configuredName, type ObjectEvent, recordDocument, testEvent } from './event.ts';

/**
 * Inside the transaction of what happened: orders the messages about it, which go out when it is on disk,
 * and again after a crash until they are taken.
 */
export function notify({ host }: Stores, bucket: Bucket, event: ObjectEvent, context: CallContext): void {
  const { notifications } = bucket.settings;
  if (!notifications) return;
  const name = configuredName(event);
  const payload = (configuration: LambdaFunctionConfiguration | QueueConfiguration | TopicConfiguration) =>
    wants(configuration, name, event.object.key)
      ? JSON.stringify(recordDocument(event, bucket, configuration.Id!, context))
      : undefined;
  for (const configuration of notifications.LambdaFunctionConfigurations ?? []) {
    const document = payload(configuration);
    if (document === undefined) continue;
    host.orders.place<LambdaOrder>(LAMBDA_ORDER, {
      functionArn: configuration.LambdaFunctionArn!,
      region: bucket.region,
      source: sourceOf(bucket),
      payload: document,
    });
  }
  for (const configuration of notifications.QueueConfigurations ?? []) {
    const body = payload(configuration);
    if (body !== undefined)
      host.orders.place<MessageOrder>(MESSAGE_ORDER, {
        arn: configuration.QueueArn!,
        body,
        source: sourceOf(bucket),
      });
  }
  for (const configuration of notifications.TopicConfigurations ?? []) {
    const body = payload(configuration);
    if (body !== undefined)
      host.orders.place<MessageOrder>(MESSAGE_ORDER, {
        arn: configuration.TopicArn!,
        body,
        source: sourceOf(bucket),
      });
  }
  if (notifications.EventBridgeConfiguration) {
    host.orders.place<BridgeOrder>(BRIDGE_ORDER, {
      account: bucket.account,
      region: bucket.region,
      entry: bridgeEntry(event, bucket, context),
    });
  }
}

/** Inside a transaction: queues and topics that are set as receivers get a first message to test them. */
export function announce(
  { host }: Stores,
  bucket: Bucket,
  { QueueConfigurations = [], TopicConfigurations = [] }: NotificationConfiguration,
  context: CallContext,
): void {
  const body = JSON.stringify(testEvent(bucket, context));
  const arns = [
    ...QueueConfigurations.map(({ QueueArn }) => QueueArn!),
    ...TopicConfigurations.map(({ TopicArn }) => TopicArn!),
  ];
  const source = sourceOf(bucket);
  for (const arn of new Set(arns)) host.orders.place<MessageOrder>(MESSAGE_ORDER, { arn, body, source });
}

function sourceOf({ account, name }: Bucket): CallSource {
  return { account, arn: `arn:aws:s3:::${name}` };
}

/** Whether a configuration is about this event and this key. */
export function wants(
  { Events = [], Filter }: Pick<LambdaFunctionConfiguration, 'Events' | 'Filter'>,
  name: string,
  key: string,
): boolean {
  if (
    !Events.some((event) => event === name || (event.endsWith('*') && name.startsWith(event.slice(0, -1))))
  ) {
    return false;
  }
  return (Filter?.Key?.FilterRules ?? []).every(({ Name, Value = '' }) =>
    Name?.toLowerCase() === 'prefix' ? key.startsWith(Value) : key.endsWith(Value),
  );
}
