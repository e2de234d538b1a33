import { readLiteral, readPath } from '../jsonpath/parse.ts';
import { Scanner } from '../jsonpath/scanner.ts';
import type { IntrinsicArgument, IntrinsicCall } from './call.ts';
import { intrinsicNames } from './functions.ts';

/** AWS allows ten calls inside each other. */
const maxNesting = 10;

/** Whether the text of a `.$` field is a call and not a path. */
export function looksLikeCall(text: string): boolean {
  return text.startsWith('States.');
}

/**
 * Parses a call that fills the whole text.
 * @throws PathSyntaxError when it is malformed, nested too deeply or names no intrinsic function
 */
export function parseIntrinsic(text: string): IntrinsicCall {
  const scanner = new Scanner(text);
  const call = readCall(scanner, 1);
  scanner.skipSpace();
  if (!scanner.done) throw scanner.error('unexpected text');
  return call;
}

function readCall(scanner: Scanner, depth: number): IntrinsicCall {
  if (depth > maxNesting) throw scanner.error(`more than ${maxNesting} nested calls`);
  const start = scanner.at;
  scanner.expect('States.');
  const name = scanner.match(/[A-Za-z0-9]+/y) ?? '';
  if (!intrinsicNames.has(name)) throw scanner.error(`'States.${name}' is not an intrinsic function`);
  scanner.skipSpace();
  scanner.expect('(');
  const args = readArguments(scanner, depth);
  return { text: scanner.text.slice(start, scanner.at), name, args };
}

function readArguments(scanner: Scanner, depth: number): IntrinsicArgument[] {
  const args: IntrinsicArgument[] = [];
  scanner.skipSpace();
  if (scanner.take(')')) return args;
  for (;;) {
    args.push(readArgument(scanner, depth));
    scanner.skipSpace();
    if (scanner.take(')')) return args;
    scanner.expect(',');
    scanner.skipSpace();
  }
}

function readArgument(scanner: Scanner, depth: number): IntrinsicArgument {
  switch (scanner.peek()) {
    case '$':
      return { kind: 'path', path: readPath(scanner) };
    case 'S':
      return { kind: 'call', call: readCall(scanner, depth + 1) };
    case "'":
      return readString(scanner);
    default:
      return { kind: 'literal', value: readLiteral(scanner) };
  }
}

/** A string in single quotes. The raw text is kept because Format tells `{}` from `\{\}` by its escapes. */
function readString(scanner: Scanner): IntrinsicArgument {
  const literal = scanner.match(/'(?:\\[\s\S]|[^'\\])*'/y);
  if (literal === undefined) throw scanner.error("expected a closing '");
  const raw = literal.slice(1, -1);
  return { kind: 'literal', value: withoutEscapes(raw), raw };
}

/** Removes the backslash in front of a quote, a brace or a backslash; before anything else it stays. */
function withoutEscapes(raw: string): string {
  return raw.replace(/\\(['{}\\])/g, '$1');
}
