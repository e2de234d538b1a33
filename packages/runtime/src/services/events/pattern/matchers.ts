import { BlockList, isIP } from 'node:net';
import { invalidPattern } from './invalid.ts';

/** A value at a leaf of an event. */
export type Leaf = string | number | boolean | null;

/** Decides about one value; `undefined` where the event has none. */
export type Matcher = (value: Leaf | undefined) => boolean;

const STRING_TESTS: Record<string, (wanted: string) => (text: string) => boolean> = {
  prefix: (wanted) => (text) => text.startsWith(wanted),
  suffix: (wanted) => (text) => text.endsWith(wanted),
  'equals-ignore-case': (wanted) => {
    const lower = wanted.toLowerCase();
    return (text) => text.toLowerCase() === lower;
  },
  wildcard,
};

const COMPARISONS: Record<string, (value: number, wanted: number) => boolean> = {
  '=': (value, wanted) => value === wanted,
  '>': (value, wanted) => value > wanted,
  '>=': (value, wanted) => value >= wanted,
  '<': (value, wanted) => value < wanted,
  '<=': (value, wanted) => value <= wanted,
};

/**
 * Reads one element of a pattern's list: a value to be equal to, or an object with one operator.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 *
 * @throws InvalidEventPatternException in the words of the service
 */
export function parseMatcher(element: unknown): Matcher {
  if (typeof element !== 'object' || element === null) return equals(element as Leaf);
  if (Array.isArray(element))
    throw invalidPattern('Match value must be String, number, true, false, or null');
  const entries = Object.entries(element as Record<string, unknown>);
  const [operator, operand] = entries[0] ?? [];
  if (operator === undefined) throw invalidPattern('Empty objects are not allowed');
  if (entries.length > 1) throw invalidPattern('Only one key allowed in match expression');
  switch (operator) {
    case 'prefix':
    case 'suffix':
      return affix(operator, operand);
    case 'equals-ignore-case':
    case 'wildcard':
      return onText(STRING_TESTS[operator]!(stringOperand(operator, operand)));
    case 'anything-but':
      return anythingBut(operand);
    case 'numeric':
      return numeric(operand);
    case 'exists':
      if (typeof operand !== 'boolean') {
        throw invalidPattern('exists match pattern must be either true or false.');
      }
      return (value) => (value !== undefined) === operand;
    case 'cidr':
      return cidr(operand);
    default:
      throw invalidPattern(`Unrecognized match type ${operator}`);
  }
}

function equals(wanted: Leaf): Matcher {
  return (value) => value === wanted;
}

function onText(test: (text: string) => boolean): Matcher {
  return (value) => typeof value === 'string' && test(value);
}

/** A beginning or an end, which may be given without regard to case. */
function affix(operator: 'prefix' | 'suffix', operand: unknown): Matcher {
  if (typeof operand === 'object' && operand !== null && !Array.isArray(operand)) {
    const [[inner, text] = [undefined, undefined], ...more] = Object.entries(operand);
    if (inner !== 'equals-ignore-case' || more.length > 0 || typeof text !== 'string') {
      throw invalidPattern(`${operator} match pattern must be a string`);
    }
    const wanted = STRING_TESTS[operator]!(text.toLowerCase());
    return onText((value) => wanted(value.toLowerCase()));
  }
  return onText(STRING_TESTS[operator]!(stringOperand(operator, operand)));
}

function anythingBut(operand: unknown): Matcher {
  if (typeof operand === 'object' && operand !== null && !Array.isArray(operand)) {
    return anythingButText(operand as Record<string, unknown>);
  }
  const values: unknown[] = Array.isArray(operand) ? operand : [operand];
  if (values.length === 0) throw invalidPattern('Empty arrays are not allowed');
  if (!Array.isArray(operand) && !isTextOrNumber(operand)) {
    throw invalidPattern('Value of anything-but must be an array or single string/number value.');
  }
  if (values.some((value) => !isTextOrNumber(value))) {
    throw invalidPattern('Inside anything-but list, start|null|boolean is not supported.');
  }
  if (new Set(values.map((value) => typeof value)).size > 1) {
    throw invalidPattern(
      'Inside anything-but list, either all values are number or string, mixed type is not supported',
    );
  }
  return (value) => value !== undefined && !values.includes(value);
}

