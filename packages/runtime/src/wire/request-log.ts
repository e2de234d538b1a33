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
    this.#stream = createWriteStream(path, { flags: 'a' });
    this.#stream.on('error', () => this.#stream.destroy());
  }

  write(record: CallRecord): void {
    if (this.#stream.destroyed) return;
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
    this.#stream = createWriteStream(this.#path, { flags: 'a' });
    this.#stream.on('error', () => this.#stream.destroy());
    this.#size = 0;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
