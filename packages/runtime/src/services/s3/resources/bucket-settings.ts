import type { BucketCannedACL, S3 } from '@aws-sdk/client-s3';
import { listProperty, tagsProperty } from '../../../dispatch/property-values.ts';
import type { Properties } from '../../../dispatch/resource-provider.ts';
import type { ClientOf } from '../../../dispatch/types.ts';
import { analyticsOf, inventoryOf, metricsOf, tieringOf } from './configuration-properties.ts';
import { lifecycleOf } from './lifecycle-property.ts';
import { notificationsOf } from './notification-property.ts';
import { replicationOf } from './replication-property.ts';
import { fromTemplate, renamed } from './template-shapes.ts';

/** Brings one property of a bucket from what it was to what a template wants; undefined where it has none. */
type Carry = (
  s3: ClientOf<S3>,
  Bucket: string,
  change: { wanted: unknown; previous: unknown },
) => Promise<unknown>;

/**
 * What can be set on a bucket that is there, in the order in which it has to be: replication needs
 * versioning, and notifications come when the rest is settled.
 */
const SETTINGS: Readonly<Record<string, Carry>> = {
  VersioningConfiguration: (s3, Bucket, { wanted = { Status: 'Suspended' } }) =>
    s3.putBucketVersioning({
      Bucket,
      VersioningConfiguration: fromTemplate('VersioningConfiguration', wanted),
    }),

  async ObjectLockEnabled(s3, Bucket, { wanted, previous }) {
    if (String(wanted) === 'true') {
      await s3.putObjectLockConfiguration({
        Bucket,
        ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
      });
    } else if (String(previous) === 'true') {
      throw new TypeError('ObjectLockEnabled: the object lock of a bucket cannot be taken away');
    }
  },

  // Without a rule, new objects are no longer locked; the bucket's lock as such stays.
  ObjectLockConfiguration: (s3, Bucket, { wanted = { ObjectLockEnabled: 'Enabled' } }) =>
    s3.putObjectLockConfiguration({
      Bucket,
      ObjectLockConfiguration: fromTemplate('ObjectLockConfiguration', wanted),
    }),

  OwnershipControls: (s3, Bucket, { wanted }) =>
    wanted
      ? s3.putBucketOwnershipControls({
          Bucket,
          OwnershipControls: fromTemplate('OwnershipControls', wanted),
        })
      : s3.deleteBucketOwnershipControls({ Bucket }),

  PublicAccessBlockConfiguration: (s3, Bucket, { wanted }) =>
    wanted
      ? s3.putPublicAccessBlock({
          Bucket,
          PublicAccessBlockConfiguration: fromTemplate('PublicAccessBlockConfiguration', wanted),
        })
      : s3.deletePublicAccessBlock({ Bucket }),

  AccessControl: (s3, Bucket, { wanted = 'Private' }) => s3.putBucketAcl({ Bucket, ACL: cannedAcl(wanted) }),

  BucketEncryption(s3, Bucket, { wanted }) {
    if (!wanted) return s3.deleteBucketEncryption({ Bucket });
    const Rules = listProperty<Properties>(wanted as Properties, 'ServerSideEncryptionConfiguration').map(
      (rule) => renamed(rule, { ServerSideEncryptionByDefault: 'ApplyServerSideEncryptionByDefault' }),
    );
    return s3.putBucketEncryption({
      Bucket,
      ServerSideEncryptionConfiguration: fromTemplate('ServerSideEncryptionConfiguration', { Rules }),
    });
  },

  Tags(s3, Bucket, { wanted }) {
    const TagSet = tagsProperty({ Tags: wanted });
    return TagSet.length > 0
      ? s3.putBucketTagging({ Bucket, Tagging: { TagSet } })
      : s3.deleteBucketTagging({ Bucket });
  },

  CorsConfiguration(s3, Bucket, { wanted }) {
    if (!wanted) return s3.deleteBucketCors({ Bucket });
    const names = { ExposedHeaders: 'ExposeHeaders', Id: 'ID', MaxAge: 'MaxAgeSeconds' };
    const CORSRules = listProperty<Properties>(wanted as Properties, 'CorsRules').map((rule) =>
      renamed(rule, names),
    );
    return s3.putBucketCors({
      Bucket,
      CORSConfiguration: fromTemplate('CORSConfiguration', { CORSRules }),
    });
  },

  LifecycleConfiguration(s3, Bucket, { wanted }) {
    if (!wanted) return s3.deleteBucketLifecycle({ Bucket });
    const { TransitionDefaultMinimumObjectSize: size } = wanted as Properties;
    return s3.putBucketLifecycleConfiguration({
      Bucket,
      LifecycleConfiguration: lifecycleOf(wanted as Properties),
      TransitionDefaultMinimumObjectSize: size as 'varies_by_storage_class' | undefined,
    });
  },

  WebsiteConfiguration(s3, Bucket, { wanted }) {
    if (!wanted) return s3.deleteBucketWebsite({ Bucket });
    const { ErrorDocument: Key, IndexDocument: Suffix, RoutingRules, ...others } = wanted as Properties;
    const rules = listProperty<Properties>({ RoutingRules }, 'RoutingRules').map((rule) =>
      renamed(rule, { RedirectRule: 'Redirect', RoutingRuleCondition: 'Condition' }),
    );
    return s3.putBucketWebsite({
      Bucket,
      WebsiteConfiguration: fromTemplate('WebsiteConfiguration', {
        ...others,
        ErrorDocument: Key && { Key },
        IndexDocument: Suffix && { Suffix },
        RoutingRules: rules.length > 0 ? rules : undefined,
      }),
    });
  },

  LoggingConfiguration(s3, Bucket, { wanted }) {
    const names = { DestinationBucketName: 'TargetBucket', LogFilePrefix: 'TargetPrefix' };
    // Without a destination a bucket logs into itself.
    const LoggingEnabled = wanted && {
      TargetBucket: Bucket,
      TargetPrefix: '',
      ...renamed(wanted as Properties, names),
    };
    return s3.putBucketLogging({
      Bucket,
      BucketLoggingStatus: fromTemplate('BucketLoggingStatus', { LoggingEnabled }),
    });
  },

  AccelerateConfiguration: (s3, Bucket, { wanted = { AccelerationStatus: 'Suspended' } }) =>
    s3.putBucketAccelerateConfiguration({
      Bucket,
      AccelerateConfiguration: fromTemplate(
        'AccelerateConfiguration',
        renamed(wanted as Properties, { AccelerationStatus: 'Status' }),
      ),
    }),

  ReplicationConfiguration: (s3, Bucket, { wanted }) =>
    wanted
      ? s3.putBucketReplication({
          Bucket,
          ReplicationConfiguration: replicationOf(wanted as Properties),
        })
      : s3.deleteBucketReplication({ Bucket }),

  AnalyticsConfigurations: manyById(
    (s3, Bucket, item) =>
      s3.putBucketAnalyticsConfiguration({ Bucket, Id: item.Id, AnalyticsConfiguration: item }),
    (s3, Bucket, Id) => s3.deleteBucketAnalyticsConfiguration({ Bucket, Id }),
    analyticsOf,
  ),

  IntelligentTieringConfigurations: manyById(
    (s3, Bucket, item) =>
      s3.putBucketIntelligentTieringConfiguration({
        Bucket,
        Id: item.Id,
        IntelligentTieringConfiguration: item,
      }),
    (s3, Bucket, Id) => s3.deleteBucketIntelligentTieringConfiguration({ Bucket, Id }),
    tieringOf,
  ),

  InventoryConfigurations: manyById(
    (s3, Bucket, item) =>
      s3.putBucketInventoryConfiguration({ Bucket, Id: item.Id, InventoryConfiguration: item }),
    (s3, Bucket, Id) => s3.deleteBucketInventoryConfiguration({ Bucket, Id }),
    inventoryOf,
  ),

  MetricsConfigurations: manyById(
    (s3, Bucket, item) =>
      s3.putBucketMetricsConfiguration({ Bucket, Id: item.Id, MetricsConfiguration: item }),
    (s3, Bucket, Id) => s3.deleteBucketMetricsConfiguration({ Bucket, Id }),
    metricsOf,
  ),

  NotificationConfiguration: (s3, Bucket, { wanted = {} }) =>
    s3.putBucketNotificationConfiguration({
      Bucket,
      NotificationConfiguration: notificationsOf(wanted as Properties),
    }),
};

