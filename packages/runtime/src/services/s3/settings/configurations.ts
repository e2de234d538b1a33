import type {
  AnalyticsConfiguration,
  IntelligentTieringConfiguration,
  InventoryConfiguration,
  MetricsConfiguration,
  S3,
} from '@aws-sdk/client-s3';
import type { CallContext } from '../../../dispatch/context.ts';
import type { Operations } from '../../../dispatch/service.ts';
import { pagePosition, pageToken } from '../../../store/page-token.ts';
import { malformedXml } from '../../../wire/xml.ts';
import { requireDocument } from '../documents.ts';
import { fault, invalidArgument } from '../errors.ts';
import type { Stores } from '../stores.ts';
import { type BucketInput, changeBucket } from './change.ts';

const PAGE = 100;
const BUCKET_ARN = /^arn:aws[a-z-]*:s3:::[^/]+$/;

interface Identified {
  readonly Id: string | undefined;
}

type Input = BucketInput & { readonly Id: string };

/** Configurations of which a bucket may have many, by id. */
function configurationKind<T extends Identified>(
  stores: Stores,
  kind: string,
  shape: string,
  check?: (configuration: T) => void,
) {
  const all = (input: BucketInput) =>
    (stores.buckets.require(input.Bucket, input.ExpectedBucketOwner).settings.configurations?.[kind] ??
      {}) as Readonly<Record<string, T>>;
  return {
    put(input: Input, given: Identified | undefined, context: CallContext) {
      const configuration = requireDocument(shape, given);
      if (configuration.Id !== input.Id) throw kind === 'inventory' ? fault('IdMismatch') : malformedXml();
      check?.(configuration as T);
      return changeBucket(stores, input, context, ({ settings: { configurations } }) => ({
        configurations: {
          ...configurations,
          [kind]: { ...configurations?.[kind], [input.Id]: configuration },
        },
      }));
    },

    get(input: Input): T {
      const found = all(input)[input.Id];
      if (!found) throw fault('NoSuchConfiguration');
      return found;
    },

    delete(input: Input, context: CallContext) {
      return changeBucket(stores, input, context, ({ settings: { configurations } }) => {
        const { [input.Id]: removed, ...rest } = configurations?.[kind] ?? {};
        if (!removed) throw fault('NoSuchConfiguration');
        return { configurations: { ...configurations, [kind]: rest } };
      });
    },

    list(input: BucketInput & { readonly ContinuationToken?: string | undefined }) {
      const { ContinuationToken } = input;
      const after = ContinuationToken === undefined ? '' : pagePosition(ContinuationToken, kind);
      if (after === undefined) {
        throw invalidArgument('The continuation token provided is incorrect', 'continuation-token');
      }
      const ids = Object.keys(all(input))
        .filter((id) => id > after)
        .sort();
      const page = ids.slice(0, PAGE);
      return {
        items: page.map((id) => all(input)[id]!),
        page: {
          IsTruncated: ids.length > PAGE,
          ContinuationToken,
          NextContinuationToken: ids.length > PAGE ? pageToken(page.at(-1)!, kind) : undefined,
        },
      };
    },
  };
}

/** Operations on analytics, inventory, metrics and tiering configurations, which are kept and answered. */
export function configurationOperations(stores: Stores) {
  const analytics = configurationKind<AnalyticsConfiguration>(stores, 'analytics', 'AnalyticsConfiguration');
  const inventory = configurationKind<InventoryConfiguration>(
    stores,
    'inventory',
    'InventoryConfiguration',
    ({ Destination }) => {
      if (!BUCKET_ARN.test(Destination?.S3BucketDestination?.Bucket ?? '')) {
        throw fault('InvalidS3DestinationBucket');
      }
    },
  );
  const metrics = configurationKind<MetricsConfiguration>(stores, 'metrics', 'MetricsConfiguration');
  const tiering = configurationKind<IntelligentTieringConfiguration>(
    stores,
    'intelligent-tiering',
    'IntelligentTieringConfiguration',
  );
  return {
    PutBucketAnalyticsConfiguration: (input, context) =>
      analytics.put(input, input.AnalyticsConfiguration, context),
    GetBucketAnalyticsConfiguration: (input) => ({ AnalyticsConfiguration: analytics.get(input) }),
    DeleteBucketAnalyticsConfiguration: (input, context) => analytics.delete(input, context),
    ListBucketAnalyticsConfigurations(input) {
      const { items, page } = analytics.list(input);
      return { ...page, AnalyticsConfigurationList: items };
    },

    PutBucketInventoryConfiguration: (input, context) =>
      inventory.put(input, input.InventoryConfiguration, context),
    GetBucketInventoryConfiguration: (input) => ({ InventoryConfiguration: inventory.get(input) }),
    DeleteBucketInventoryConfiguration: (input, context) => inventory.delete(input, context),
    ListBucketInventoryConfigurations(input) {
      const { items, page } = inventory.list(input);
      return { ...page, InventoryConfigurationList: items };
    },

    PutBucketMetricsConfiguration: (input, context) =>
      metrics.put(input, input.MetricsConfiguration, context),
    GetBucketMetricsConfiguration: (input) => ({ MetricsConfiguration: metrics.get(input) }),
    DeleteBucketMetricsConfiguration: (input, context) => metrics.delete(input, context),
    ListBucketMetricsConfigurations(input) {
      const { items, page } = metrics.list(input);
      return { ...page, MetricsConfigurationList: items };
    },

    PutBucketIntelligentTieringConfiguration: (input, context) =>
      tiering.put(input, input.IntelligentTieringConfiguration, context),
    GetBucketIntelligentTieringConfiguration: (input) => ({
      IntelligentTieringConfiguration: tiering.get(input),
    }),
    DeleteBucketIntelligentTieringConfiguration: (input, context) => tiering.delete(input, context),
    ListBucketIntelligentTieringConfigurations(input) {
      const { items, page } = tiering.list(input);
      return { ...page, IntelligentTieringConfigurationList: items };
    },
  } satisfies Operations<S3>;
}
