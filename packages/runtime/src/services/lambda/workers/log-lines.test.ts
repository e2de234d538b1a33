import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LogLines, type LogPiece } from './log-lines.ts';

const SECRET = 's3cr3t';
const message = (text: string): LogPiece => ({ kind: 'message', text });

function announced(text: string): string {
  return `\0${SECRET}L${Buffer.byteLength(text)}\n${text}`;
}

/** Gives the output in pieces of the given sizes. */
function read(output: string, sizes: readonly number[]): LogPiece[] {
  const lines = new LogLines(SECRET);
  const pieces: LogPiece[] = [];
  let rest = Buffer.from(output);
  for (const size of [...sizes, rest.length]) {
    pieces.push(...lines.push(rest.subarray(0, size)));
    rest = rest.subarray(size);
  }
  return [...pieces, ...lines.end()];
}

test('lines, messages of several lines and marks are told apart, however they arrive', () => {
  const output = `one\ntwo\r\n${announced('three\nfour\n')}unfinished\0${SECRET}M\n${announced('Grüße')}\0${SECRET}M\nlast`;
  const expected = [
    message('one'),
    message('two'),
    message('three\nfour'),
    message('unfinished'),
    { kind: 'mark' },
    message('Grüße'),
    { kind: 'mark' },
    message('last'),
  ];
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 }), (sizes) => {
      expect(read(output, sizes)).toEqual(expected);
    }),
  );
});

test('what looks like a control sequence without the secret is ordinary output', () => {
  expect(read('\0M\n\0L5\nabc', [])).toEqual([message('\0M'), message('\0L5'), message('abc')]);
});

test('a line without end is cut rather than kept', () => {
  const pieces = read(
    'x'.repeat(600_000),
    Array.from({ length: 600 }, () => 1000),
  );
  expect(pieces.length).toBeGreaterThan(2);
  expect(pieces.map((piece) => (piece.kind === 'message' ? piece.text : '')).join('')).toHaveLength(600_000);
});