/** The properties that {@link carrySettings} acts upon. */
export const SETTING_PROPERTIES: readonly string[] = Object.keys(SETTINGS);

/** Brings a bucket from what a template said of it to what it says now, changing only what differs. */
export async function carrySettings(
  s3: ClientOf<S3>,
  bucket: string,
  properties: Properties,
  previous: Properties,
): Promise<void> {
  for (const [name, carry] of Object.entries(SETTINGS)) {
    const change = { wanted: properties[name] ?? undefined, previous: previous[name] ?? undefined };
    if (JSON.stringify(change.wanted) !== JSON.stringify(change.previous)) await carry(s3, bucket, change);
  }
}

/** Configurations with ids: those that the template no longer has are taken away. */
function manyById<T extends { Id: string | undefined }>(
  put: (s3: ClientOf<S3>, bucket: string, item: T) => Promise<unknown>,
  remove: (s3: ClientOf<S3>, bucket: string, id: string) => Promise<unknown>,
  convert: (property: Properties) => T,
): Carry {
  return async (s3, bucket, { wanted, previous }) => {
    const listOf = (all: unknown) => listProperty<Properties>({ all }, 'all').map(convert);
    const items = listOf(wanted);
    const ids = new Set(items.map(({ Id }) => Id));
    for (const { Id } of listOf(previous)) if (Id !== undefined && !ids.has(Id)) await remove(s3, bucket, Id);
    for (const item of items) await put(s3, bucket, item);
  };
}

/** `PublicRead` is `public-read`. */
function cannedAcl(name: unknown): BucketCannedACL {
  return String(name)
    .replace(/(?<=[a-z])[A-Z]/g, '-$&')
    .toLowerCase() as BucketCannedACL;
}
