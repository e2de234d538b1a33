import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { PutObjectCommandInput, S3 } from '@aws-sdk/client-s3';
import { StepFailure } from '../../../deploy/engine/failure-reason.ts';
import { isObject } from '../../../deploy/template/template.ts';
import { booleanProperty, listProperty, textProperty } from '../../../dispatch/property-values.ts';
import type {
  DeployContext,
  Properties,
  ProvidedResource,
  ResourceProvider,
} from '../../../dispatch/resource-provider.ts';
import type { ClientOf } from '../../../dispatch/types.ts';
import { clearPrefix, syncBucket } from './bucket-sync.ts';
import { markersOf, replaceMarkers } from './markers.ts';
import { syncFilter } from './sync-filters.ts';
import { unzip } from './unzip.ts';

// A bucket whose objects another deployment resource of the CDK owns is left alone.
const OWNER_TAG = 'aws-cdk:cr-owned';

/** `Custom::CDKBucketDeployment`, by which the CDK puts the files of archives into a bucket. */
export const bucketDeployment: ResourceProvider = {
  properties: [
    'ServiceToken',
    'SourceBucketNames',
    'SourceObjectKeys',
    'SourceMarkers',
    'SourceMarkersConfig',
    'DestinationBucketName',
    'DestinationBucketKeyPrefix',
    'DestinationBucketArn',
    'Extract',
    'RetainOnDelete',
    'Prune',
    'Exclude',
    'Include',
    'UserMetadata',
    'SystemMetadata',
    'OutputObjectKeys',
    'OutputObjectVersionIds',
  ],
  inert: ['SignContent', 'WaitForDistributionInvalidation'],
  async create(properties, context) {
    return await deploy(properties, {}, `aws.cdk.s3deployment.${context.name(64)}`, context);
  },
  async update(physicalId, properties, previous, context) {
    const before = destinationOf(previous);
    const after = destinationOf(properties);
    const moved = before.bucket !== after.bucket || before.prefix !== after.prefix;
    if (moved && !retains(properties))
      await clearPrefix(context.client<S3>('s3'), before.bucket, before.prefix);
    return await deploy(properties, previous, physicalId, context);
  },
  async delete(_physicalId, properties, context) {
    if (retains(properties)) return;
    const s3 = context.client<S3>('s3');
    const { bucket, prefix } = destinationOf(properties);
    if (!(await isOwned(s3, bucket, prefix))) await clearPrefix(s3, bucket, prefix);
  },
};

function retains(properties: Properties): boolean {
  return booleanProperty(properties, 'RetainOnDelete') ?? true;
}

function destinationOf(properties: Properties): { bucket: string; prefix: string } {
  const prefix = textProperty(properties, 'DestinationBucketKeyPrefix') ?? '';
  const bucket = textProperty(properties, 'DestinationBucketName') ?? '';
  if (prefix === '' || prefix === '/') return { bucket, prefix: '' };
  return { bucket, prefix: prefix.endsWith('/') ? prefix : `${prefix}/` };
}

async function isOwned(s3: ClientOf<S3>, Bucket: string, prefix: string): Promise<boolean> {
  const tag = prefix === '' ? OWNER_TAG : `${OWNER_TAG}:${prefix.slice(0, -1)}`;
  try {
    const { TagSet = [] } = await s3.getBucketTagging({ Bucket });
    return TagSet.some(({ Key = '' }) => Key.startsWith(tag));
  } catch {
    return false;
  }
}

