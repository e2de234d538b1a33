import type { Json } from '../json.ts';
import { readLiteral, readSegments } from './parse.ts';
import {
  type ComparisonOperator,
  comparisonOperators,
  type FilterOperand,
  type FilterPath,
  type FilterTest,
} from './path.ts';
import type { Scanner } from './scanner.ts';

/** Reads the condition of a filter: `||` binds weaker than `&&`, `!` and parentheses as usual. */
export function parseFilter(scanner: Scanner): FilterTest {
  return readChain(scanner, 'or', '||', () => readChain(scanner, 'and', '&&', () => readUnary(scanner)));
}

function readChain(scanner: Scanner, kind: 'and' | 'or', token: string, item: () => FilterTest): FilterTest {
  const tests = [item()];
  scanner.skipSpace();
  while (scanner.take(token)) {
    tests.push(item());
    scanner.skipSpace();
  }
  return tests.length === 1 ? (tests[0] as FilterTest) : { kind, tests };
}

function readUnary(scanner: Scanner): FilterTest {
  scanner.skipSpace();
  if (scanner.peek() === '!' && scanner.peek(1) !== '=') {
    scanner.at += 1;
    return { kind: 'not', test: readUnary(scanner) };
  }
  if (scanner.take('(')) {
    const test = parseFilter(scanner);
    scanner.skipSpace();
    scanner.expect(')');
    return test;
  }
  return readComparison(scanner);
}

function readComparison(scanner: Scanner): FilterTest {
  const left = readOperand(scanner);
  scanner.skipSpace();
  const operator = readOperator(scanner);
  if (operator !== undefined) {
    scanner.skipSpace();
    return { kind: 'compare', operator, left, right: readOperand(scanner) };
  }
  if (left.kind !== 'path') throw scanner.error('expected a comparison');
  return { kind: 'exists', path: left };
}

function readOperator(scanner: Scanner): ComparisonOperator | undefined {
  for (const operator of comparisonOperators) {
    const isWord = /^[a-z]/.test(operator);
    if (isWord && !/[\s'"[({]/.test(scanner.peek(operator.length))) continue;
    if (scanner.take(operator)) return operator;
  }
  return undefined;
}

function readOperand(scanner: Scanner): FilterOperand {
  switch (scanner.peek()) {
    case '@':
    case '$':
      return readFilterPath(scanner);
    case '/':
      return readRegex(scanner);
    case '[':
      return { kind: 'literal', value: readArray(scanner) };
    default:
      return { kind: 'literal', value: readLiteral(scanner) };
  }
}

function readFilterPath(scanner: Scanner): FilterPath {
  const start = scanner.at;
  const from = scanner.peek() === '@' ? 'element' : 'document';
  scanner.at += 1;
  const { segments, functions } = readSegments(scanner);
  const definite = segments.every((segment) => segment.kind === 'name' || segment.kind === 'index');
  const text = scanner.text.slice(start, scanner.at);
  return { kind: 'path', from, path: { text, root: { kind: 'data' }, segments, functions, definite } };
}

function readRegex(scanner: Scanner): FilterOperand {
  const literal = scanner.match(/\/((?:\\.|[^/\\])*)\/([a-z]*)/y);
  if (literal === undefined) throw scanner.error('expected a closing /');
  const end = literal.lastIndexOf('/');
  const flags = literal.slice(end + 1).replace(/[^imsu]/g, '');
  try {
    return { kind: 'regex', regex: new RegExp(`^(?:${literal.slice(1, end)})$`, flags) };
  } catch (error) {
    throw scanner.error(`invalid regular expression: ${String(error)}`);
  }
}

function readArray(scanner: Scanner): Json[] {
  const items: Json[] = [];
  scanner.expect('[');
  scanner.skipSpace();
  while (!scanner.take(']')) {
    items.push(scanner.peek() === '[' ? readArray(scanner) : readLiteral(scanner));
    scanner.skipSpace();
    if (scanner.take(',')) scanner.skipSpace();
  }
  return items;
}
