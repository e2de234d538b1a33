import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, mkdtempSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3 } from '@aws-sdk/client-s3';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { ClientOf } from '../../../dispatch/types.ts';
import { RunFault } from './run-fault.ts';

/** Files in S3 that a run needs, brought to this machine with the rights of the run's role. */
export class S3Files {
  readonly #s3: ClientOf<S3>;

  constructor(s3: ClientOf<S3>) {
    this.#s3 = s3;
  }

  /**
   * Brings a file into a folder, under its own name.
   *
   * @param what - what the file is, for the message
   * @param uri - `s3://bucket/key`
   * @returns the file's path
   * @throws RunFault when it cannot be read
   */
  async bring(what: string, uri: string, folder: string): Promise<string> {
    const [, bucket, key] = /^s3[an]?:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
    if (bucket === undefined || key === undefined || key.endsWith('/')) {
      throw new RunFault(`${what} ${uri} is not of the form s3://bucket/path/to/file`);
    }
    mkdirSync(folder, { recursive: true });
    const path = join(folder, basename(key));
    try {
      const { Body } = await this.#s3.getObject({ Bucket: bucket, Key: key });
      await pipeline(Body ?? Readable.from([]), createWriteStream(path));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      throw new RunFault(`${what} ${uri} could not be read: ${error.code}: ${error.message}`);
    }
    return path;
  }

  /**
   * Brings a file into a folder below `folder` that is named after the file's content, so that the same
   * file has the same path again.
   */
  async bringByContent(what: string, uri: string, folder: string): Promise<string> {
    mkdirSync(folder, { recursive: true });
    const incoming = mkdtempSync(join(folder, 'incoming-'));
    try {
      const brought = await this.bring(what, uri, incoming);
      const hash = createHash('sha256');
      await pipeline(createReadStream(brought), hash);
      const place = join(folder, hash.digest('hex').slice(0, 32));
      mkdirSync(place, { recursive: true });
      const path = join(place, basename(brought));
      await rename(brought, path);
      return path;
    } finally {
      await rm(incoming, { recursive: true, force: true });
    }
  }
}
