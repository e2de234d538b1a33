import { isObject, type Json, type JsonObject, setOwn } from '../json.ts';

/** A JSONata value that has no JSON form, such as a function. */
export class UnsupportedResultError extends Error {
  override readonly name = 'UnsupportedResultError';
}

/**
 * The plain JSON copy of an evaluation result; JSONata marks its arrays and uses objects without a
 * prototype. Measured on the service: a number beyond the finite ones becomes its name as a string.
 * @throws UnsupportedResultError for functions and regular expressions
 */
export function toJson(value: unknown): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (!isObject(value) || '_jsonata_lambda' in value || '_jsonata_function' in value) {
    throw new UnsupportedResultError('the result is not JSON');
  }
  const copy: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined) setOwn(copy, key, toJson(member));
  }
  return copy;
}
