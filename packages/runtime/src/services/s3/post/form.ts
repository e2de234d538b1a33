import { Readable } from 'node:stream';
import { fault } from '../errors.ts';

const LARGEST_FIELDS = 20_480;
const BOUNDARY = /boundary="?([^";]+)"?/i;
const NAME = /;\s*name="([^"]*)"/i;
const FILE_NAME = /;\s*filename="([^"]*)"/i;

/** A form with one file: the fields in front of it, names in lower case, and the file as a stream. */
export interface UploadForm {
  readonly fields: ReadonlyMap<string, string>;
  readonly fileName: string;
  readonly file: Readable;
}

/**
 * Reads a form as web pages send it up to its file, which is left to be streamed; what comes behind the
 * file is passed over, as S3 does. RFC 7578.
 *
 * @throws MalformedPOSTRequest, InvalidArgument when there is no file
 */
export async function readForm(contentType: string, body: Readable): Promise<UploadForm> {
  const boundary = BOUNDARY.exec(contentType)?.[1];
  if (boundary === undefined) throw fault('MalformedPOSTRequest');
  const parts = new PartReader(body, boundary);
  const fields = new Map<string, string>();
  let left = LARGEST_FIELDS;
  for (;;) {
    const head = await parts.nextHead();
    if (head === undefined) {
      throw fault(
        'InvalidArgument',
        { ArgumentName: 'file', ArgumentValue: 0 },
        'POST requires exactly one file upload per request.',
      );
    }
    const name = (NAME.exec(head)?.[1] ?? '').toLowerCase();
    if (name === 'file') {
      const fileName = FILE_NAME.exec(head)?.[1] ?? '';
      return { fields, fileName, file: Readable.from(parts.content()) };
    }
    const chunks: Buffer[] = [];
    for await (const chunk of parts.content()) {
      left -= chunk.length;
      if (left < 0) throw fault('MalformedPOSTRequest');
      chunks.push(chunk);
    }
    fields.set(name, Buffer.concat(chunks).toString('utf8'));
  }
}

/** Takes a multipart body apart, holding no more of it than one piece from the network. */
class PartReader {
  readonly #source: AsyncIterator<Buffer>;
  readonly #delimiter: Buffer;
  /** Whether the delimiter behind the current part is still to come. */
  #within = true;
  // A line end in front lets the first delimiter be found like the others.
  #buffer: Buffer = Buffer.from('\r\n');

  constructor(body: Readable, boundary: string) {
    this.#source = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    this.#delimiter = Buffer.from(`\r\n--${boundary}`);
  }

  /** The head of the next part; undefined behind the last. */
  async nextHead(): Promise<string | undefined> {
    if (this.#within) for await (const chunk of this.content()) void chunk;
    while (this.#buffer.length < 2) await this.#more();
    if (this.#buffer.subarray(0, 2).toString('latin1') === '--') return undefined;
    for (;;) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end >= 0) {
        const head = this.#buffer.subarray(0, end).toString('utf8');
        this.#buffer = this.#buffer.subarray(end + 4);
        this.#within = true;
        return head;
      }
      if (this.#buffer.length > LARGEST_FIELDS) throw fault('MalformedPOSTRequest');
      await this.#more();
    }
  }

  /** The rest of the current part, up to the delimiter behind it. */
  async *content(): AsyncGenerator<Buffer> {
    for (;;) {
      const end = this.#buffer.indexOf(this.#delimiter);
      if (end >= 0) {
        const rest = this.#buffer.subarray(0, end);
        this.#buffer = this.#buffer.subarray(end + this.#delimiter.length);
        this.#within = false;
        if (rest.length > 0) yield rest;
        return;
      }
      // The delimiter may be cut in two.
      const certain = this.#buffer.length - this.#delimiter.length + 1;
      if (certain > 0) {
        const piece = this.#buffer.subarray(0, certain);
        this.#buffer = this.#buffer.subarray(certain);
        yield piece;
      }
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    const next = await this.#source.next();
    if (next.done) throw fault('MalformedPOSTRequest');
    this.#buffer = Buffer.concat([this.#buffer, next.value]);
  }
}
