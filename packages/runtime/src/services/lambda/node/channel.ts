import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { encodeFrame, type Frame, FrameReader } from './frames.ts';

const DESCRIPTOR = 3;

/** The function's side of the pipe to the runtime. */
export class Channel {
  readonly #socket = new Socket({ fd: DESCRIPTOR, readable: true, writable: false });
  readonly #frames: Frame[] = [];
  #wake: () => void = () => {};

  constructor() {
    const reader = new FrameReader();
    this.#socket.on('data', (chunk: Buffer) => {
      this.#frames.push(...reader.push(chunk));
      this.#wake();
    });
    // Without the runtime there is nobody to work for.
    this.#socket.on('close', () => process.exit());
    this.#socket.on('error', () => process.exit());
  }

  /** The next frame. Only waiting for it keeps the process alive: a function that has nothing to do ends. */
  async next(): Promise<Frame> {
    this.#socket.ref();
    while (this.#frames.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#socket.unref();
    return this.#frames.shift()!;
  }

  send(header: Readonly<Record<string, unknown>>, payload?: Uint8Array): void {
    writeAll(DESCRIPTOR, encodeFrame(header, payload));
  }
}

/** Writes everything before it returns, however full the pipe is. */
export function writeAll(descriptor: number, data: Uint8Array): void {
  let written = 0;
  while (written < data.byteLength) {
    try {
      written += writeSync(descriptor, data, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
