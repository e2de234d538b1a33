/** A cursor over the text of a path or an intrinsic call, shared by their parsers. */
export class Scanner {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  peek(offset = 0): string {
    return this.text[this.at + offset] ?? '';
  }

  /** Takes `token` when it comes next. */
  take(token: string): boolean {
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  expect(token: string): void {
    if (!this.take(token)) throw this.error(`expected '${token}'`);
  }

  skipSpace(): void {
    while (!this.done && /\s/.test(this.peek())) this.at += 1;
  }

  /** Takes the text that the sticky expression matches here, or nothing. */
  match(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text);
    if (found === null) return undefined;
    this.at = sticky.lastIndex;
    return found[0];
  }

  error(problem: string): PathSyntaxError {
    return new PathSyntaxError(`${problem} at position ${this.at} of '${this.text}'`);
  }
}

/** The text is not a path, or not an intrinsic function call. */
export class PathSyntaxError extends Error {
  override readonly name = 'PathSyntaxError';
}
