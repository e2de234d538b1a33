import { compileVariables, type VariableLookup } from './variables.ts';

/** Whether a value of a request fits a text of a policy. */
export type Matcher = (value: string, lookup: VariableLookup) => boolean;

export interface PatternOptions {
  /** Whether `${…}` stands for a value of the request: in documents of version 2012-10-17. */
  readonly variables: boolean;
  /** Where a wildcard has to stop: nowhere, or at an ARN's colons. */
  readonly kind: 'text' | 'resource';
}

// Wildcards while a pattern is worked on. Private code points, so that a literal * (from `${*}` or from a
// value that stands for a variable) is none.
export const ANY_TEXT = '\uE000';
export const ANY_CHARACTER = '\uE001';
/** Any text without a colon. */
const ANY_IN_SEGMENT = '\uE002';
const WILDCARDS = /[\uE000-\uE002]/;

const ARN_SEGMENTS = 6;

/** Compiles a text with `*` and `?`, case-sensitive. */
export function compilePattern(text: string, { variables, kind }: PatternOptions): Matcher {
  const prepare = kind === 'resource' ? arnWildcards : (marked: string) => marked;
  const marked = text.replaceAll('*', ANY_TEXT).replaceAll('?', ANY_CHARACTER);
  if (!variables || !text.includes('${')) return matcherOf(prepare(marked));
  const template = compileVariables(text);
  return (value, lookup) => {
    const pattern = template(lookup);
    return pattern !== undefined && matcherOf(prepare(pattern))(value, lookup);
  };
}

/** The matcher of a pattern without variables; the usual forms need no search. */
function matcherOf(pattern: string): Matcher {
  if (pattern === ANY_TEXT) return () => true;
  const first = WILDCARDS.exec(pattern);
  if (!first) return (value) => value === pattern;
  if (first[0] === ANY_TEXT && first.index === pattern.length - 1) {
    const prefix = pattern.slice(0, -1);
    return (value) => value.startsWith(prefix);
  }
  if (pattern.includes(ANY_IN_SEGMENT)) {
    const expression = expressionOf(pattern);
    return (value) => expression.test(value);
  }
  return (value) => matchesGlob(pattern, value);
}

/**
 * The rules for wildcards in ARNs: a `*` at the end of one of the colon-separated parts may stand for
 * text with colons, one elsewhere in it not; an ARN with too few parts goes on with `*`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
function arnWildcards(pattern: string): string {
  const segments = pattern.split(':');
  if (segments[0] !== 'arn') return pattern;
  while (segments.length < ARN_SEGMENTS) segments.push(ANY_TEXT);
  return segments
    .map((segment, index) => {
      if (index >= ARN_SEGMENTS - 1) return segment;
      const last = segment.endsWith(ANY_TEXT) ? ANY_TEXT : '';
      const head = segment.slice(0, segment.length - last.length);
      return head.replaceAll(ANY_TEXT, ANY_IN_SEGMENT) + last;
    })
    .join(':');
}

/** Goes back to the last `*` only, so that no pattern makes it slow. */
function matchesGlob(pattern: string, value: string): boolean {
  let at = 0;
  let star = -1;
  let taken = 0;
  for (let position = 0; position < value.length; ) {
    const expected = pattern[at];
    if (expected === ANY_TEXT) {
      star = at++;
      taken = position;
    } else if (expected === ANY_CHARACTER || expected === value[position]) {
      at += 1;
      position += 1;
    } else if (star >= 0) {
      at = star + 1;
      position = ++taken;
    } else {
      return false;
    }
  }
  while (pattern[at] === ANY_TEXT) at += 1;
  return at === pattern.length;
}

function expressionOf(pattern: string): RegExp {
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
    .replaceAll(ANY_TEXT, '.*')
    .replaceAll(ANY_IN_SEGMENT, '[^:]*')
    .replaceAll(ANY_CHARACTER, '.');
  return new RegExp(`^${source}$`, 's');
}
