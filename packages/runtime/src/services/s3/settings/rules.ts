import type { ReplicationConfiguration, S3, WebsiteConfiguration } from '@aws-sdk/client-s3';
import type { Operations } from '../../../dispatch/service.ts';
import { malformedXml } from '../../../wire/xml.ts';
import { requireDocument } from '../documents.ts';
import { fault, invalidArgument, invalidRequest } from '../errors.ts';
import type { Stores } from '../stores.ts';
import { changeBucket } from './change.ts';
import { checkLifecycle } from './lifecycle.ts';

const METHODS = new Set(['GET', 'PUT', 'HEAD', 'POST', 'DELETE']);
const MOST_CORS_RULES = 100;
const DEFAULT_MINIMUM_SIZE = 'all_storage_classes_128K';

/** Operations on a bucket's rules: lifecycle, cross-origin access, website, replication. */
export function ruleOperations(stores: Stores) {
  const { buckets, host } = stores;
  return {
    PutBucketLifecycleConfiguration(input, context) {
      const given = requireDocument('BucketLifecycleConfiguration', input.LifecycleConfiguration);
      const lifecycle = checkLifecycle(given, host.ids);
      const lifecycleMinimumSize = input.TransitionDefaultMinimumObjectSize ?? DEFAULT_MINIMUM_SIZE;
      return context.transaction(() => {
        const bucket = buckets.require(input.Bucket, input.ExpectedBucketOwner);
        buckets.change(bucket, { lifecycle, lifecycleMinimumSize });
        return { TransitionDefaultMinimumObjectSize: lifecycleMinimumSize };
      });
    },

    GetBucketLifecycleConfiguration(input) {
      const { settings, name } = buckets.require(input.Bucket, input.ExpectedBucketOwner);
      if (!settings.lifecycle) throw fault('NoSuchLifecycleConfiguration', { BucketName: name });
      return {
        Rules: settings.lifecycle.Rules,
        TransitionDefaultMinimumObjectSize: settings.lifecycleMinimumSize,
      };
    },

    DeleteBucketLifecycle(input, context) {
      return changeBucket(stores, input, context, () => ({
        lifecycle: undefined,
        lifecycleMinimumSize: undefined,
      }));
    },

    PutBucketCors(input, context) {
      const cors = requireDocument('CORSConfiguration', input.CORSConfiguration);
      if (cors.CORSRules.length === 0 || cors.CORSRules.length > MOST_CORS_RULES) throw malformedXml();
      for (const { AllowedMethods } of cors.CORSRules) {
        const wrong = AllowedMethods.find((method) => !METHODS.has(method));
        if (wrong !== undefined) {
          throw invalidRequest(
            `Found unsupported HTTP method in CORS config. Unsupported method is ${wrong}`,
          );
        }
      }
      return changeBucket(stores, input, context, () => ({ cors }));
    },

    GetBucketCors(input) {
      const { settings, name } = buckets.require(input.Bucket, input.ExpectedBucketOwner);
      if (!settings.cors) throw fault('NoSuchCORSConfiguration', { BucketName: name });
      return { CORSRules: settings.cors.CORSRules };
    },

    DeleteBucketCors(input, context) {
      return changeBucket(stores, input, context, () => ({ cors: undefined }));
    },

    PutBucketWebsite(input, context) {
      const website = requireDocument('WebsiteConfiguration', input.WebsiteConfiguration);
      checkWebsite(website);
      return changeBucket(stores, input, context, () => ({ website }));
    },

    GetBucketWebsite(input) {
      const { settings, name } = buckets.require(input.Bucket, input.ExpectedBucketOwner);
      if (!settings.website) throw fault('NoSuchWebsiteConfiguration', { BucketName: name });
      return settings.website;
    },

    DeleteBucketWebsite(input, context) {
      return changeBucket(stores, input, context, () => ({ website: undefined }));
    },

    PutBucketReplication(input, context) {
      const given = requireDocument('ReplicationConfiguration', input.ReplicationConfiguration);
      return changeBucket(stores, input, context, ({ settings }) => {
        if (settings.versioning !== 'Enabled') {
          throw invalidRequest(
            "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
          );
        }
        return { replication: checkReplication(stores, given) };
      });
    },

    GetBucketReplication(input) {
      const { settings, name } = buckets.require(input.Bucket, input.ExpectedBucketOwner);
      if (!settings.replication) throw fault('ReplicationConfigurationNotFoundError', { BucketName: name });
      return { ReplicationConfiguration: settings.replication };
    },

    DeleteBucketReplication(input, context) {
      return changeBucket(stores, input, context, () => ({ replication: undefined }));
    },
  } satisfies Operations<S3>;
}

function checkWebsite(website: WebsiteConfiguration): void {
  const { RedirectAllRequestsTo, IndexDocument, ErrorDocument, RoutingRules } = website;
  if (RedirectAllRequestsTo) {
    if (!IndexDocument && !ErrorDocument && !RoutingRules) return;
    throw invalidArgument(
      'RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.',
      'RedirectAllRequestsTo',
      'not null',
    );
  }
  if (!IndexDocument) {
    throw invalidArgument(
      'A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty',
      'IndexDocument',
      'null',
    );
  }
  const { Suffix = '' } = IndexDocument;
  if (Suffix === '' || Suffix.includes('/')) {
    throw invalidArgument('The IndexDocument Suffix is not well formed', 'IndexDocument', Suffix);
  }
}

function checkReplication(
  { buckets, host }: Stores,
  { Role, Rules = [] }: ReplicationConfiguration,
): ReplicationConfiguration {
  if (Rules.length === 0) throw malformedXml();
  for (const { Destination } of Rules) {
    const destination = buckets.find(Destination?.Bucket?.replace(/^.*:::/, '') ?? '');
    if (destination?.settings.versioning !== 'Enabled') {
      throw invalidRequest('Destination bucket must have versioning enabled.');
    }
  }
  return { Role, Rules: Rules.map((rule) => ({ ...rule, ID: rule.ID || host.ids.uuid() })) };
}