async function deploy(
  properties: Properties,
  previous: Properties,
  physicalId: string,
  context: DeployContext,
): Promise<ProvidedResource> {
  const s3 = context.client<S3>('s3');
  const destination = destinationOf(properties);
  const work = await mkdtemp(join(tmpdir(), 'slipway-deployment-'));
  try {
    const folder = join(work, 'contents');
    await mkdir(folder);
    const files = await gather(s3, properties, work, folder);
    await syncBucket({
      s3,
      ...destination,
      folder,
      files,
      filter: syncFilter(listProperty(properties, 'Exclude'), listProperty(properties, 'Include')),
      prune: booleanProperty(properties, 'Prune') ?? true,
      rewrite: JSON.stringify(metadataOf(properties)) !== JSON.stringify(metadataOf(previous)),
      metadata: metadataOf(properties),
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  const keys = listProperty<string>(properties, 'SourceObjectKeys');
  const versions = booleanProperty(properties, 'OutputObjectVersionIds')
    ? { SourceObjectVersionIds: await versionsOf(s3, destination, keys) }
    : {};
  return {
    physicalId,
    attributes: {
      DestinationBucketArn: properties['DestinationBucketArn'],
      SourceObjectKeys: (booleanProperty(properties, 'OutputObjectKeys') ?? true) ? keys : [],
      ...versions,
    },
  };
}

/** Puts the files of all sources into the folder; later ones take the place of earlier ones. */
async function gather(
  s3: ClientOf<S3>,
  properties: Properties,
  work: string,
  folder: string,
): Promise<string[]> {
  const buckets = listProperty<string>(properties, 'SourceBucketNames');
  const keys = listProperty<string>(properties, 'SourceObjectKeys');
  const markers = listProperty<unknown>(properties, 'SourceMarkers');
  const configs = listProperty<unknown>(properties, 'SourceMarkersConfig');
  const extract = booleanProperty(properties, 'Extract') ?? true;
  const files = new Set<string>();
  for (const [index, Key] of keys.entries()) {
    const Bucket = buckets[index];
    if (Bucket === undefined) throw new StepFailure(`There is no bucket for the source ${Key}`);
    const path = extract ? join(work, `source-${index}`) : join(folder, basename(Key));
    const { Body } = await s3.getObject({ Bucket, Key });
    if (!Body) throw new StepFailure(`The source s3://${Bucket}/${Key} is empty`);
    await pipeline(Body, createWriteStream(path));
    if (!extract) {
      files.add(basename(Key));
      continue;
    }
    const replacements = markersOf(markers[index], configs[index]);
    for (const file of await unzip(path, folder)) {
      files.add(file);
      if (replacements.size > 0) await replaceMarkers(join(folder, file), replacements);
    }
  }
  return [...files];
}

const SYSTEM_METADATA: Readonly<Record<string, keyof PutObjectCommandInput>> = {
  'cache-control': 'CacheControl',
  'content-disposition': 'ContentDisposition',
  'content-encoding': 'ContentEncoding',
  'content-language': 'ContentLanguage',
  'content-type': 'ContentType',
  expires: 'Expires',
  sse: 'ServerSideEncryption',
  'sse-kms-key-id': 'SSEKMSKeyId',
  'storage-class': 'StorageClass',
  'website-redirect': 'WebsiteRedirectLocation',
  acl: 'ACL',
};

function metadataOf(properties: Properties): Partial<PutObjectCommandInput> {
  const { UserMetadata, SystemMetadata } = properties;
  const user = isObject(UserMetadata)
    ? Object.fromEntries(
        Object.entries(UserMetadata).map(([key, value]) => [key.toLowerCase(), String(value)]),
      )
    : undefined;
  const system: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(isObject(SystemMetadata) ? SystemMetadata : {})) {
    const member = SYSTEM_METADATA[key.toLowerCase()];
    if (member === undefined)
      throw new StepFailure(`SystemMetadata ${key} is not supported by this version of Slipway`);
    system[member] = member === 'Expires' ? new Date(String(value)) : String(value);
  }
  return { ...system, ...(user && { Metadata: user }) };
}

async function versionsOf(
  s3: ClientOf<S3>,
  { bucket: Bucket, prefix }: { bucket: string; prefix: string },
  keys: readonly string[],
): Promise<string[]> {
  return await Promise.all(
    keys.map(async (key) => {
      const head = await s3.headObject({ Bucket, Key: prefix + basename(key) }).catch(() => undefined);
      return head?.VersionId ?? '';
    }),
  );
}
