/** What a function's process wrote to its output. */
export type LogPiece = { readonly kind: 'message'; readonly text: string } | { readonly kind: 'mark' };

const LONGEST_LINE = 256 * 1024;
const NEWLINE = 0x0a;

/**
 * Takes a process's output apart: lines, messages of several lines, and marks.
 *
 * Output and error output are one stream, so that their order is kept. In it the process announces a
 * message of several lines by `\0<secret>L<bytes>\n`, and with `\0<secret>M\n` it marks that all of
 * an invocation's output has been written. The secret keeps what a function prints from being taken
 * for either.
 */
export class LogLines {
  readonly #control: Buffer;
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes that an announced message still lacks. */
  #announced: number | undefined;

  constructor(secret: string) {
    this.#control = Buffer.from(`\0${secret}`);
  }

  push(chunk: Buffer): LogPiece[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const pieces: LogPiece[] = [];
    while (this.#take(pieces));
    return pieces;
  }

  /** The unfinished last line, when the process has ended. */
  end(): LogPiece[] {
    const text = this.#rest.toString('utf8');
    this.#rest = Buffer.alloc(0);
    return text === '' ? [] : [{ kind: 'message', text }];
  }

  /** @returns whether something was taken */
  #take(pieces: LogPiece[]): boolean {
    if (this.#announced !== undefined) return this.#takeAnnounced(pieces, this.#announced);
    const control = this.#rest.indexOf(this.#control);
    if (control === 0) return this.#takeControl(pieces);
    const newline = this.#rest.indexOf(NEWLINE);
    // A control sequence also ends a line that was not finished.
    const end = control > 0 && (newline < 0 || control < newline) ? control : newline + 1;
    const length = end > 0 ? end : this.#rest.length > LONGEST_LINE ? LONGEST_LINE : 0;
    if (length === 0) return false;
    pieces.push({
      kind: 'message',
      text: this.#cut(length)
        .toString('utf8')
        .replace(/\r?\n$/, ''),
    });
    return true;
  }

  #takeControl(pieces: LogPiece[]): boolean {
    const newline = this.#rest.indexOf(NEWLINE);
    if (newline < 0) return false;
    const sequence = this.#cut(newline + 1)
      .subarray(this.#control.length, newline)
      .toString('latin1');
    if (sequence === 'M') pieces.push({ kind: 'mark' });
    else this.#announced = Number(sequence.slice(1));
    return true;
  }

  #takeAnnounced(pieces: LogPiece[], length: number): boolean {
    if (this.#rest.length < length) return false;
    this.#announced = undefined;
    pieces.push({ kind: 'message', text: this.#cut(length).toString('utf8').replace(/\n$/, '') });
    return true;
  }

  #cut(length: number): Buffer {
    const piece = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return piece;
  }
}
