import { Readable } from 'node:stream';
import { ServiceError } from '../dispatch/errors.ts';
import { isAwsChunked, type Trailers, unwrapAwsChunked } from './aws-chunked.ts';
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
  /** Headers that came after the body (checksums); complete when the stream has ended. */
  declare readonly trailers: Trailers;
}

export function requestBody(request: WireRequest): RequestBody {
  let buffered: Promise<Buffer> | undefined;
  return {
    bytes() {
      buffered ??= readAll(openStream(request));
      return buffered;
    },
    stream: () => openStream(request),
  };
}

function openStream(request: WireRequest): RequestStream {
  const { headers, message } = request;
  const trailers: Trailers = {};
  const chunked = isAwsChunked(headers);
  const stream = chunked ? unwrapAwsChunked(message, trailers) : message;
  const length = chunked ? headers['x-amz-decoded-content-length'] : headers['content-length'];
  return Object.assign(stream, {
    contentLength: length === undefined ? undefined : Number(length),
    trailers,
  }) as unknown as RequestStream;
}

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += (chunk as Buffer).length;
    if (size > LONGEST_BUFFERED) {
      throw new ServiceError(
        'RequestEntityTooLargeException',
        `Request must be smaller than ${LONGEST_BUFFERED} bytes`,
        { status: 413 },
      );
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
