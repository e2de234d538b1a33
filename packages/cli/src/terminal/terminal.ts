import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Where a command talks. Results go to stdout, talk goes to stderr. */
export interface Terminal {
  /** Whether a person watches, so that lines may be redrawn. */
  readonly live: boolean;
  readonly width: number;
  /** Says something about the progress. */
  say(line: string): void;
  /** Prints a result. */
  print(text: string): void;
  style(style: Style, text: string): string;
  /** Redraws a block of lines in place; only when live. */
  redraw(lines: readonly string[]): void;
  /** Leaves the drawn block as it is and goes on below. */
  settle(): void;
}

export function createTerminal(out = process.stdout, talk = process.stderr): Terminal {
  const live = talk.isTTY === true && process.env['CI'] === undefined && process.env['TERM'] !== 'dumb';
  let drawn = 0;
  const width = talk.columns ?? 100;
  const style = (format: Style, text: string) => styleText(format, text, { stream: talk });
  return {
    live,
    width,
    style,
    say(line) {
      clear();
      talk.write(`${line}\n`);
    },
    print: (text) => void out.write(text.endsWith('\n') ? text : `${text}\n`),
    redraw(lines) {
      if (!live) return;
      clear();
      talk.write(lines.map((line) => `${cut(line, width - 1)}\n`).join(''));
      drawn = lines.length;
    },
    settle() {
      drawn = 0;
    },
  };

  function clear(): void {
    if (drawn > 0) talk.write(`\u001B[${drawn}A\u001B[0J`);
    drawn = 0;
  }
}

/** Cuts a line to the terminal's width; a line with styles is left when its text fits. */
function cut(line: string, width: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length <= width ? line : `${plain.slice(0, width - 1)}…`;
}
