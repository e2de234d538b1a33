import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import { parsedObject } from '../errors.ts';
import { anyOf, type Condition, type Leaf, parseCondition, refused } from './matchers.ts';

/** Which messages a subscription is for. */
export interface FilterPolicy {
  /** @param source - what it looks at: attributes as values, or the parsed body */
  matches(source: unknown): boolean;
}

type Node = (source: unknown) => boolean;

const MOST_KEYS = 5;
const MOST_COMBINATIONS = 150;
const MOST_KEPT = 500;
const parsed = new Map<string, FilterPolicy>();

/**
 * Reads a policy; those read lately are kept.
 *
 * @param nested - whether keys may hold keys: only where the body is looked at
 * @throws InvalidParameterException
 */
export function parseFilterPolicy(text: string, nested: boolean): FilterPolicy {
  const key = `${nested}${text}`;
  const known = parsed.get(key);
  if (known) return known;
  const size = { keys: 0, combinations: 1 };
  const policy: FilterPolicy = {
    matches: parseNode(parsedObject('FilterPolicy', text), nested, size, 1),
  };
  if (size.keys > MOST_KEYS) throw refused(`Filter policy can not have more than ${MOST_KEYS} keys`);
  if (size.combinations > MOST_COMBINATIONS) throw refused('Filter policy is too complex');
  if (parsed.size >= MOST_KEPT) parsed.delete(parsed.keys().next().value!);
  parsed.set(key, policy);
  return policy;
}

interface Size {
  keys: number;
  combinations: number;
}

function parseNode(policy: Record<string, unknown>, nested: boolean, size: Size, depth: number): Node {
  const tests = Object.entries(policy).map(([key, wanted]): Node => {
    if (key === '$or' && Array.isArray(wanted)) return alternatives(wanted, nested, size, depth);
    if (Array.isArray(wanted)) return leaf(key, wanted, size, depth);
    if (typeof wanted !== 'object' || wanted === null) {
      throw refused(`"${key}" must be an object or an array`);
    }
    if (!nested) {
      throw refused('Filter policy scope MessageAttributes does not support nested filter policy');
    }
    const inner = parseNode(wanted as Record<string, unknown>, nested, size, depth + 1);
    return (source) => itemsOf(source, key).some(inner);
  });
  if (tests.length === 0 && depth > 1) throw refused('Empty objects are not allowed');
  return (source) => tests.every((test) => test(source));
}

function alternatives(list: readonly unknown[], nested: boolean, size: Size, depth: number): Node {
  const nodes = list.map((item) => {
    if (typeof item !== 'object' || item === null) throw refused('$or takes objects');
    return parseNode(item as Record<string, unknown>, nested, size, depth);
  });
  if (nodes.length === 0) throw refused('$or must have at least one alternative');
  return (source) => nodes.some((node) => node(source));
}

function leaf(key: string, wanted: readonly unknown[], size: Size, depth: number): Node {
  if (wanted.length === 0) throw refused('Empty arrays are not allowed');
  size.keys += 1;
  size.combinations *= wanted.length * depth;
  const condition: Condition = anyOf(wanted.map(parseCondition));
  return (source) => condition(itemsOf(source, key) as Leaf[]);
}

/** What is under a key, lists taken apart. */
function itemsOf(source: unknown, key: string): unknown[] {
  if (Array.isArray(source)) return source.flatMap((item) => itemsOf(item, key));
  if (typeof source !== 'object' || source === null || !Object.hasOwn(source, key)) return [];
  return [(source as Record<string, unknown>)[key]].flat(Number.POSITIVE_INFINITY);
}

/** Attributes as a policy sees them: texts, numbers, and the items of `String.Array`. */
export function attributeValues(
  attributes: Readonly<Record<string, MessageAttributeValue>>,
): Record<string, unknown> {
  const values = Object.entries(attributes).map(([name, { DataType = '', StringValue = '' }]) => {
    if (DataType.startsWith('Number')) return [name, Number(StringValue)];
    if (DataType === 'String.Array') return [name, arrayIn(StringValue)];
    // Bytes are there, and equal to nothing.
    return [name, DataType.startsWith('Binary') ? {} : StringValue];
  });
  return Object.fromEntries(values) as Record<string, unknown>;
}

function arrayIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
