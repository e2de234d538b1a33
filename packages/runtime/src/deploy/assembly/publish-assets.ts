import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3 } from '@aws-sdk/client-s3';
import type { ClientOf } from '../../dispatch/types.ts';
import type { AssetDestination, FileAsset } from './manifest.ts';
import { type Environment, fillPlaceholders } from './placeholders.ts';
import { zipFolder } from './zip-folder.ts';

/** What is needed of an S3 client, in this process or over the wire. */
export type AssetStore = Pick<ClientOf<S3>, 'headObject' | 'putObject'>;

export interface Publication {
  readonly assets: readonly FileAsset[];
  readonly environment: Environment;
  readonly s3: (region: string) => AssetStore;
  readonly published?: (asset: FileAsset) => void;
}

const AT_ONCE = 4;

/** Puts the assets into their buckets that are not there yet; they are named by their content. */
export async function publishAssets({ assets, environment, s3, published }: Publication): Promise<void> {
  const waiting = [...assets];
  const work = async () => {
    for (let asset = waiting.shift(); asset; asset = waiting.shift()) {
      for (const destination of asset.destinations) {
        if (await publish(asset, destination, environment, s3)) published?.(asset);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function publish(
  asset: FileAsset,
  { bucketName, objectKey, region }: AssetDestination,
  environment: Environment,
  s3: Publication['s3'],
): Promise<boolean> {
  const store = s3(region === undefined ? environment.region : fillPlaceholders(region, environment));
  const Bucket = fillPlaceholders(bucketName, environment);
  const Key = fillPlaceholders(objectKey, environment);
  const isThere = await store.headObject({ Bucket, Key }).then(
    () => true,
    () => false,
  );
  if (isThere) return false;
  if (asset.packaging === 'file' || !(await stat(asset.path)).isDirectory()) {
    await upload(store, Bucket, Key, asset.path);
    return true;
  }
  const work = await mkdtemp(join(tmpdir(), 'slipway-asset-'));
  try {
    const archive = join(work, 'asset.zip');
    await zipFolder(asset.path, archive);
    await upload(store, Bucket, Key, archive);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return true;
}

async function upload(store: AssetStore, Bucket: string, Key: string, path: string): Promise<void> {
  const { size } = await stat(path);
  await store.putObject({ Bucket, Key, Body: createReadStream(path), ContentLength: size });
}
