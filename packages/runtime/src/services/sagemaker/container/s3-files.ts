import { createReadStream, createWriteStream, mkdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3 } from '@aws-sdk/client-s3';
import type { Caller } from '../../../access/caller.ts';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Host } from '../../../dispatch/host.ts';
import type { ClientOf } from '../../../dispatch/types.ts';
import { JobFault } from '../errors.ts';

/** A place in S3; the key may be a prefix, and empty. */
export interface S3Place {
  readonly bucket: string;
  readonly key: string;
}

/** @throws JobFault when the text is no `s3://bucket/key` */
export function parseS3Uri(uri: string): S3Place {
  const [, bucket, key = ''] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(uri) ?? [];
  if (bucket === undefined) throw new JobFault(`ClientError: ${uri} is not of the form s3://bucket/key.`);
  return { bucket, key };
}

/** A key below a prefix that counts as a folder, with or without its last slash. */
export function below(prefix: string, ...names: string[]): string {
  return [prefix.replace(/\/$/, ''), ...names].filter((part) => part !== '').join('/');
}

/** Files in S3, reached with the rights of a resource's role. */
export class S3Files {
  readonly #host: Host;
  readonly #caller: Caller;
  readonly #region: string;
  readonly #s3: ClientOf<S3>;

  constructor(host: Host, caller: Caller, region: string) {
    this.#host = host;
    this.#caller = caller;
    this.#region = region;
    this.#s3 = host.client<S3>('s3', { caller, region });
  }

  /**
   * Keys that begin so, in S3's order, without folders' placeholders.
   *
   * @throws JobFault when the bucket is not there or may not be listed
   */
  async list(uri: string): Promise<S3Place[]> {
    const { bucket, key: prefix } = parseS3Uri(uri);
    const found: S3Place[] = [];
    let token: string | undefined;
    do {
      const page = await refusing(uri, 'read', () =>
        this.#s3.listObjectsV2({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
      );
      for (const { Key: key = '' } of page.Contents ?? []) {
        if (!key.endsWith('/')) found.push({ bucket, key });
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return found;
  }

  /** @throws JobFault when the object cannot be read */
  async open({ bucket, key }: S3Place): Promise<Readable> {
    const { Body } = await refusing(`s3://${bucket}/${key}`, 'read', () =>
      this.#s3.getObject({ Bucket: bucket, Key: key }),
    );
    return Body ?? Readable.from([]);
  }

  /** Brings an object here. @throws JobFault when it cannot be read */
  async bring(place: S3Place, path: string): Promise<void> {
    mkdirSync(dirname(path), { recursive: true });
    await pipeline(await this.open(place), createWriteStream(path));
  }

  /**
   * Brings objects into a folder, each under its path relative to the prefix.
   *
   * @throws JobFault when a key would lead out of the folder, or cannot be read
   */
  async bringAll(objects: readonly S3Place[], prefix: string, folder: string): Promise<void> {
    for (const place of objects) {
      const path = join(folder, relativeName(place.key, parseS3Uri(prefix).key));
      if (relative(folder, path).split(sep)[0] === '..') {
        throw new JobFault(`ClientError: The key ${place.key} cannot be a path below ${prefix}.`);
      }
      await this.bring(place, path);
    }
  }

  /**
   * Puts a file or a stream there.
   *
   * @param token - effect token of this upload: repeated after a crash it does nothing more
   * @throws JobFault when it may not be written
   */
  async put(place: S3Place, body: string | Readable, token?: string): Promise<void> {
    const { bucket, key } = place;
    const Body = typeof body === 'string' ? createReadStream(body) : body;
    const options = { caller: this.#caller, region: this.#region, ...(token !== undefined && { token }) };
    const s3 = this.#host.client<S3>('s3', options);
    try {
      await refusing(`s3://${bucket}/${key}`, 'write', () =>
        s3.putObject({ Bucket: bucket, Key: key, Body }),
      );
    } finally {
      Body.destroy();
    }
  }

  /** Puts all files of a folder below a prefix, but for links. */
  async putFolder(folder: string, uri: string, token?: string): Promise<void> {
    const { bucket, key } = parseS3Uri(uri);
    for (const name of await filesOf(folder)) {
      const place = { bucket, key: below(key, name) };
      await this.put(place, join(folder, name), token && `${token}/${name}`);
    }
  }
}

/** Relative paths of the files in a folder, links left out. */
export async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** Where an object lies below a prefix; one whose key is the prefix keeps its own name. */
export function relativeName(key: string, prefix: string): string {
  const rest = key.slice(prefix.length);
  if (prefix === '' || prefix.endsWith('/')) return rest;
  return rest.startsWith('/') ? rest.slice(1) : key.slice(prefix.lastIndexOf('/') + 1);
}

async function refusing<T>(uri: string, what: 'read' | 'write', call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new JobFault(`${error.message} (${error.code}). Check ${uri} and whether the role may ${what} it.`);
  }
}
