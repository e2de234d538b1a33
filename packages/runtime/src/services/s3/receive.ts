import { createHash } from 'node:crypto';
import { ReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { ServiceError } from '../../dispatch/errors.ts';
import type { BlobWriter } from '../../store/blob-writer.ts';
import type { RequestStream } from '../../wire/body.ts';
import { type Algorithm, type Checksum, createDigest } from './checksums/digest.ts';
import { type ChecksumMembers, checkExpected, checksumOfBody } from './checksums/wanted.ts';
import { fault, invalidRequest } from './errors.ts';
import { openContent } from './open-content.ts';
import type { Stores } from './stores.ts';

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
const LARGEST = 5 * 1024 ** 3;

/** The members of a request that say what its body is. */
export interface BodyInput extends ChecksumMembers {
  readonly Body?: unknown;
  readonly ContentMD5?: string | undefined;
  readonly ChecksumAlgorithm?: string | undefined;
}

/** A body that lies on disk, as the client said it would be. */
export interface Received {
  readonly blob: string;
  readonly size: number;
  /** MD5 in hexadecimal, which is the ETag. */
  readonly etag: string;
  /** The one that the client asked for, or else the one that S3 makes by itself. */
  readonly checksum: Checksum;
  /** All that were computed. */
  readonly checksums: Checksums;
}

export type Checksums = { readonly [Name in Algorithm]?: string };

/**
 * Takes a body in, piece by piece, and compares it with what the request says of it. Nothing stays when
 * it is not as announced, or when the client goes away.
 *
 * @param needed - a checksum to be computed in any case
 */
export async function receiveBody(
  { blobs }: Stores,
  segments: readonly string[],
  input: BodyInput,
  needed?: Algorithm,
): Promise<Received> {
  const { contentLength, announced = [], trailers } = (input.Body ?? {}) as Partial<RequestStream>;
  const expectedMd5 = md5Header(input.ContentMD5);
  const wanted = checksumOfBody(input, announced);
  checkSize(contentLength);
  const md5 = createHash('md5');
  // S3 makes this one where nobody asks for another.
  const algorithm = wanted?.algorithm ?? needed ?? 'CRC64NVME';
  const digests = new Map(
    [algorithm, needed ?? algorithm].map((name) => [name, createDigest(name)] as const),
  );
  const { path, writer } = blobs.create(segments);
  let size = 0;
  try {
    await drain(input.Body, (piece) => {
      size += piece.length;
      md5.update(piece);
      for (const digest of digests.values()) digest.update(piece);
      return writer.write(piece);
    });
    checkSize(size);
    if (contentLength !== undefined && size !== contentLength) throw fault('IncompleteBody');
    const md5Value = md5.digest();
    checkMd5(md5Value, expectedMd5);
    const checksums: Checksums = Object.fromEntries(
      [...digests].map(([name, digest]) => [name, digest.value()]),
    );
    const value = checksums[algorithm]!;
    const expected = wanted?.expected ?? trailers?.[`x-amz-checksum-${algorithm.toLowerCase()}`];
    if (wanted && trailers && expected === undefined) throw missingChecksum();
    checkExpected(algorithm, value, expected);
    const checksum: Checksum = { algorithm, type: 'FULL_OBJECT', value };
    await writer.finish();
    return { blob: path, size, etag: md5Value.toString('hex'), checksum, checksums };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/** Copies bytes of a stored blob into a new one, with their digests. */
export async function receiveCopy(
  stores: Stores,
  segments: readonly string[],
  source: { blob: string; start: number; length: number },
  algorithm: Algorithm,
): Promise<Received> {
  const open = openContent(stores, source.blob, source.start + source.length);
  const Body = source.length === 0 ? undefined : open.stream(source.start, source.length);
  if (!Body) open.close();
  return await receiveBody(stores, segments, { Body, ChecksumAlgorithm: algorithm });
}

/** Appends the content of blobs, for an object made of parts. */
export async function appendBlobs(
  stores: Stores,
  writer: BlobWriter,
  blobs: readonly { blob: string; size: number }[],
) {
  for (const { blob, size } of blobs) {
    if (size === 0) continue;
    await drain(openContent(stores, blob, size).stream(0, size), (piece) => writer.write(piece));
  }
}

type Take = (piece: Uint8Array) => Promise<void> | undefined;

async function drain(body: unknown, take: Take): Promise<void> {
  if (body === undefined || body === null || body === '') return;
  if (body instanceof Readable) await drainStream(body, take);
  else if (typeof body === 'string') await take(Buffer.from(body));
  else if (body instanceof Uint8Array) await take(body);
  else if (body instanceof ReadableStream) await drainStream(Readable.fromWeb(body), take);
  else if (body instanceof Blob) await take(new Uint8Array(await body.arrayBuffer()));
  else throw invalidRequest('The body has to be text, bytes or a stream');
}

/** By events rather than by iteration, which costs several times as much for a small body. */
function drainStream(stream: Readable, take: Take): Promise<void> {
  return new Promise((resolve, reject) => {
    let waiting: Promise<void> | undefined;
    const fail = (error: unknown) => {
      // A client that still sends has to be heard out, or it would not get to read what went wrong.
      if (stream instanceof ReadStream) stream.destroy();
      else stream.off('data', next).resume();
      reject(error instanceof ServiceError || !isInterruption(error) ? error : fault('IncompleteBody'));
    };
    const next = (piece: Buffer) => {
      try {
        waiting = take(piece);
        if (!waiting) return;
        stream.pause();
        waiting.then(() => stream.resume(), fail);
      } catch (error) {
        fail(error);
      }
    };
    stream.on('data', next);
    stream.on('end', () => void Promise.resolve(waiting).then(resolve, fail));
    stream.on('error', fail);
    stream.on('close', () => {
      if (!stream.readableEnded) reject(fault('IncompleteBody'));
    });
    if (stream.readableEnded) resolve();
    else if (stream.destroyed) reject(fault('IncompleteBody'));
  });
}

function isInterruption(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'EPIPE';
}

function checkSize(size: number | undefined): void {
  if (size !== undefined && size > LARGEST) {
    throw fault('EntityTooLarge', { ProposedSize: size, MaxSizeAllowed: LARGEST });
  }
}

function md5Header(text: string | undefined): Buffer | undefined {
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== 16 || bytes.toString('base64') !== text) {
    throw fault('InvalidDigest', { 'Content-MD5': text });
  }
  return bytes;
}

function checkMd5(actual: Buffer, expected: Buffer | undefined): void {
  if (!expected || expected.equals(actual)) return;
  throw fault('BadDigest', {
    ExpectedDigest: expected.toString('base64'),
    CalculatedDigest: actual.toString('base64'),
  });
}

function missingChecksum(): Error {
  return invalidRequest(
    'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
  );
}
