import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { S3Config } from '@aws-sdk/client-forecast';
import type { S3 } from '@aws-sdk/client-s3';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Host } from '../../../dispatch/host.ts';
import type { Scope } from '../../../store/collection.ts';
import { roleCaller } from './role-caller.ts';
import { parseS3Path } from './s3-paths.ts';
import { UserFault } from './user-fault.ts';

/**
 * Uploads exported files directly under a path, which counts as a folder with or without its last slash.
 * It may be repeated after a crash: what was written is not written again, and nobody is told of it twice.
 *
 * @param files - names relative to `folder`, which become the keys' ends
 * @param name - of the upload, unique in the state folder
 * @throws UserFault when the role may not write there or the bucket is gone
 */
export async function uploadOutput(
  host: Host,
  scope: Scope,
  { Path = '', RoleArn = '' }: S3Config,
  { files, folder, name }: { files: readonly string[]; folder: string; name: string },
): Promise<void> {
  const caller = await roleCaller(host, scope, RoleArn);
  const { bucket, key } = parseS3Path(Path);
  const prefix = key === '' || key.endsWith('/') ? key : `${key}/`;
  try {
    // A part has 100,000 rows, far from the 5 GB that one PutObject takes; it is streamed.
    for (const file of files) {
      const Body = createReadStream(join(folder, file));
      const token = `${name}/${file}`;
      const s3 = host.client<S3>('s3', { caller, region: scope.region, token });
      try {
        await s3.putObject({ Bucket: bucket, Key: prefix + file, Body });
      } finally {
        Body.destroy();
      }
    }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new UserFault(
      `Unable to write to ${Path}: ${error.message} (${error.code}). Check the path and what the role ${RoleArn} may write.`,
    );
  }
}
