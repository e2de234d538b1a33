import { Readable } from 'node:stream';

/** A response ready to be sent. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | Readable | undefined;
}

/**
 * A body that is in memory already. Over the wire it goes out at once, without a stream's machinery,
 * which costs more than a small object itself; to a service that calls in the process it is a stream.
 */
export class WholeBody extends Readable {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super();
    this.bytes = bytes;
  }

  override _read(): void {
    if (this.bytes.length > 0) this.push(this.bytes);
    this.push(null);
  }
}
