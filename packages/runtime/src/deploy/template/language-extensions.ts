import { wrongFunction } from './invalid.ts';
import { isObject, type JsonObject, own } from './template.ts';

const LOOP = /^Fn::ForEach::[A-Za-z0-9]+$/;

/**
 * Carries out the part of the `AWS::LanguageExtensions` transform that rewrites a template: the loops
 * `Fn::ForEach::<name>: [identifier, collection, body]`, whose body may itself contain loops. Its other
 * functions (`Fn::Length`, `Fn::ToJsonString`, a default in `Fn::FindInMap`) are evaluated with the rest.
 *
 * Source: AWS CloudFormation User Guide, "Fn::ForEach".
 *
 * @param parameters - values by name, because a collection may be a parameter that is a list
 */
export function expandLanguageExtensions(document: JsonObject, parameters: JsonObject): JsonObject {
  return expand(document, {
    parameters: { ...defaultsOf(document), ...parameters },
    items: new Map(),
  }) as JsonObject;
}

function defaultsOf({ Parameters }: JsonObject): JsonObject {
  if (!isObject(Parameters)) return {};
  const defaults = Object.entries(Parameters).map(([name, parameter]) => [
    name,
    isObject(parameter) ? parameter['Default'] : undefined,
  ]);
  return Object.fromEntries(defaults) as JsonObject;
}

interface Loop {
  readonly parameters: JsonObject;
  /** The current item of every loop around. */
  readonly items: ReadonlyMap<string, string>;
}

function expand(value: unknown, loop: Loop): unknown {
  if (typeof value === 'string') return fill(value, loop);
  if (Array.isArray(value)) return value.map((item) => expand(item, loop));
  if (!isObject(value)) return value;
  const reference = value['Ref'];
  if (typeof reference === 'string' && Object.keys(value).length === 1) {
    return loop.items.get(reference) ?? value;
  }
  const entries: [string, unknown][] = [];
  for (const [key, member] of Object.entries(value)) {
    if (LOOP.test(key)) entries.push(...unroll(key, member, loop));
    else entries.push([fill(key, loop), expand(member, loop)]);
  }
  return Object.fromEntries(entries);
}

function unroll(name: string, definition: unknown, loop: Loop): [string, unknown][] {
  const [identifier, collection, body] = Array.isArray(definition) ? definition : [];
  if (typeof identifier !== 'string' || !isObject(body)) {
    throw wrongFunction(`every ${name} must be a list of an identifier, a collection and an object.`);
  }
  return itemsOf(name, collection, loop).flatMap((item) => {
    const items = new Map(loop.items).set(identifier, item);
    return Object.entries(expand(body, { ...loop, items }) as JsonObject);
  });
}

function itemsOf(name: string, collection: unknown, loop: Loop): string[] {
  if (Array.isArray(collection)) return collection.flatMap((item) => itemsOf(name, item, loop));
  if (typeof collection === 'string') return [fill(collection, loop)];
  const reference = isObject(collection) ? collection['Ref'] : undefined;
  const value = typeof reference === 'string' ? own(loop.parameters, reference) : undefined;
  if (Array.isArray(value)) return value.map(String);
  if (typeof value === 'string') return value.split(',').map((item) => item.trim());
  throw wrongFunction(`the collection of ${name} must be a list of texts or a parameter that is a list.`);
}

/** `${Item}` is the item; `&{Item}` is the item without the characters that a logical id cannot have. */
function fill(text: string, { items }: Loop): string {
  if (items.size === 0) return text;
  return text.replace(/([$&])\{([A-Za-z0-9]+)\}/g, (whole, sign: string, identifier: string) => {
    const item = items.get(identifier);
    if (item === undefined) return whole;
    return sign === '&' ? item.replace(/[^A-Za-z0-9]/g, '') : item;
  });
}
