import { BlockList, isIP } from 'node:net';
import { ANY_CHARACTER, ANY_TEXT, compilePattern, type Matcher } from './pattern.ts';
import { compileVariables, type VariableLookup } from './variables.ts';

/** Whether a value of the request fits the one value of a policy that it was compiled for. */
export type Compare = (value: string, lookup: VariableLookup) => boolean;

export interface Operator {
  /** Holds when no value fits, rather than when one does. */
  readonly negated: boolean;
  compile(value: string, variables: boolean): Compare;
}

type Compile = Operator['compile'];

const exact: Compile = (text, variables) => {
  if (variables && text.includes('${')) return resolved(text, (value, wanted) => value === wanted);
  return (value) => value === text;
};

const exactIgnoringCase: Compile = (text, variables) => {
  const same = (value: string, wanted: string) => value.toLowerCase() === wanted.toLowerCase();
  if (variables && text.includes('${')) return resolved(text, same);
  return (value) => same(value, text);
};

const like: Compile = (text, variables) => compilePattern(text, { variables, kind: 'text' });

const SEGMENTS = 6;

/** Each of an ARN's six parts for itself; ArnEquals and ArnLike are the same. */
const arnLike: Compile = (text, variables) => {
  const parts = segmentsOf(text);
  if (!parts) return () => false;
  const matchers: Matcher[] = parts.map((part) => compilePattern(part, { variables, kind: 'text' }));
  return (value, lookup) => {
    const found = segmentsOf(value);
    return found !== undefined && matchers.every((matches, index) => matches(found[index]!, lookup));
  };
};

/** Colons within `${…}` separate nothing. */
function segmentsOf(arn: string): string[] | undefined {
  const parts = [''];
  let inVariable = false;
  for (let at = 0; at < arn.length; at++) {
    const char = arn.charAt(at);
    if (char === '$' && arn[at + 1] === '{') inVariable = true;
    if (char === '}') inVariable = false;
    if (char === ':' && !inVariable && parts.length < SEGMENTS) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts.length === SEGMENTS && parts[0] === 'arn' ? parts : undefined;
}

function ordered(read: (text: string) => number, test: (value: number, limit: number) => boolean): Compile {
  return (text) => {
    const limit = read(text);
    return (value) => test(read(value), limit);
  };
}

const numeric = (test: (value: number, limit: number) => boolean) =>
  ordered((text) => (text.trim() === '' ? Number.NaN : Number(text)), test);

/** ISO 8601, or seconds since the epoch. */
const date = (test: (value: number, limit: number) => boolean) =>
  ordered((text) => (/^[+-]?\d{5,}$/.test(text) ? Number(text) * 1000 : Date.parse(text)), test);

const bool: Compile = (text) => (value) => value.toLowerCase() === text.toLowerCase();

const ipAddress: Compile = (text) => {
  const [address = '', bits] = text.split('/');
  const family = isIP(address);
  if (family === 0) return () => false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(address, bits === undefined ? (family === 4 ? 32 : 128) : Number(bits), type);
  return (value) => {
    const found = isIP(value);
    return found !== 0 && list.check(value, found === 4 ? 'ipv4' : 'ipv6');
  };
};

const equals = (value: number, limit: number) => value === limit;
const less = (value: number, limit: number) => value < limit;
const lessOrEqual = (value: number, limit: number) => value <= limit;
const greater = (value: number, limit: number) => value > limit;
const greaterOrEqual = (value: number, limit: number) => value >= limit;

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
const COMPILE: Readonly<Record<string, Compile>> = {
  stringequals: exact,
  stringequalsignorecase: exactIgnoringCase,
  stringlike: like,
  numericequals: numeric(equals),
  numericlessthan: numeric(less),
  numericlessthanequals: numeric(lessOrEqual),
  numericgreaterthan: numeric(greater),
  numericgreaterthanequals: numeric(greaterOrEqual),
  dateequals: date(equals),
  datelessthan: date(less),
  datelessthanequals: date(lessOrEqual),
  dategreaterthan: date(greater),
  dategreaterthanequals: date(greaterOrEqual),
  bool,
  binaryequals: exact,
  ipaddress: ipAddress,
  arnequals: arnLike,
  arnlike: arnLike,
};

const NEGATED: Readonly<Record<string, string>> = {
  stringnotequals: 'stringequals',
  stringnotequalsignorecase: 'stringequalsignorecase',
  stringnotlike: 'stringlike',
  numericnotequals: 'numericequals',
  datenotequals: 'dateequals',
  notipaddress: 'ipaddress',
  arnnotequals: 'arnequals',
  arnnotlike: 'arnlike',
};

/** @param name - without a set operator and without `IfExists` */
export function operatorOf(name: string): Operator | undefined {
  const lower = name.toLowerCase();
  const positive = NEGATED[lower];
  const compile = COMPILE[positive ?? lower];
  return compile && { negated: positive !== undefined, compile };
}

/** For values with variables that are compared, not matched: `*` is only a star there. */
function resolved(text: string, same: (value: string, wanted: string) => boolean): Compare {
  const template = compileVariables(text);
  return (value, lookup) => {
    const wanted = template(lookup)?.replaceAll(ANY_TEXT, '*').replaceAll(ANY_CHARACTER, '?');
    return wanted !== undefined && same(value, wanted);
  };
}
