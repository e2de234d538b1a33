import type { S3 } from '@aws-sdk/client-s3';
import type { CallContext } from '../../dispatch/context.ts';
import type { Operations } from '../../dispatch/service.ts';
import { pagePosition, pageToken } from '../../store/page-token.ts';
import { aclInHeaders } from './acl.ts';
import type { Bucket, BucketSettings } from './bucket-store.ts';
import { enumeration } from './documents.ts';
import { fault, invalidArgument } from './errors.ts';
import { isBucketName, ownerOf, wholeSecond } from './names.ts';
import { forgetBlob, type Stores } from './stores.ts';
import { checkTags } from './tags.ts';

const DEFAULT_REGION = 'us-east-1';
const MOST_BUCKETS = 10_000;
const REGIONS = enumeration('BucketLocationConstraint');
const OWNERSHIPS = enumeration('ObjectOwnership');

/** What AWS sets on every new bucket. */
const PRESET: BucketSettings = {
  publicAccessBlock: {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  },
};

/** Operations on buckets as such; what is set on them is in bucket-settings.ts. */
export function bucketOperations(stores: Stores) {
  const { buckets, objects, uploads } = stores;
  return {
    CreateBucket(input, context) {
      const name = input.Bucket;
      if (!isBucketName(name)) throw fault('InvalidBucketName', { BucketName: name });
      const region = regionOf(input.CreateBucketConfiguration, context.region);
      checkNamespace(name, input.BucketNamespace, context.account, region);
      const ownership = input.ObjectOwnership ?? 'BucketOwnerEnforced';
      if (!OWNERSHIPS.has(ownership)) {
        throw invalidArgument(
          `Invalid x-amz-object-ownership header: ${ownership}`,
          'x-amz-object-ownership',
        );
      }
      const settings: BucketSettings = {
        ...PRESET,
        ownership: { Rules: [{ ObjectOwnership: ownership }] },
        acl: aclInHeaders(input, context.account),
        tags:
          input.CreateBucketConfiguration?.Tags && checkTags(input.CreateBucketConfiguration.Tags, 'bucket'),
        ...(input.ObjectLockEnabledForBucket && {
          versioning: 'Enabled',
          objectLock: { ObjectLockEnabled: 'Enabled' },
        }),
      };
      const Location = region === DEFAULT_REGION ? `/${name}` : `http://${name}.s3.amazonaws.com/`;
      return context.transaction(() => {
        const existing = buckets.find(name);
        if (!existing) {
          buckets.insert({ name, account: context.account, region, created: context.now, settings });
        } else if (!mayRepeat(existing, region, context)) {
          const own = existing.account === context.account;
          throw fault(own ? 'BucketAlreadyOwnedByYou' : 'BucketAlreadyExists', { BucketName: name });
        }
        return { Location, BucketArn: input.BucketNamespace && `arn:aws:s3:::${name}` };
      });
    },

    HeadBucket(input) {
      const bucket = buckets.require(input.Bucket, input.ExpectedBucketOwner);
      return { BucketRegion: bucket.region, AccessPointAlias: false };
    },

    GetBucketLocation(input) {
      const { region } = buckets.require(input.Bucket, input.ExpectedBucketOwner);
      return { LocationConstraint: region === DEFAULT_REGION ? undefined : (region as 'eu-west-1') };
    },

    ListBuckets(input, context) {
      const { MaxBuckets = MOST_BUCKETS, Prefix, BucketRegion, ContinuationToken } = input;
      if (MaxBuckets < 1 || MaxBuckets > MOST_BUCKETS) {
        throw invalidArgument(
          `Argument max-buckets must be an integer between 1 and ${MOST_BUCKETS}`,
          'max-buckets',
          MaxBuckets,
        );
      }
      if (BucketRegion !== undefined && BucketRegion !== DEFAULT_REGION && !REGIONS.has(BucketRegion)) {
        throw invalidArgument(`Argument value ${BucketRegion} is not a valid AWS Region`, 'bucket-region');
      }
      const question = ['buckets', Prefix, BucketRegion];
      const after = ContinuationToken ? pagePosition(ContinuationToken, question) : undefined;
      if (ContinuationToken && after === undefined) {
        throw invalidArgument('The continuation token provided is incorrect', 'continuation-token');
      }
      const found = buckets.list({
        account: context.account,
        prefix: Prefix,
        region: BucketRegion,
        after,
        limit: MaxBuckets + 1,
      });
      const page = found.slice(0, MaxBuckets);
      // The region is told only to those who ask for pages or a choice.
      const told = [input.MaxBuckets, Prefix, BucketRegion, ContinuationToken].some(
        (value) => value !== undefined,
      );
      return {
        Owner: ownerOf(context.account),
        Buckets: page.map((bucket) => ({
          Name: bucket.name,
          CreationDate: wholeSecond(bucket.created.getTime()),
          ...(told && { BucketRegion: bucket.region }),
        })),
        Prefix,
        ContinuationToken: found.length > MaxBuckets ? pageToken(page.at(-1)!.name, question) : undefined,
      };
    },

    DeleteBucket(input, context) {
      return context.transaction(() => {
        const bucket = buckets.require(input.Bucket, input.ExpectedBucketOwner);
        if (!objects.isEmpty(bucket.id)) {
          const { versioning } = bucket.settings;
          throw fault(
            'BucketNotEmpty',
            { BucketName: bucket.name },
            versioning &&
              'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
          );
        }
        for (const upload of uploads.list(bucket.id, EVERYTHING)) {
          for (const { blob } of uploads.delete(upload.id)) forgetBlob(stores, blob);
        }
        buckets.delete(bucket);
        return {};
      });
    },
  } satisfies Operations<S3>;
}

const EVERYTHING = { from: { key: '', inclusive: true }, end: undefined, limit: -1 };

/**
 * In us-east-1, creating one's own bucket again succeeds; but not for a caller with an effect token, such
 * as a deployment: its own repetitions are answered before, and it must not take over an older bucket.
 */
function mayRepeat({ account, region }: Bucket, wanted: string, context: CallContext): boolean {
  return (
    context.token === undefined &&
    account === context.account &&
    region === wanted &&
    region === DEFAULT_REGION &&
    context.region === DEFAULT_REGION
  );
}

/** The new bucket's region, and whether it may be created from the caller's. */
function regionOf(
  configuration: { LocationConstraint?: string | undefined } | undefined,
  region: string,
): string {
  const constraint = configuration?.LocationConstraint;
  const home = region === DEFAULT_REGION || region === 'aws-global';
  if (constraint === undefined || constraint === '') {
    if (home) return DEFAULT_REGION;
    throw incompatible('unspecified');
  }
  const wanted = constraint === 'EU' ? 'eu-west-1' : constraint;
  if (!home && region !== wanted) throw incompatible(constraint);
  if (!REGIONS.has(constraint) && region !== constraint) throw unknownLocation(constraint);
  if (constraint === DEFAULT_REGION) throw unknownLocation(constraint);
  return wanted;
}

function unknownLocation(constraint: string): Error {
  return fault('InvalidLocationConstraint', { LocationConstraint: constraint });
}

/** Names in the account's own namespace end with the account and the region. */
function checkNamespace(name: string, namespace: string | undefined, account: string, region: string): void {
  if (namespace === undefined || namespace === 'global') return;
  if (namespace !== 'account-regional' || !name.endsWith(`-${account}-${region}-an`)) {
    throw fault('InvalidNamespaceHeader');
  }
}

function incompatible(constraint: string): Error {
  return fault(
    'IllegalLocationConstraintException',
    {},
    `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
}
