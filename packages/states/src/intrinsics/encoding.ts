import { createHash } from 'node:crypto';
import type { Json } from '../json.ts';
import { ArgumentError, stringArgument } from './arguments.ts';

/** AWS: Base64 text and hash input may have up to 10,000 characters. */
const maxLength = 10_000;

const algorithms: ReadonlyMap<string, string> = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

export function base64Encode(args: readonly Json[]): Json {
  return Buffer.from(limited(stringArgument(args, 0)), 'utf8').toString('base64');
}

export function base64Decode(args: readonly Json[]): Json {
  const text = limited(stringArgument(args, 0));
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.replace(/=+$/, '').length % 4 === 1) {
    throw new ArgumentError('the text is not valid Base64');
  }
  return Buffer.from(text, 'base64').toString('utf8');
}

/** `States.Hash(data, algorithm)`: hexadecimal digest; data that is no string is hashed as JSON text. */
export function hash(args: readonly Json[]): Json {
  const data = args[0];
  return digest(limited(typeof data === 'string' ? data : JSON.stringify(data)), stringArgument(args, 1));
}

/** @throws ArgumentError when AWS knows no such algorithm; the names are case sensitive */
export function digest(text: string, algorithm: string): string {
  const name = algorithms.get(algorithm);
  if (name === undefined) {
    throw new ArgumentError(
      `the algorithm must be one of ${[...algorithms.keys()].join(', ')}, but was ${algorithm}`,
    );
  }
  return createHash(name).update(text, 'utf8').digest('hex');
}

function limited(text: string): string {
  if (text.length > maxLength) {
    throw new ArgumentError(`the text has ${text.length} characters, but at most ${maxLength} are allowed`);
  }
  return text;
}
