/**
 * Messages between the runtime and a function's process, in both directions on one pipe (descriptor 3):
 * a line of JSON, then as many bytes of payload as the line's `length` says.
 *
 * A pipe rather than the Runtime API over HTTP: it needs no port, each side notices at once when the
 * other is gone, and nobody else on the machine can ask for a function's next event.
 */
export interface Frame {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Buffer;
}

type Header = Readonly<Record<string, unknown>> & { readonly length: number };

const NOTHING = Buffer.alloc(0);

export function encodeFrame(
  header: Readonly<Record<string, unknown>>,
  payload: Uint8Array = NOTHING,
): Buffer {
  const line = `${JSON.stringify({ ...header, length: payload.byteLength })}\n`;
  return Buffer.concat([Buffer.from(line), payload]);
}

/** Puts frames together from the chunks in which they arrive. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;
  #header: Header | undefined;

  /** @returns the frames that are complete with this chunk */
  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    const frames: Frame[] = [];
    for (;;) {
      const frame = this.#next();
      if (!frame) return frames;
      frames.push(frame);
    }
  }

  #next(): Frame | undefined {
    if (!this.#header) {
      const data = this.#joined();
      const end = data.indexOf(0x0a);
      if (end < 0) return undefined;
      this.#header = JSON.parse(data.subarray(0, end).toString('utf8')) as Header;
      this.#keep(data.subarray(end + 1));
    }
    const header = this.#header;
    // Large payloads come in many chunks, which are joined once.
    if (this.#size < header.length) return undefined;
    const data = this.#joined();
    this.#header = undefined;
    this.#keep(data.subarray(header.length));
    return { header, payload: data.subarray(0, header.length) };
  }

  #joined(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0]!;
  }

  #keep(rest: Buffer): void {
    this.#chunks = [rest];
    this.#size = rest.length;
  }
}
