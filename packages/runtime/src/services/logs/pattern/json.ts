import { type Condition, type Found, type Lookup, parseCondition } from './condition.ts';
import type { FilterPattern } from './pattern.ts';

// $.name, $.list[0].name, $.list[*], $["name with dots"]
const SELECTOR = /\$(\.[\w@-]+|\.\*|\[\d+\]|\[\*\]|\["[^"]*"\]|\['[^']*'\])*/;
const WHOLE_SELECTOR = new RegExp(`^${SELECTOR.source}$`);
const STEP = /\.([\w@-]+|\*)|\[(\d+|\*)\]|\["([^"]*)"\]|\['([^']*)'\]/g;

/** `{ $.level = "ERROR" && $.latency > 100 }`: conditions over messages that are JSON. */
export function jsonPattern(text: string): FilterPattern {
  const condition: Condition = parseCondition(text, SELECTOR);
  return {
    matches(message) {
      const document = parseObject(message);
      return document !== undefined && condition.holds(lookupIn(document));
    },
    select(message, selector) {
      const document = parseObject(message);
      if (document === undefined || !WHOLE_SELECTOR.test(selector)) return undefined;
      return textOf(lookupIn(document)(selector)?.[0]);
    },
    extract(message) {
      const document = parseObject(message);
      if (document === undefined) return {};
      const lookup = lookupIn(document);
      const found = condition.selectors.map((selector) => [selector, textOf(lookup(selector)?.[0])] as const);
      return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== undefined));
    },
  };
}

function parseObject(message: string): unknown {
  if (!/^\s*[{[]/.test(message)) return undefined;
  try {
    return JSON.parse(message) as unknown;
  } catch {
    return undefined;
  }
}

function lookupIn(document: unknown): Lookup {
  return (selector) => {
    let values: unknown[] = [document];
    for (const [, name, index, quoted, single] of selector.matchAll(STEP)) {
      const key = name ?? quoted ?? single;
      values = values.flatMap((value) => {
        if (typeof value !== 'object' || value === null) return [];
        if (key === '*' || index === '*') return Object.values(value) as unknown[];
        if (index !== undefined)
          return Array.isArray(value) ? value.slice(Number(index), Number(index) + 1) : [];
        return Object.hasOwn(value, key!) ? [(value as Record<string, unknown>)[key!]] : [];
      });
    }
    if (values.length === 0) return undefined;
    // Objects and arrays exist but equal nothing.
    return values.filter((value): value is Found => typeof value !== 'object' || value === null);
  };
}

function textOf(found: Found | undefined): string | undefined {
  return found === undefined || found === null ? undefined : String(found);
}
