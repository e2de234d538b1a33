import { invalidPattern } from './invalid.ts';
import { type Leaf, type Matcher, parseMatcher } from './matchers.ts';

/**
 * An event pattern: which events a rule is for.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export interface EventPattern {
  matches(event: unknown): boolean;
}

interface Node {
  /** Fields by the path to them; a dot in a key separates levels as nesting does. */
  readonly fields: readonly {
    readonly path: readonly string[];
    readonly wanted: Node | readonly Matcher[];
  }[];
  /** Of each list one has to match as well. */
  readonly alternatives: readonly (readonly Node[])[];
}

const parsed = new Map<string, EventPattern>();
const MOST_KEPT = 500;

/**
 * Reads a pattern; patterns read lately are kept.
 *
 * @throws InvalidEventPatternException
 */
export function parsePattern(text: string): EventPattern {
  const known = parsed.get(text);
  if (known) return known;
  const root = parseNode(parseJson(text));
  const pattern: EventPattern = { matches: (event) => matchNode(root, event) };
  if (parsed.size >= MOST_KEPT) parsed.clear();
  parsed.set(text, pattern);
  return pattern;
}

function parseJson(text: string): Record<string, unknown> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw invalidPattern(error instanceof Error ? error.message : String(error));
  }
  if (!isObject(document)) throw invalidPattern('Filter is not an object');
  return document;
}

function parseNode(object: Record<string, unknown>): Node {
  const entries = Object.entries(object);
  if (entries.length === 0) throw invalidPattern('Empty objects are not allowed');
  const fields: { path: string[]; wanted: Node | Matcher[] }[] = [];
  const alternatives: Node[][] = [];
  for (const [key, value] of entries) {
    // A list of objects that are fields of their own makes `$or` an operator; otherwise it is a name.
    if (key === '$or' && Array.isArray(value) && value.length > 1 && value.every(isObject)) {
      alternatives.push(value.map(parseNode));
    } else {
      fields.push({ path: key.split('.'), wanted: parseWanted(key, value) });
    }
  }
  return { fields, alternatives };
}

function parseWanted(key: string, value: unknown): Node | Matcher[] {
  if (Array.isArray(value)) {
    if (value.length === 0) throw invalidPattern('Empty arrays are not allowed');
    return value.map(parseMatcher);
  }
  if (!isObject(value)) throw invalidPattern(`"${key}" must be an object or an array`);
  return parseNode(value);
}

/**
 * Where the event has a list, all of a node has to match within one of its elements.
 *
 * @param above - keys that lead to the node where the event has no such levels (`a.b` as one key)
 */
function matchNode(node: Node, event: unknown, above: readonly string[] = []): boolean {
  if (Array.isArray(event) && event.length > 0)
    return event.some((element) => matchNode(node, element, above));
  return (
    node.fields.every(({ path, wanted }) => matchField([...above, ...path], wanted, event)) &&
    node.alternatives.every((nodes) => nodes.some((alternative) => matchNode(alternative, event, above)))
  );
}

function matchField(path: readonly string[], wanted: Node | readonly Matcher[], event: unknown): boolean {
  const found = resolve(event, path);
  if (!isMatchers(wanted)) {
    return found.length === 0
      ? matchNode(wanted, event, path)
      : found.some((value) => matchNode(wanted, value));
  }
  // Only leaves count: where the event has an object, it has no value.
  const leaves = found.flatMap(leavesOf);
  if (leaves.length === 0) return wanted.some((matcher) => matcher(undefined));
  return leaves.some((leaf) => wanted.some((matcher) => matcher(leaf)));
}

/** All that is at a path; keys of the event may contain dots as well. */
function resolve(event: unknown, path: readonly string[]): unknown[] {
  if (path.length === 0) return [event];
  if (Array.isArray(event)) return event.flatMap((element) => resolve(element, path));
  if (!isObject(event)) return [];
  return path.flatMap((_, index) => {
    const key = path.slice(0, index + 1).join('.');
    return Object.hasOwn(event, key) ? resolve(event[key], path.slice(index + 1)) : [];
  });
}

function leavesOf(value: unknown): Leaf[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return isObject(value) ? [] : [value as Leaf];
}

function isMatchers(wanted: Node | readonly Matcher[]): wanted is readonly Matcher[] {
  return Array.isArray(wanted);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