/** Anything but texts that begin, end or look so; values that are no texts always match. */
function anythingButText(operand: Record<string, unknown>): Matcher {
  const [[operator, given] = [undefined, undefined], ...more] = Object.entries(operand);
  if (operator === undefined) throw invalidPattern('Empty objects are not allowed');
  if (more.length > 0) throw invalidPattern('Only one key allowed in match expression');
  const make = STRING_TESTS[operator];
  if (!make) throw invalidPattern(`Unsupported anything-but pattern: ${operator}`);
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) {
    throw invalidPattern('Value of anything-but must be an array or single string/number value.');
  }
  const texts: unknown[] = Array.isArray(given) ? given : [given];
  const tests = texts.map((text) => make(anythingButOperand(operator, text)));
  if (tests.length === 0) throw invalidPattern('Empty arrays are not allowed');
  return (value) => value !== undefined && !(typeof value === 'string' && tests.some((test) => test(value)));
}

function anythingButOperand(operator: string, text: unknown): string {
  const affixed = operator === 'prefix' || operator === 'suffix';
  if (typeof text !== 'string') {
    if (affixed) throw invalidPattern('prefix/suffix match pattern must be a string');
    if (operator === 'wildcard') throw invalidPattern('wildcard match pattern must be a string');
    throw invalidPattern(
      'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
    );
  }
  if (affixed && text === '') throw invalidPattern('Null prefix/suffix not allowed');
  return text;
}

function numeric(operand: unknown): Matcher {
  if (!Array.isArray(operand)) throw invalidPattern('Value of numeric must be an array.');
  const list = operand as unknown[];
  if (list.length === 0) throw invalidPattern('Empty arrays are not allowed');
  const bounds: { operator: string; wanted: number }[] = [];
  for (let at = 0; at < list.length; at += 2) {
    const operator = list[at];
    const wanted = list[at + 1];
    if (typeof operator !== 'string')
      throw invalidPattern(`Invalid member in numeric match: ${String(operator)}`);
    if (!COMPARISONS[operator]) throw invalidPattern(`Unrecognized numeric range operator: ${operator}`);
    const [first] = bounds;
    if (first && (bounds.length > 1 || first.operator === '=' || !first.operator.startsWith('>'))) {
      throw invalidPattern('Too many elements in numeric expression');
    }
    if (first && !operator.startsWith('<')) throw invalidPattern(`Bad numeric range operator: ${operator}`);
    if (typeof wanted !== 'number') throw invalidPattern(`Value of ${operator} must be numeric`);
    bounds.push({ operator, wanted });
  }
  const [low, high] = bounds;
  if (low && high && low.wanted >= high.wanted) throw invalidPattern('Bottom must be less than top');
  return (value) =>
    typeof value === 'number' &&
    bounds.every(({ operator, wanted }) => COMPARISONS[operator]!(value, wanted));
}

function cidr(operand: unknown): Matcher {
  if (typeof operand !== 'string') throw invalidPattern('prefix match pattern must be a string');
  const parts = operand.split('/');
  if (parts.length !== 2) throw invalidPattern("Malformed CIDR, one '/' required");
  const [address = '', mask = ''] = parts;
  const version = isIP(address);
  if (version === 0) throw invalidPattern(`Nonstandard IP address: ${address}`);
  if (!/^\d+$/.test(mask)) throw invalidPattern('Malformed CIDR, mask bits must be an integer');
  const longest = version === 4 ? 32 : 128;
  if (Number(mask) > longest) throw invalidPattern(`IPv${version} mask bits must be < ${longest}`);
  const type = version === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, Number(mask), type);
  return onText((text) => isIP(text) === version && list.check(text, type));
}

/** `*` stands for any text; `\*` and `\\` for themselves. Compared without going back and forth. */
function wildcard(pattern: string): (text: string) => boolean {
  const parts: string[] = [''];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === '\\') {
      const next = pattern.charAt(at + 1);
      if (next !== '*' && next !== '\\') throw invalidPattern(`Invalid escape character at pos ${at}`);
      parts[parts.length - 1] += next;
      at += 1;
    } else if (char === '*') {
      if (pattern.charAt(at + 1) === '*')
        throw invalidPattern(`Consecutive wildcard characters at pos ${at}`);
      parts.push('');
    } else {
      parts[parts.length - 1] += char;
    }
  }
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (parts.length === 1) return (text) => text === first;
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
      return false;
    let at = first.length;
    const end = text.length - last.length;
    for (const part of parts.slice(1, -1)) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

function stringOperand(operator: string, operand: unknown): string {
  if (typeof operand !== 'string') throw invalidPattern(`${operator} match pattern must be a string`);
  return operand;
}

function isTextOrNumber(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}
