import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import type { CallRecord } from '../dispatch/dispatcher.ts';

const LONGEST_FILE = 32 * 1024 * 1024;

/** The request log: one JSON line per call, in a file that is put aside once when it grows large. */
export class RequestLog {
  readonly #path: string;
  #stream: WriteStream;
  #size: number;

  constructor(path: string) {
    this.#path = path;
    this.#size = sizeOf(path);
    this.#stream = this.#open();
  }

  write(record: CallRecord): void {
    // A full disk costs lines of the log, and nothing else; the log goes on when there is space.
    if (this.#stream.destroyed) this.#stream = this.#open();
    const line = `${JSON.stringify(record)}\n`;
    if (this.#size + line.length > LONGEST_FILE) this.#rotate();
    this.#size += line.length;
    this.#stream.write(line);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#stream.end(resolve));
  }

  #rotate(): void {
    this.#stream.end();
    renameSync(this.#path, `${this.#path}.1`);
    this.#stream = this.#open();
    this.#size = 0;
  }

  #open(): WriteStream {
    const stream = createWriteStream(this.#path, { flags: 'a' });
    return stream.on('error', () => stream.destroy());
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
