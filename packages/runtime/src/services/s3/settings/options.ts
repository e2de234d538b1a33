import type { LoggingEnabled, S3, ServerSideEncryptionConfiguration } from '@aws-sdk/client-s3';
import type { Operations } from '../../../dispatch/service.ts';
import { malformedXml } from '../../../wire/xml.ts';
import type { Bucket } from '../bucket-store.ts';
import { requireDocument } from '../documents.ts';
import { fault, invalidArgument, invalidRequest } from '../errors.ts';
import type { Stores } from '../stores.ts';
import { checkTags } from '../tags.ts';
import { changeBucket } from './change.ts';

/** What AWS sets on every new bucket. */
const DEFAULT_ENCRYPTION: ServerSideEncryptionConfiguration = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }],
};

/** Operations on a bucket's tags, encryption, logging, acceleration and payer. */
export function optionOperations(stores: Stores) {
  const { buckets } = stores;
  return {
    PutBucketTagging(input, context) {
      const tags = checkTags(requireDocument('Tagging', input.Tagging).TagSet, 'bucket');
      return changeBucket(stores, input, context, () => ({ tags: tags.length > 0 ? tags : undefined }));
    },

    GetBucketTagging(input) {
      const { settings, name } = buckets.require(input.Bucket, input.ExpectedBucketOwner);
      if (!settings.tags) throw fault('NoSuchTagSet', { BucketName: name });
      return { TagSet: [...settings.tags] };
    },

    DeleteBucketTagging(input, context) {
      return changeBucket(stores, input, context, () => ({ tags: undefined }));
    },

    PutBucketEncryption(input, context) {
      const given = requireDocument(
        'ServerSideEncryptionConfiguration',
        input.ServerSideEncryptionConfiguration,
      );
      const encryption = checkEncryption(given);
      return changeBucket(stores, input, context, () => ({ encryption }));
    },

    GetBucketEncryption(input) {
      const { encryption = DEFAULT_ENCRYPTION } = buckets.require(
        input.Bucket,
        input.ExpectedBucketOwner,
      ).settings;
      return { ServerSideEncryptionConfiguration: encryption === 'none' ? undefined : encryption };
    },

    DeleteBucketEncryption(input, context) {
      return changeBucket(stores, input, context, () => ({ encryption: 'none' }));
    },

    PutBucketLogging(input, context) {
      const { LoggingEnabled } = requireDocument('BucketLoggingStatus', input.BucketLoggingStatus);
      return changeBucket(stores, input, context, (bucket) => {
        if (LoggingEnabled) checkLogging(stores, bucket, LoggingEnabled);
        return { logging: LoggingEnabled };
      });
    },

    GetBucketLogging(input) {
      const { settings } = buckets.require(input.Bucket, input.ExpectedBucketOwner);
      return { LoggingEnabled: settings.logging };
    },

    PutBucketAccelerateConfiguration(input, context) {
      const accelerate = requireDocument('AccelerateConfiguration', input.AccelerateConfiguration);
      return changeBucket(stores, input, context, ({ name, settings }) => {
        if (name.includes('.')) {
          throw invalidRequest(
            'S3 Transfer Acceleration is not supported for buckets with periods (.) in their names',
          );
        }
        // Suspending what was never on changes nothing.
        return accelerate.Status === 'Suspended' && !settings.accelerate ? {} : { accelerate };
      });
    },

    GetBucketAccelerateConfiguration(input) {
      const { settings } = buckets.require(input.Bucket, input.ExpectedBucketOwner);
      return { Status: settings.accelerate?.Status };
    },

    PutBucketRequestPayment(input, context) {
      const { Payer } = requireDocument('RequestPaymentConfiguration', input.RequestPaymentConfiguration);
      return changeBucket(stores, input, context, () => ({ payer: Payer }));
    },

    GetBucketRequestPayment(input) {
      const { settings } = buckets.require(input.Bucket, input.ExpectedBucketOwner);
      return { Payer: settings.payer ?? 'BucketOwner' };
    },
  } satisfies Operations<S3>;
}

function checkEncryption({ Rules }: ServerSideEncryptionConfiguration): ServerSideEncryptionConfiguration {
  const [rule] = Rules ?? [];
  const preset = rule?.ApplyServerSideEncryptionByDefault;
  if (Rules?.length !== 1 || !rule || !preset) throw malformedXml();
  if (preset.KMSMasterKeyID !== undefined && preset.SSEAlgorithm === 'AES256') {
    throw invalidArgument(
      'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
      'ApplyServerSideEncryptionByDefault',
    );
  }
  return { Rules: [{ ...rule, BucketKeyEnabled: rule.BucketKeyEnabled ?? false }] };
}

function checkLogging({ buckets }: Stores, bucket: Bucket, { TargetBucket }: LoggingEnabled): void {
  const target = buckets.find(TargetBucket ?? '');
  if (!target) throw fault('InvalidTargetBucketForLogging', { TargetBucket });
  if (target.region !== bucket.region) {
    throw fault('CrossLocationLoggingProhibitted', { TargetBucketLocation: target.region });
  }
}
