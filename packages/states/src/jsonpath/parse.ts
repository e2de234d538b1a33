import type { Json } from '../json.ts';
import { parseFilter } from './parse-filter.ts';
import {
  type Path,
  type PathFunction,
  type PathFunctionName,
  type PathRoot,
  pathFunctionNames,
  type Segment,
} from './path.ts';
import { Scanner } from './scanner.ts';

// A name after a dot runs to the next segment, argument or filter operator.
const bareName = /[^.[\]()\s,*"'?=<>!&|~]+/y;
const variableName = /[\p{ID_Start}_]\p{ID_Continue}*/uy;
const integer = /-?\d+/y;
const number = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y;

/**
 * Parses a path that fills the whole text.
 * @throws PathSyntaxError when the text is not a path
 */
export function parsePath(text: string): Path {
  const scanner = new Scanner(text);
  const path = readPath(scanner);
  if (!scanner.done) throw scanner.error('unexpected text');
  return path;
}

/** Reads a path where the scanner stands, as in an argument list; stops behind its last segment. */
export function readPath(scanner: Scanner): Path {
  const start = scanner.at;
  const root = readRoot(scanner);
  const { segments, functions } = readSegments(scanner);
  return {
    text: scanner.text.slice(start, scanner.at),
    root,
    segments,
    functions,
    definite: segments.every(isDefinite),
  };
}

function readRoot(scanner: Scanner): PathRoot {
  scanner.expect('$');
  if (scanner.take('$')) return { kind: 'context' };
  const name = scanner.match(variableName);
  return name === undefined ? { kind: 'data' } : { kind: 'variable', name };
}

export function readSegments(scanner: Scanner): { segments: Segment[]; functions: PathFunction[] } {
  const segments: Segment[] = [];
  const functions: PathFunction[] = [];
  for (;;) {
    const next = scanner.peek();
    if (next !== '.' && next !== '[') return { segments, functions };
    const called = next === '.' ? readFunction(scanner) : undefined;
    if (called !== undefined) {
      functions.push(called);
    } else if (functions.length > 0) {
      throw scanner.error('a function must end the path');
    } else {
      segments.push(readSegment(scanner));
    }
  }
}

function readSegment(scanner: Scanner): Segment {
  if (scanner.take('..')) {
    return { kind: 'deep', segment: scanner.peek() === '[' ? readBracket(scanner) : readDotted(scanner) };
  }
  if (scanner.take('.')) {
    return scanner.peek() === '[' ? readBracket(scanner) : readDotted(scanner);
  }
  return readBracket(scanner);
}

function readDotted(scanner: Scanner): Segment {
  if (scanner.take('*')) return { kind: 'wildcard' };
  const name = scanner.match(bareName);
  if (name === undefined) throw scanner.error('expected a property name');
  return { kind: 'name', name };
}

function readBracket(scanner: Scanner): Segment {
  scanner.expect('[');
  scanner.skipSpace();
  const segment = readBracketBody(scanner);
  scanner.skipSpace();
  scanner.expect(']');
  return segment;
}

function readBracketBody(scanner: Scanner): Segment {
  if (scanner.take('*')) return { kind: 'wildcard' };
  if (scanner.peek() === "'" || scanner.peek() === '"') {
    const names = readList(scanner, () => readQuoted(scanner));
    return names.length === 1 ? { kind: 'name', name: names[0] as string } : { kind: 'names', names };
  }
  if (scanner.take('?')) {
    scanner.skipSpace();
    scanner.expect('(');
    const test = parseFilter(scanner);
    scanner.skipSpace();
    scanner.expect(')');
    return { kind: 'filter', test };
  }
  return readIndexes(scanner);
}

function readIndexes(scanner: Scanner): Segment {
  const from = scanner.match(integer);
  scanner.skipSpace();
  if (scanner.take(':')) {
    scanner.skipSpace();
    const to = scanner.match(integer);
    return { kind: 'slice', from: toNumber(from), to: toNumber(to) };
  }
  if (from === undefined) throw scanner.error('expected an index, a name in quotes, a slice, * or a filter');
  const indexes = [Number(from)];
  while (scanner.take(',')) {
    scanner.skipSpace();
    const index = scanner.match(integer);
    if (index === undefined) throw scanner.error('expected an index');
    indexes.push(Number(index));
    scanner.skipSpace();
  }
  return indexes.length === 1 ? { kind: 'index', index: Number(from) } : { kind: 'indexes', indexes };
}

function toNumber(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}

function readList(scanner: Scanner, item: () => string): string[] {
  const items = [item()];
  scanner.skipSpace();
  while (scanner.take(',')) {
    scanner.skipSpace();
    items.push(item());
    scanner.skipSpace();
  }
  return items;
}

/**
 * Reads a name in quotes. A backslash protects the quote and itself and stays otherwise: a recorded
 * execution finds the key `Test\""Name"` with `$['Test\""Name"']`.
 */
function readQuoted(scanner: Scanner): string {
  const quote = scanner.peek();
  scanner.at += 1;
  let value = '';
  for (;;) {
    if (scanner.done) throw scanner.error(`expected a closing ${quote}`);
    if (scanner.take(quote)) return value;
    if (scanner.peek() === '\\' && (scanner.peek(1) === quote || scanner.peek(1) === '\\')) scanner.at += 1;
    value += scanner.peek();
    scanner.at += 1;
  }
}

/** `.length()` and its siblings; undefined (and nothing taken) when a property follows instead. */
function readFunction(scanner: Scanner): PathFunction | undefined {
  const start = scanner.at;
  scanner.at += 1;
  const name = scanner.match(bareName);
  if (name === undefined || !scanner.take('(')) {
    scanner.at = start;
    return undefined;
  }
  if (!pathFunctionNames.includes(name as PathFunctionName)) {
    throw scanner.error(`'${name}' is not a JSONPath function`);
  }
  const args: (Json | Path)[] = [];
  scanner.skipSpace();
  while (!scanner.take(')')) {
    args.push(readArgument(scanner));
    scanner.skipSpace();
    if (scanner.take(',')) scanner.skipSpace();
  }
  return { name: name as PathFunctionName, args };
}

function readArgument(scanner: Scanner): Json | Path {
  if (scanner.peek() === '$') return readPath(scanner);
  return readLiteral(scanner);
}

/** A JSON scalar; strings in either kind of quotes. */
export function readLiteral(scanner: Scanner): Json {
  if (scanner.peek() === "'" || scanner.peek() === '"') return readQuoted(scanner);
  if (scanner.take('true')) return true;
  if (scanner.take('false')) return false;
  if (scanner.take('null')) return null;
  const digits = scanner.match(number);
  if (digits === undefined) throw scanner.error('expected a value');
  return Number(digits);
}

function isDefinite(segment: Segment, position: number, all: readonly Segment[]): boolean {
  if (segment.kind === 'name' || segment.kind === 'index') return true;
  // `['a','b']` at the end is one object with both members, not a list of two.
  return segment.kind === 'names' && position === all.length - 1;
}
