import { isObject, type Json, type JsonObject } from '../json.ts';

/** An argument does not fit an intrinsic function; the text says which and why. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

export function stringArgument(args: readonly Json[], position: number): string {
  const value = args[position];
  if (typeof value !== 'string') throw mismatch(args, position, 'a string');
  return value;
}

export function arrayArgument(args: readonly Json[], position: number): Json[] {
  const value = args[position];
  if (!Array.isArray(value)) throw mismatch(args, position, 'an array');
  return value;
}

export function objectArgument(args: readonly Json[], position: number): JsonObject {
  const value = args[position];
  if (!isObject(value)) throw mismatch(args, position, 'a JSON object');
  return value;
}

/** A number; AWS rounds fractions half up where an integer is wanted. */
export function integerArgument(args: readonly Json[], position: number): number {
  const value = args[position];
  if (typeof value !== 'number') throw mismatch(args, position, 'a number');
  return Math.round(value);
}

export function mismatch(args: readonly Json[], position: number, wanted: string): ArgumentError {
  return new ArgumentError(
    `argument ${position + 1} must be ${wanted}, but was ${JSON.stringify(args[position] ?? null)}`,
  );
}
