import { BlockList, isIP } from 'node:net';
import { invalidParameter } from '../errors.ts';

/** A value that a policy looks at. */
export type Leaf = string | number | boolean | null;

/** Decides about the values that a message has under a key; none where it has the key not. */
export type Condition = (values: readonly Leaf[]) => boolean;

const TEXT_TESTS: Record<string, (wanted: string) => (text: string) => boolean> = {
  prefix: (wanted) => (text) => text.startsWith(wanted),
  suffix: (wanted) => (text) => text.endsWith(wanted),
  'equals-ignore-case': (wanted) => (text) => text.toLowerCase() === wanted.toLowerCase(),
  wildcard: (wanted) => {
    const parts = wanted.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    const expression = new RegExp(`^${parts.join('[^]*')}$`);
    return (text) => expression.test(text);
  },
};

const COMPARISONS: Record<string, (value: number, wanted: number) => boolean> = {
  '=': (value, wanted) => value === wanted,
  '>': (value, wanted) => value > wanted,
  '>=': (value, wanted) => value >= wanted,
  '<': (value, wanted) => value < wanted,
  '<=': (value, wanted) => value <= wanted,
};

/**
 * Reads one element of a policy's list: a value to be equal to, or an object with one operator.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 *
 * @throws InvalidParameterException
 */
export function parseCondition(element: unknown): Condition {
  if (typeof element !== 'object' || element === null) return some((value) => value === element);
  const entries = Object.entries(element);
  const [operator, operand] = entries[0] ?? [];
  if (Array.isArray(element) || entries.length !== 1 || operator === undefined) {
    throw refused('Match value must be String, number, true, false, or null');
  }
  switch (operator) {
    case 'exists':
      if (typeof operand !== 'boolean') {
        throw refused('exists match pattern must be either true or false.');
      }
      return (values) => values.length > 0 === operand;
    case 'anything-but':
      return anythingBut(operand);
    case 'numeric':
      return numeric(operand);
    case 'cidr':
      return cidr(operand);
    default:
      return some(onText(textTest(operator, operand)));
  }
}

/** A list of conditions is met when one of them is. */
export function anyOf(conditions: readonly Condition[]): Condition {
  return (values) => conditions.some((condition) => condition(values));
}

function some(test: (value: Leaf) => boolean): Condition {
  return (values) => values.some(test);
}

function onText(test: (text: string) => boolean): (value: Leaf) => boolean {
  return (value) => typeof value === 'string' && test(value);
}

function textTest(operator: string, operand: unknown): (text: string) => boolean {
  const make = TEXT_TESTS[operator];
  if (!make) throw refused(`Unrecognized match type ${operator}`);
  if (typeof operand !== 'string') throw refused(`${operator} match pattern must be a string`);
  return make(operand);
}

/** One value that is none of those is enough, as in the service. */
function anythingBut(operand: unknown): Condition {
  if (typeof operand === 'object' && operand !== null && !Array.isArray(operand)) {
    const [[operator, given] = ['', undefined], ...more] = Object.entries(operand);
    if (more.length > 0) throw refused('Only one key allowed in match expression');
    const tests = [given].flat().map((text) => textTest(operator, text));
    return some((value) => !tests.some((test) => onText(test)(value)));
  }
  const unwanted = [operand].flat() as Leaf[];
  if (unwanted.length === 0 || unwanted.some((value) => !['string', 'number'].includes(typeof value))) {
    throw refused('Value of anything-but must be an array or single string/number value.');
  }
  return some((value) => !unwanted.includes(value));
}

function numeric(operand: unknown): Condition {
  if (!Array.isArray(operand) || operand.length === 0) throw refused('Value of numeric must be an array.');
  const bounds: { test: (value: number, wanted: number) => boolean; wanted: number }[] = [];
  for (let at = 0; at < operand.length; at += 2) {
    const operator = String(operand[at]);
    const test = COMPARISONS[operator];
    const wanted: unknown = operand[at + 1];
    if (!test) throw refused(`Unrecognized numeric range operator: ${operator}`);
    if (typeof wanted !== 'number') throw refused(`Value of ${operator} must be numeric`);
    bounds.push({ test, wanted });
  }
  if (bounds.length > 2) throw refused('Too many elements in numeric expression');
  return some(
    (value) => typeof value === 'number' && bounds.every(({ test, wanted }) => test(value, wanted)),
  );
}

function cidr(operand: unknown): Condition {
  const [address = '', mask = ''] = String(operand).split('/');
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  if (version === 0 || !/^\d+$/.test(mask) || Number(mask) > longest) throw refused('Malformed CIDR');
  const type = version === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, Number(mask), type);
  return some(onText((text) => isIP(text) === version && list.check(text, type)));
}

export function refused(reason: string) {
  return invalidParameter(`FilterPolicy: ${reason}`);
}
