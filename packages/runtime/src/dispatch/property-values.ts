import type { Properties } from './resource-provider.ts';

/**
 * Values of template properties as services need them. CloudFormation takes scalars in any notation:
 * `"3600"` where a number is meant, `"true"` for a boolean, a number for text.
 */
export function textProperty(properties: Properties, name: string): string | undefined {
  const value = properties[name];
  return value === undefined || value === null ? undefined : String(value);
}

/** @throws when the value is no number */
export function numberProperty(properties: Properties, name: string): number | undefined {
  const value = properties[name];
  if (value === undefined || value === null) return undefined;
  const number = Number(value);
  if (value === '' || Number.isNaN(number)) {
    throw new TypeError(`Property ${name} has to be a number, but is ${JSON.stringify(value)}`);
  }
  return number;
}

/** @throws when the value is no boolean */
export function booleanProperty(properties: Properties, name: string): boolean | undefined {
  const value = properties[name];
  if (value === undefined || value === null) return undefined;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new TypeError(`Property ${name} has to be true or false, but is ${JSON.stringify(value)}`);
}

/** A list; a single value counts as a list of one, an absent one as the empty list. */
export function listProperty<T>(properties: Properties, name: string): T[] {
  const value = properties[name] as T | T[] | undefined | null;
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** A document such as a policy, given as an object or as its JSON text. */
export function documentProperty(properties: Properties, name: string): string | undefined {
  const value = properties[name];
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export interface ResourceTag {
  readonly Key: string;
  readonly Value: string;
}

/** A resource's `Tags`, which templates hold as a list of pairs or as a map. */
export function tagsProperty(properties: Properties, name = 'Tags'): ResourceTag[] {
  const value = properties[name];
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) {
    return (value as { Key: unknown; Value: unknown }[]).map(({ Key, Value }) => ({
      Key: String(Key),
      Value: String(Value),
    }));
  }
  return Object.entries(value).map(([Key, Value]) => ({ Key, Value: String(Value) }));
}

/** What has to be done to come from the previous to the wanted tags. */
export function tagChanges(
  wanted: readonly ResourceTag[],
  previous: readonly ResourceTag[],
): { set: ResourceTag[]; remove: string[] } {
  const before = new Map(previous.map(({ Key, Value }) => [Key, Value]));
  const keys = new Set(wanted.map(({ Key }) => Key));
  return {
    set: wanted.filter(({ Key, Value }) => before.get(Key) !== Value),
    remove: previous.filter(({ Key }) => !keys.has(Key)).map(({ Key }) => Key),
  };
}
