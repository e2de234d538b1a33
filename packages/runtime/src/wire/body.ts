import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { ServiceError, serializationError } from '../dispatch/errors.ts';
import { incompleteBody, isAwsChunked, type Trailers, unwrapAwsChunked } from './aws-chunked.ts';
import type { WireRequest } from './request.ts';

/** Longest body that is read into memory: a 50 MB function archive in base64 and its JSON around. */
const LONGEST_BUFFERED = 128 * 1024 * 1024;

/** A request's body, taken once: as bytes, or as a stream for operations that stream. */
export interface RequestBody {
  bytes(): Promise<Buffer>;
  stream(): RequestStream;
}

/** A streamed body with what the client said about it. */
export class RequestStream extends Readable {
  /** Bytes of content that the client announced, without transfer framing; undefined when it did not. */
  declare readonly contentLength: number | undefined;
  /** Names of the headers that the client said would come after the body. */
  declare readonly announced: readonly string[];
  /** Headers that came after the body (checksums); complete when the stream has ended. */
  declare readonly trailers: Trailers;
}

export function requestBody(request: WireRequest): RequestBody {
  let buffered: Promise<Buffer> | undefined;
  return {
    bytes() {
      buffered ??= readAll(openStream(request)).then((body) =>
        isCompressed(request) ? decompress(body) : body,
      );
      return buffered;
    },
    stream: () => openStream(request),
  };
}

/**
 * Whether the SDK compressed the body, as it does for long lists of metric data. Of an S3 object or a
 * payload the encoding is the content's own and stays: those requests have no such marks.
 */
function isCompressed({ headers }: WireRequest): boolean {
  if (headers['content-encoding'] !== 'gzip') return false;
  const form = (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  return form || headers['x-amz-target'] !== undefined || headers['smithy-protocol'] !== undefined;
}

function decompress(body: Buffer): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: LONGEST_BUFFERED });
  } catch {
    throw serializationError('The request body is not valid gzip, or too long');
  }
}

function openStream(request: WireRequest): RequestStream {
  const { headers, message } = request;
  const trailers: Trailers = {};
  const chunked = isAwsChunked(headers);
  const stream = chunked ? unwrapAwsChunked(message, trailers) : message;
  const length = chunked ? headers['x-amz-decoded-content-length'] : headers['content-length'];
  return Object.assign(stream, {
    contentLength: length === undefined ? undefined : Number(length),
    announced: headers['x-amz-trailer']?.toLowerCase().split(/,\s*/) ?? [],
    trailers,
  }) as unknown as RequestStream;
}

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      size += (chunk as Buffer).length;
      if (size > LONGEST_BUFFERED) throw tooLarge();
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    // The client went away in the middle.
    throw (error as { code?: string }).code === 'ECONNRESET' ? incompleteBody() : error;
  }
  return Buffer.concat(chunks);
}

function tooLarge(): ServiceError {
  return new ServiceError(
    'RequestEntityTooLargeException',
    `Request must be smaller than ${LONGEST_BUFFERED} bytes`,
    { status: 413 },
  );
}
