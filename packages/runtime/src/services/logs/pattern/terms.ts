import { invalidPattern, patternRegex } from './invalid-pattern.ts';
import type { FilterPattern } from './pattern.ts';

type Test = (message: string) => boolean;

// An optional sign, then a quoted phrase, a regular expression between percent signs, or a word.
const TERM = /([-?]?)(?:"((?:[^"\\]|\\.)*)"|%((?:[^%\\]|\\.)*)%|([^\s"]+))/y;

/**
 * Terms in unstructured text: all of them, `-` not, `?` at least one of those so marked. Optional terms
 * beside others are ignored, as the service does.
 */
export function termsPattern(text: string): FilterPattern {
  const required: Test[] = [];
  const excluded: Test[] = [];
  const optional: Test[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(text.charAt(at))) at++;
    if (at >= text.length) break;
    TERM.lastIndex = at;
    const match = TERM.exec(text);
    if (!match) throw invalidPattern();
    at = TERM.lastIndex;
    const [, sign, phrase, regex, word] = match;
    const test = testOf(phrase, regex, word);
    (sign === '-' ? excluded : sign === '?' ? optional : required).push(test);
  }
  const onlyOptional = required.length === 0 && excluded.length === 0;
  return {
    matches: (message) =>
      required.every((test) => test(message)) &&
      !excluded.some((test) => test(message)) &&
      (!onlyOptional || optional.length === 0 || optional.some((test) => test(message))),
    select: () => undefined,
    extract: () => ({}),
  };
}

function testOf(phrase: string | undefined, regex: string | undefined, word: string | undefined): Test {
  if (regex !== undefined) {
    const expression = patternRegex(regex);
    return (message) => expression.test(message);
  }
  if (word !== undefined && !/^[A-Za-z0-9_]+$/.test(word)) {
    throw invalidPattern(`Invalid character(s) in term '${word}'`);
  }
  const wanted = word ?? (phrase ?? '').replace(/\\(.)/g, '$1');
  return (message) => message.includes(wanted);
}
