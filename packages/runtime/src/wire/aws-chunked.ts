import type { Readable } from 'node:stream';
import { Transform, type TransformCallback } from 'node:stream';
import { ServiceError } from '../dispatch/errors.ts';

/** Headers behind the body, names in lower case. */
export type Trailers = Record<string, string>;

/**
 * Whether a body is in the SDKs' own chunk framing, which carries a signature per chunk or a checksum
 * behind the content.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export function isAwsChunked(headers: Readonly<Record<string, string>>): boolean {
  return (
    (headers['content-encoding'] ?? '').split(/,\s*/).includes('aws-chunked') ||
    (headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-')
  );
}

/** Takes the framing off; `trailers` is filled when the last chunk has come. */
export function unwrapAwsChunked(source: Readable, trailers: Trailers): Readable {
  const decoder = new ChunkDecoder(trailers);
  source.on('error', (error) => decoder.destroy(error));
  // An interrupted upload must not look like a complete one.
  source.on('aborted', () => decoder.destroy(incompleteBody()));
  return source.pipe(decoder);
}

type Part = 'size' | 'content' | 'content-end' | 'trailers' | 'done';

class ChunkDecoder extends Transform {
  readonly #trailers: Trailers;
  #part: Part = 'size';
  #line = Buffer.alloc(0);
  #left = 0;

  constructor(trailers: Trailers) {
    super();
    this.#trailers = trailers;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      let rest = chunk;
      while (rest.length > 0 && this.#part !== 'done') {
        rest = this.#part === 'content' ? this.#content(rest) : this.#lineOf(rest);
      }
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    // The final empty line is left out by some clients.
    done(this.#part === 'done' || this.#part === 'trailers' ? null : incompleteBody());
  }

  #content(data: Buffer): Buffer {
    const taken = data.subarray(0, this.#left);
    this.push(taken);
    this.#left -= taken.length;
    if (this.#left === 0) this.#part = 'content-end';
    return data.subarray(taken.length);
  }

  #lineOf(data: Buffer): Buffer {
    const end = data.indexOf(0x0a);
    const piece = end < 0 ? data : data.subarray(0, end);
    this.#line = Buffer.concat([this.#line, piece]);
    if (this.#line.length > 16_384) throw malformed();
    if (end < 0) return Buffer.alloc(0);
    const line = this.#line.toString('latin1').replace(/\r$/, '');
    this.#line = Buffer.alloc(0);
    this.#take(line);
    return data.subarray(end + 1);
  }

  #take(line: string): void {
    if (this.#part === 'content-end') {
      this.#part = 'size';
    } else if (this.#part === 'size') {
      const size = /^([0-9a-fA-F]+)(;.*)?$/.exec(line)?.[1];
      if (size === undefined) throw malformed();
      this.#left = Number.parseInt(size, 16);
      this.#part = this.#left > 0 ? 'content' : 'trailers';
    } else if (line === '') {
      this.#part = 'done';
    } else {
      const colon = line.indexOf(':');
      this.#trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
    }
  }
}

/** The client went away, or said that there was more. */
export function incompleteBody(): ServiceError {
  return new ServiceError(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
  );
}

function malformed(): ServiceError {
  return new ServiceError('InvalidChunkSizeError', 'The body is not in the announced aws-chunked framing');
}
