import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Config } from '@aws-sdk/client-forecast';
import type { _Object, S3 } from '@aws-sdk/client-s3';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Host } from '../../../dispatch/host.ts';
import type { ClientOf } from '../../../dispatch/types.ts';
import type { Scope } from '../../../store/collection.ts';
import { roleCaller } from './role-caller.ts';
import { parseS3Path, type S3Place, s3Path } from './s3-paths.ts';
import { UserFault } from './user-fault.ts';

/** A file that was brought here: where it lies, and what messages call it. */
export interface StagedFile {
  readonly path: string;
  readonly name: string;
}

interface Found {
  readonly key: string;
  readonly size: number;
}

const EXTENSIONS: Readonly<Record<string, RegExp>> = {
  CSV: /\.csv$/i,
  // https://docs.aws.amazon.com/forecast/latest/dg/dataset-import-guidelines-troubleshooting.html
  PARQUET: /(^|\/)[^/_.][^/.]*$|\.(parquet|parq|pqt)$/i,
};
const MOST_FILES = 10_000;
const LARGEST_INPUT = 30 * 1024 ** 3;

/**
 * Brings the files of an S3Config into a folder, as the service's role in the user's account sees them:
 * one object, or all of the right kind below a prefix or in a bucket.
 *
 * @param format - `CSV` or `PARQUET`
 * @param folder - an empty folder
 * @throws UserFault when there is nothing to read or the role may not read it
 */
export async function stageInput(
  host: Host,
  scope: Scope,
  { Path = '', RoleArn = '' }: S3Config,
  { format, folder }: { format: string; folder: string },
): Promise<StagedFile[]> {
  const caller = await roleCaller(host, scope, RoleArn);
  const s3 = host.client<S3>('s3', { caller, region: scope.region });
  const place = parseS3Path(Path);
  try {
    const found = await findFiles(s3, place, format);
    if (found.length === 0) {
      throw new UserFault(
        `Unable to read data from ${Path}: there is no ${format === 'CSV' ? 'CSV' : 'Parquet'} file. Check the path.`,
      );
    }
    checkFiles(Path, found, host.config.parity);
    const staged: StagedFile[] = [];
    for (const [index, { key }] of found.entries()) {
      const path = join(folder, String(index));
      const { Body } = await s3.getObject({ Bucket: place.bucket, Key: key });
      await pipeline(Body ?? Readable.from([]), createWriteStream(path));
      staged.push({ path, name: s3Path({ bucket: place.bucket, key }) });
    }
    return staged;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new UserFault(
      `Unable to read data from ${Path}: ${error.message} (${error.code}). Check the path and what the role ${RoleArn} may read.`,
    );
  }
}

async function findFiles(s3: ClientOf<S3>, place: S3Place, format: string): Promise<Found[]> {
  const isFolder = place.key === '' || place.key.endsWith('/');
  const folder = isFolder ? place.key : `${place.key}/`;
  const files: Found[] = [];
  for await (const { Key: key = '', Size: size = 0 } of listObjects(s3, place)) {
    // The shortest key with a prefix comes first: an object with exactly this key is meant alone.
    if (!isFolder && key === place.key) return [{ key, size }];
    if (key.startsWith(folder) && EXTENSIONS[format]?.test(key)) files.push({ key, size });
  }
  return files;
}

async function* listObjects(s3: ClientOf<S3>, { bucket, key }: S3Place): AsyncGenerator<_Object> {
  let token: string | undefined;
  do {
    const page = await s3.listObjectsV2({ Bucket: bucket, Prefix: key, ContinuationToken: token });
    yield* page.Contents ?? [];
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

function checkFiles(path: string, found: readonly Found[], parity: boolean): void {
  const nameless = found.find(({ key }) => !/\p{L}/u.test(key.slice(key.lastIndexOf('/') + 1)));
  if (nameless) {
    throw new UserFault(
      `The file ${nameless.key} at ${path} cannot be imported: file names need at least one letter. Rename it.`,
    );
  }
  if (!parity) return;
  if (found.length > MOST_FILES) {
    throw new UserFault(
      `There are ${found.length} files at ${path}; one import can have ${MOST_FILES} at most.`,
    );
  }
  const size = found.reduce((sum, file) => sum + file.size, 0);
  if (size > LARGEST_INPUT) {
    throw new UserFault(
      `The files at ${path} have ${size} bytes; one import can have ${LARGEST_INPUT} at most.`,
    );
  }
}
