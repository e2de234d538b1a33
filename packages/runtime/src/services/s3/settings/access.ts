import type { S3 } from '@aws-sdk/client-s3';
import type { CallContext } from '../../../dispatch/context.ts';
import type { Operations } from '../../../dispatch/service.ts';
import { malformedXml } from '../../../wire/xml.ts';
import { aclFrom, privateAcl } from '../acl.ts';
import type { Bucket } from '../bucket-store.ts';
import { requireDocument } from '../documents.ts';
import { fault } from '../errors.ts';
import type { Stores } from '../stores.ts';
import { changeBucket } from './change.ts';
import { checkPolicy, isPublic } from './policy.ts';

/** Operations on who may do what with a bucket: policy, access control list, public access, ownership. */
export function accessOperations(stores: Stores) {
  const { buckets } = stores;
  return {
    PutBucketPolicy(input, context) {
      return changeBucket(stores, input, context, (bucket) => {
        checkPolicy(input.Policy ?? '', bucket.name);
        return { policy: input.Policy };
      });
    },

    GetBucketPolicy(input) {
      return { Policy: requirePolicy(buckets.require(input.Bucket, input.ExpectedBucketOwner)) };
    },

    GetBucketPolicyStatus(input) {
      const policy = requirePolicy(buckets.require(input.Bucket, input.ExpectedBucketOwner));
      return { PolicyStatus: { IsPublic: isPublic(policy) } };
    },

    DeleteBucketPolicy(input, context) {
      return changeBucket(stores, input, context, () => ({ policy: undefined }));
    },

    PutBucketAcl(input, context) {
      return changeBucket(stores, input, context, (bucket) => {
        warnOfEnforcedOwnership(bucket, input.ACL, context);
        return { acl: aclFrom(input, bucket.account) };
      });
    },

    GetBucketAcl(input) {
      const { settings, account } = buckets.require(input.Bucket, input.ExpectedBucketOwner);
      return settings.acl ?? privateAcl(account);
    },

    PutPublicAccessBlock(input, context) {
      const given = requireDocument('PublicAccessBlockConfiguration', input.PublicAccessBlockConfiguration);
      const publicAccessBlock = {
        BlockPublicAcls: given.BlockPublicAcls ?? false,
        IgnorePublicAcls: given.IgnorePublicAcls ?? false,
        BlockPublicPolicy: given.BlockPublicPolicy ?? false,
        RestrictPublicBuckets: given.RestrictPublicBuckets ?? false,
      };
      return changeBucket(stores, input, context, () => ({ publicAccessBlock }));
    },

    GetPublicAccessBlock(input) {
      const { settings, name } = buckets.require(input.Bucket, input.ExpectedBucketOwner);
      const { publicAccessBlock } = settings;
      if (!publicAccessBlock) throw fault('NoSuchPublicAccessBlockConfiguration', { BucketName: name });
      return { PublicAccessBlockConfiguration: publicAccessBlock };
    },

    DeletePublicAccessBlock(input, context) {
      return changeBucket(stores, input, context, () => ({ publicAccessBlock: undefined }));
    },

    PutBucketOwnershipControls(input, context) {
      const ownership = requireDocument('OwnershipControls', input.OwnershipControls);
      if (ownership.Rules.length !== 1) throw malformedXml();
      return changeBucket(stores, input, context, () => ({ ownership }));
    },

    GetBucketOwnershipControls(input) {
      const { settings, name } = buckets.require(input.Bucket, input.ExpectedBucketOwner);
      if (!settings.ownership) throw fault('OwnershipControlsNotFoundError', { BucketName: name });
      return { OwnershipControls: settings.ownership };
    },

    DeleteBucketOwnershipControls(input, context) {
      return changeBucket(stores, input, context, () => ({ ownership: undefined }));
    },
  } satisfies Operations<S3>;
}

function requirePolicy({ settings, name }: Bucket): string {
  if (settings.policy === undefined) throw fault('NoSuchBucketPolicy', { BucketName: name });
  return settings.policy;
}

/** Lists are kept in any bucket; on AWS one with enforced ownership refuses them. */
export function warnOfEnforcedOwnership(
  { settings, name }: Bucket,
  acl: string | undefined,
  context: CallContext,
): void {
  const enforced = settings.ownership?.Rules?.[0]?.ObjectOwnership === 'BucketOwnerEnforced';
  if (!enforced || acl === undefined || acl === 'private' || acl === 'bucket-owner-full-control') return;
  context.warn(
    `Bucket ${name} has the ownership BucketOwnerEnforced; on AWS it would refuse access control lists.`,
  );
}
