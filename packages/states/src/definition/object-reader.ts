import { isObject, type Json, type JsonObject, ownValue } from '../json.ts';
import type { Diagnostics } from './diagnostics.ts';

/**
 * Reads the fields of one object of a definition. Wrong values are reported and read as absent, so
 * that one pass finds every problem.
 */
export class ObjectReader {
  readonly object: JsonObject;
  readonly location: string;
  readonly diagnostics: Diagnostics;

  constructor(object: JsonObject, location: string, diagnostics: Diagnostics) {
    this.object = object;
    this.location = location;
    this.diagnostics = diagnostics;
  }

  /** The field as it is, `null` included. */
  raw(field: string): Json | undefined {
    return ownValue(this.object, field);
  }

  /** Whether the field has a value. A `null` counts as left out; some generators write it so. */
  has(field: string): boolean {
    return (this.raw(field) ?? null) !== null;
  }

  at(field: string): string {
    return `${this.location}/${field}`;
  }

  fail(message: string, field?: string): void {
    this.diagnostics.schema(message, field === undefined ? this.location || '/' : this.at(field));
  }

  string(field: string): string | undefined {
    return this.#typed(field, 'a string', (value) => typeof value === 'string') as string | undefined;
  }

  boolean(field: string): boolean | undefined {
    return this.#typed(field, 'a boolean', (value) => typeof value === 'boolean') as boolean | undefined;
  }

  /** A number within bounds, an integer unless said otherwise. */
  number(
    field: string,
    { least = 0, most = Number.MAX_SAFE_INTEGER, fraction = false } = {},
  ): number | undefined {
    const value = this.#typed(
      field,
      fraction ? 'a number' : 'an integer',
      (candidate) => typeof candidate === 'number' && (fraction || Number.isInteger(candidate)),
    ) as number | undefined;
    if (value === undefined || (value >= least && value <= most)) return value;
    this.fail(`Value must be between ${least} and ${most}`, field);
    return undefined;
  }

  oneOf<T extends string>(field: string, allowed: readonly T[]): T | undefined {
    const value = this.string(field);
    if (value === undefined || allowed.includes(value as T)) return value as T | undefined;
    this.fail(`Value is not valid. Expected one of: [${allowed.join(', ')}]`, field);
    return undefined;
  }

  list(field: string): Json[] | undefined {
    return this.#typed(field, 'an array', Array.isArray) as Json[] | undefined;
  }

  strings(field: string): string[] | undefined {
    const items = this.list(field);
    if (items === undefined || items.every((item) => typeof item === 'string'))
      return items as string[] | undefined;
    this.fail('Expected an array of strings', field);
    return undefined;
  }

  /** A reader for the object in a field. */
  child(field: string): ObjectReader | undefined {
    const value = this.#typed(field, 'an object', isObject) as JsonObject | undefined;
    return value === undefined ? undefined : new ObjectReader(value, this.at(field), this.diagnostics);
  }

  /** Readers for the objects of an array. */
  children(field: string): ObjectReader[] {
    return (this.list(field) ?? []).flatMap((item, i) => {
      const location = `${this.at(field)}[${i}]`;
      if (isObject(item)) return [new ObjectReader(item, location, this.diagnostics)];
      this.diagnostics.schema('Expected an object', location);
      return [];
    });
  }

  require(...fields: string[]): void {
    const missing = fields.filter((field) => !this.has(field));
    if (missing.length > 0) this.fail(`These fields are required: [${missing.join(', ')}]`);
  }

  /** Reports when more than one of the fields is there. */
  atMostOne(...fields: string[]): void {
    const present = fields.filter((field) => this.has(field));
    if (present.length > 1) this.fail(`You must set only one of these fields: [${present.join(', ')}]`);
  }

  /** Reports fields beyond those allowed here. */
  allow(fields: ReadonlySet<string>): void {
    for (const field of Object.keys(this.object)) {
      if (!fields.has(field)) this.fail(`Field '${field}' is not supported`);
    }
  }

  #typed(field: string, expected: string, fits: (value: Json) => boolean): Json | undefined {
    const value = this.raw(field) ?? null;
    if (value === null) return undefined;
    if (fits(value)) return value;
    this.fail(`Expected ${expected}`, field);
    return undefined;
  }
}
