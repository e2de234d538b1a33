import { isObject, type Json, type JsonObject, ownValue, setOwn } from '../json.ts';
import { ArgumentError, mismatch, objectArgument, stringArgument } from './arguments.ts';

/** `States.Format`: each `{}` of the template takes the next argument; `\{` and `\}` stand for braces. */
export function format(args: readonly Json[], template: string): Json {
  let next = 1;
  const text = template.replace(/\\([\s\S])|\{\}/g, (token, escaped: string | undefined) => {
    if (escaped !== undefined) return /['{}\\]/.test(escaped) ? escaped : token;
    if (next >= args.length) {
      throw new ArgumentError('the template has more occurrences of {} than there are arguments');
    }
    const value = args[next] as Json;
    next += 1;
    return javaText(value);
  });
  if (next < args.length) {
    throw new ArgumentError('there are more arguments than occurrences of {} in the template');
  }
  return text;
}

/** Values inside Format print like Java collections; recorded on AWS: `{Arg1=1, Arg2=[]}`. */
function javaText(value: Json): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map(javaText).join(', ')}]`;
  if (isObject(value)) {
    const members = Object.entries(value).map(([key, member]) => `${key}=${javaText(member)}`);
    return `{${members.join(', ')}}`;
  }
  return String(value);
}

/** Text of white space only parses to null on AWS. */
export function stringToJson(args: readonly Json[]): Json {
  const text = stringArgument(args, 0);
  if (text.trim() === '') return null;
  try {
    const value = JSON.parse(text) as Json;
    return Object.is(value, -0) ? 0 : value;
  } catch {
    throw new ArgumentError(`the text is not valid JSON: ${text}`);
  }
}

export function jsonToString(args: readonly Json[]): Json {
  return JSON.stringify(args[0]);
}

/** Shallow merge, the only mode AWS supports: members of the second object win. */
export function jsonMerge(args: readonly Json[]): Json {
  const first = objectArgument(args, 0);
  const second = objectArgument(args, 1);
  if (typeof args[2] !== 'boolean') throw mismatch(args, 2, 'a boolean');
  if (args[2]) throw new ArgumentError('deep merging is not supported: the third argument must be false');
  const merged: JsonObject = { ...first };
  for (const key of Object.keys(second)) setOwn(merged, key, ownValue(second, key) as Json);
  return merged;
}

/** Every character of the second argument separates, and empty parts are left out. */
export function stringSplit(args: readonly Json[]): Json {
  const text = stringArgument(args, 0);
  const separators = new Set(stringArgument(args, 1));
  const parts: string[] = [];
  let part = '';
  for (const character of text) {
    if (!separators.has(character)) {
      part += character;
    } else if (part !== '') {
      parts.push(part);
      part = '';
    }
  }
  return part === '' ? parts : [...parts, part];
}
