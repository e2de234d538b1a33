import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

export type OutputStream = 'stdout' | 'stderr';

/** Complete lines that a command printed. */
export interface OutputChunk {
  readonly stream: OutputStream;
  readonly lines: readonly string[];
  /** Where the chunk begins in the stream's file; with it a repeated chunk is recognised. */
  readonly begin: number;
  readonly end: number;
}

const LONGEST_CHUNK = 256 * 1024;

/** Reads what a job prints, line by line and in order, from its output files. */
export class OutputTail {
  readonly #folder: string;
  readonly #offsets: Record<OutputStream, number>;
  readonly #take: (chunk: OutputChunk) => Promise<void>;
  #reading: Promise<void> = Promise.resolve();

  /** @param offsets - where earlier reading stopped */
  constructor(
    folder: string,
    offsets: Record<OutputStream, number>,
    take: (chunk: OutputChunk) => Promise<void>,
  ) {
    this.#folder = folder;
    this.#offsets = offsets;
    this.#take = take;
  }

  /** Takes in what has come since the last reading; an unfinished last line is left for later. */
  read(): Promise<void> {
    return this.#queue(false);
  }

  /** Takes in the rest, an unfinished last line included. */
  end(): Promise<void> {
    return this.#queue(true);
  }

  #queue(toEnd: boolean): Promise<void> {
    this.#reading = this.#reading.then(async () => {
      for (const stream of ['stdout', 'stderr'] as const) {
        for (;;) {
          const chunk = this.#next(stream, toEnd);
          if (!chunk) break;
          await this.#take(chunk);
          this.#offsets[stream] = chunk.end;
        }
      }
    });
    return this.#reading;
  }

  #next(stream: OutputStream, toEnd: boolean): OutputChunk | undefined {
    const begin = this.#offsets[stream];
    const data = readFrom(join(this.#folder, stream), begin);
    const full = data.length === LONGEST_CHUNK;
    const lastBreak = data.lastIndexOf(0x0a);
    // A line longer than a chunk is cut rather than waited for.
    const length = lastBreak >= 0 ? lastBreak + 1 : toEnd || full ? data.length : 0;
    if (length === 0) return undefined;
    const text = data
      .subarray(0, length)
      .toString('utf8')
      .replace(/\r?\n$/, '');
    return { stream, lines: text.split(/\r?\n/), begin, end: begin + length };
  }
}

function readFrom(path: string, offset: number): Buffer {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const size = Math.min(Math.max(fstatSync(file).size - offset, 0), LONGEST_CHUNK);
    const buffer = Buffer.alloc(size);
    return buffer.subarray(0, readSync(file, buffer, 0, size, offset));
  } finally {
    closeSync(file);
  }
}
