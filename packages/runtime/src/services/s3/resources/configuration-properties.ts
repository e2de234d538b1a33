import type {
  AnalyticsConfiguration,
  IntelligentTieringConfiguration,
  InventoryConfiguration,
  MetricsConfiguration,
} from '@aws-sdk/client-s3';
import { listProperty } from '../../../dispatch/property-values.ts';
import type { Properties } from '../../../dispatch/resource-provider.ts';
import { filterOf, fromTemplate, renamed, someOf } from './template-shapes.ts';

// Configurations of which a bucket may have many, in a template, as S3 takes them.

export function analyticsOf(property: Properties): AnalyticsConfiguration {
  const { StorageClassAnalysis = {}, ...others } = filtered(property);
  const { DataExport } = StorageClassAnalysis as { DataExport?: Properties };
  return fromTemplate('AnalyticsConfiguration', {
    ...others,
    StorageClassAnalysis: {
      DataExport: DataExport && {
        ...DataExport,
        Destination: bucketDestination(DataExport['Destination'], { BucketArn: 'Bucket' }),
      },
    },
  });
}

export function inventoryOf(property: Properties): InventoryConfiguration {
  const { Destination, Prefix, ScheduleFrequency: Frequency, ...others } = property;
  return fromTemplate('InventoryConfiguration', {
    ...renamed(others, { Enabled: 'IsEnabled' }),
    Filter: someOf({ Prefix }),
    Schedule: someOf({ Frequency }),
    Destination: bucketDestination(Destination, { BucketArn: 'Bucket', BucketAccountId: 'AccountId' }),
  });
}

export function metricsOf(property: Properties): MetricsConfiguration {
  return fromTemplate('MetricsConfiguration', filtered(property));
}

export function tieringOf(property: Properties): IntelligentTieringConfiguration {
  return fromTemplate('IntelligentTieringConfiguration', filtered(property));
}

/** Criteria stand beside the rest in a template, and in a filter of their own in S3. */
function filtered({ Prefix, TagFilters, AccessPointArn, ...others }: Properties): Properties {
  const tags = listProperty({ TagFilters }, 'TagFilters');
  return { ...others, Filter: filterOf(tags, { Prefix, AccessPointArn }) };
}

function bucketDestination(destination: unknown, names: Readonly<Record<string, string>>): Properties {
  return { S3BucketDestination: renamed((destination ?? {}) as Properties, names) };
}
