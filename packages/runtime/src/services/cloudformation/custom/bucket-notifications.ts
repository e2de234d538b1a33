import { createHash } from 'node:crypto';
import type { NotificationConfiguration, S3 } from '@aws-sdk/client-s3';
import { booleanProperty } from '../../../dispatch/property-values.ts';
import type { DeployContext, Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';

const LISTS = ['TopicConfigurations', 'QueueConfigurations', 'LambdaFunctionConfigurations'] as const;

/**
 * `Custom::S3BucketNotifications`, by which the CDK sets a bucket's notifications. A bucket that the stack
 * made has only those; one that it merely uses keeps what others have set.
 */
export const bucketNotifications: ResourceProvider = {
  properties: [
    'ServiceToken',
    'BucketName',
    'NotificationConfiguration',
    'Managed',
    'SkipDestinationValidation',
  ],
  replaceOn: ['BucketName'],
  async create(properties, context) {
    await put(properties, context, wantedOf(properties));
    return { physicalId: context.name(128), attributes: {} };
  },
  async update(physicalId, properties, _previous, context) {
    await put(properties, context, wantedOf(properties));
    return { physicalId, attributes: {} };
  },
  async delete(_physicalId, properties, context) {
    const s3 = context.client<S3>('s3');
    const exists = await s3.headBucket({ Bucket: bucketOf(properties) }).then(
      () => true,
      () => false,
    );
    if (exists) await put(properties, context, {});
  },
};

function bucketOf(properties: Properties): string {
  return String(properties['BucketName']);
}

function wantedOf(properties: Properties): NotificationConfiguration {
  return (properties['NotificationConfiguration'] ?? {}) as NotificationConfiguration;
}

async function put(
  properties: Properties,
  context: DeployContext,
  wanted: NotificationConfiguration,
): Promise<void> {
  const s3 = context.client<S3>('s3');
  const Bucket = bucketOf(properties);
  const managed = booleanProperty(properties, 'Managed') ?? true;
  const NotificationConfiguration = managed
    ? wanted
    : merge(await s3.getBucketNotificationConfiguration({ Bucket }), wanted, prefixOf(context));
  await s3.putBucketNotificationConfiguration({
    Bucket,
    NotificationConfiguration,
    SkipDestinationValidation: booleanProperty(properties, 'SkipDestinationValidation') ?? false,
  });
}

/** How this resource's own entries are told from those of others. */
function prefixOf({ stackId, logicalId }: DeployContext): string {
  return `cdk-${createHash('sha256').update(`${stackId}/${logicalId}`).digest('hex').slice(0, 24)}-`;
}

/** What others have set, and this resource's entries under ids of its own. */
function merge(
  present: NotificationConfiguration,
  wanted: NotificationConfiguration,
  prefix: string,
): NotificationConfiguration {
  const merged: Record<string, unknown> = {};
  for (const list of LISTS) {
    const others = (present[list] ?? []).filter(({ Id = '' }) => !Id.startsWith(prefix));
    const own = (wanted[list] ?? []).map((entry, index) => ({ ...entry, Id: `${prefix}${list[0]}${index}` }));
    if (others.length + own.length > 0) merged[list] = [...others, ...own];
  }
  const bridge = wanted.EventBridgeConfiguration ?? present.EventBridgeConfiguration;
  return { ...(merged as NotificationConfiguration), ...(bridge && { EventBridgeConfiguration: bridge }) };
}
