import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PutObjectCommandInput, S3 } from '@aws-sdk/client-s3';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { ClientOf } from '../../../dispatch/types.ts';
import { mediaType } from './media-types.ts';
import type { FileFilter } from './sync-filters.ts';

export interface BucketSync {
  readonly s3: ClientOf<S3>;
  readonly bucket: string;
  /** Empty, or with a slash at its end. */
  readonly prefix: string;
  readonly folder: string;
  /** Files of the folder, relative to it, with slashes. */
  readonly files: readonly string[];
  readonly filter: FileFilter;
  /** Delete objects that are not among the files. */
  readonly prune: boolean;
  /** Write files that are there already, because what is kept beside them has changed. */
  readonly rewrite: boolean;
  readonly metadata: Partial<PutObjectCommandInput>;
}

/** Makes the objects below a prefix those of a folder, as `aws s3 sync` does. */
export async function syncBucket(sync: BucketSync): Promise<void> {
  const { s3, bucket, prefix, folder, files, filter, prune, rewrite } = sync;
  const present = await listObjects(s3, bucket, prefix);
  const wanted = new Set(files);
  for (const file of files) {
    if (!filter(file)) continue;
    const path = join(folder, file);
    if (!rewrite && present.get(prefix + file) === (await md5Of(path))) continue;
    await put(sync, file, path);
  }
  if (!prune) return;
  const superfluous = [...present.keys()].filter((key) => {
    const file = key.slice(prefix.length);
    return !wanted.has(file) && filter(file);
  });
  await deleteObjects(s3, bucket, superfluous);
}

/** Deletes every object below a prefix; a bucket that is gone has none. */
export async function clearPrefix(s3: ClientOf<S3>, bucket: string, prefix: string): Promise<void> {
  try {
    await deleteObjects(s3, bucket, [...(await listObjects(s3, bucket, prefix)).keys()]);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'NoSuchBucket') throw error;
  }
}

/** Key → MD5 of the object, where its entity tag is that. */
async function listObjects(s3: ClientOf<S3>, Bucket: string, Prefix: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.listObjectsV2({ Bucket, Prefix, ContinuationToken });
    for (const { Key = '', ETag = '' } of page.Contents ?? []) found.set(Key, ETag.replaceAll('"', ''));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return found;
}

const KEYS_PER_CALL = 1000;

async function deleteObjects(s3: ClientOf<S3>, Bucket: string, keys: readonly string[]): Promise<void> {
  for (let from = 0; from < keys.length; from += KEYS_PER_CALL) {
    const Objects = keys.slice(from, from + KEYS_PER_CALL).map((Key) => ({ Key }));
    await s3.deleteObjects({ Bucket, Delete: { Objects, Quiet: true } });
  }
}

async function put({ s3, bucket, prefix, metadata }: BucketSync, file: string, path: string): Promise<void> {
  const { size } = await stat(path);
  await s3.putObject({
    Bucket: bucket,
    Key: prefix + file,
    Body: createReadStream(path),
    ContentLength: size,
    ContentType: mediaType(file),
    ...metadata,
  });
}

async function md5Of(path: string): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
