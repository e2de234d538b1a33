import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unpackArchive } from '../../../compute/archives.ts';
import { JobFault } from '../errors.ts';
import { parseS3Uri, type S3Files } from './s3-files.ts';

/**
 * Brings a program's `sourcedir.tar.gz` from S3 and unpacks it.
 *
 * @throws JobFault when it cannot be read, or is no archive
 */
export async function bringCode(files: S3Files, uri: string, folder: string): Promise<void> {
  const archive = join(dirname(folder), 'sourcedir.tar.gz');
  await files.bring(parseS3Uri(uri), archive);
  try {
    await unpackArchive(archive, folder);
  } catch (error) {
    throw new JobFault(`The code ${uri} cannot be unpacked: ${(error as Error).message}`);
  }
  await rm(archive, { force: true });
}
