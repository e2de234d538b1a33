import type { BucketLocationConstraint, BucketNamespace, S3 } from '@aws-sdk/client-s3';
import { booleanProperty, textProperty } from '../../../dispatch/property-values.ts';
import type {
  DeployContext,
  Properties,
  ProvidedResource,
  ResourceProvider,
} from '../../../dispatch/resource-provider.ts';
import { carrySettings, SETTING_PROPERTIES } from './bucket-settings.ts';
import { unlessGone } from './unless-gone.ts';

const LONGEST_NAME = 63;

// https://docs.aws.amazon.com/general/latest/gr/s3.html#s3_website_region_endpoints
const DASHED_WEBSITE =
  /^(us-east-1|us-west-[12]|us-gov-west-1|ap-southeast-[12]|ap-northeast-1|eu-west-1|sa-east-1)$/;

/** `AWS::S3::Bucket`: `Ref` is the bucket's name. */
export const bucketResource: ResourceProvider = {
  properties: ['BucketName', 'BucketNamePrefix', 'BucketNamespace', ...SETTING_PROPERTIES],
  // Says how IAM would read the bucket's tags.
  inert: ['AbacStatus'],
  replaceOn: ['BucketName', 'BucketNamePrefix', 'BucketNamespace'],

  async create(properties, context) {
    const s3 = context.client<S3>('s3');
    const Bucket = nameOf(properties, context);
    const { region } = context;
    await s3.createBucket({
      Bucket,
      BucketNamespace: textProperty(properties, 'BucketNamespace') as BucketNamespace | undefined,
      ObjectLockEnabledForBucket: booleanProperty(properties, 'ObjectLockEnabled'),
      ...(region !== 'us-east-1' && {
        CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint },
      }),
    });
    context.created(Bucket);
    await carrySettings(s3, Bucket, properties, {});
    return provided(Bucket, context);
  },

  async update(Bucket, properties, previous, context) {
    await carrySettings(context.client<S3>('s3'), Bucket, properties, previous);
    return provided(Bucket, context);
  },

  async delete(Bucket, _properties, context) {
    await unlessGone(context.client<S3>('s3').deleteBucket({ Bucket }));
  },
};

function nameOf(properties: Properties, context: DeployContext): string {
  const prefix = textProperty(properties, 'BucketNamePrefix');
  // Names in the account's own namespace end like this.
  if (prefix !== undefined) return `${prefix}-${context.account}-${context.region}-an`;
  return textProperty(properties, 'BucketName') ?? context.name(LONGEST_NAME, { lowerCase: true });
}

function provided(name: string, { region }: DeployContext): ProvidedResource {
  const website = DASHED_WEBSITE.test(region) ? `s3-website-${region}` : `s3-website.${region}`;
  return {
    physicalId: name,
    attributes: {
      Arn: `arn:aws:s3:::${name}`,
      DomainName: `${name}.s3.amazonaws.com`,
      DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      WebsiteURL: `http://${name}.${website}.amazonaws.com`,
    },
  };
}
