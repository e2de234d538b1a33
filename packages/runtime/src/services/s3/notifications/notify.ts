import type { LambdaFunctionConfiguration } from '@aws-sdk/client-s3';
import type { CallContext } from '../../../dispatch/context.ts';
import type { Bucket } from '../bucket-store.ts';
import type { Stores } from '../stores.ts';
import { BRIDGE_ORDER, type BridgeOrder, LAMBDA_ORDER, type LambdaOrder } from './deliver.ts';
import { bridgeEntry, configuredName, lambdaRecord, type ObjectEvent } from './event.ts';

/**
 * Inside the transaction of what happened: orders the messages about it, which go out when it is on disk,
 * and again after a crash until they are taken.
 */
export function notify({ host }: Stores, bucket: Bucket, event: ObjectEvent, context: CallContext): void {
  const { notifications } = bucket.settings;
  if (!notifications) return;
  const name = configuredName(event);
  for (const configuration of notifications.LambdaFunctionConfigurations ?? []) {
    if (!wants(configuration, name, event.object.key)) continue;
    host.orders.place<LambdaOrder>(LAMBDA_ORDER, {
      functionArn: configuration.LambdaFunctionArn!,
      region: bucket.region,
      source: { account: bucket.account, arn: `arn:aws:s3:::${bucket.name}` },
      payload: JSON.stringify(lambdaRecord(event, bucket, configuration.Id!, context)),
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
