import type { Json } from '../json.ts';
import type { Sources } from '../scope.ts';
import * as arrays from './arrays.ts';
import * as encoding from './encoding.ts';
import * as numbers from './numbers.ts';
import * as text from './text.ts';

/** How an intrinsic function is computed and how many arguments it takes. Format is apart: see evaluate.ts. */
interface IntrinsicFunction {
  readonly least: number;
  readonly most: number;
  readonly run: (args: readonly Json[], sources: Sources) => Json;
}

/** The functions of "Intrinsics for JSONPath states" in the AWS developer guide, without `States.`. */
const functions: ReadonlyMap<string, IntrinsicFunction> = new Map<string, IntrinsicFunction>([
  ['Array', { least: 0, most: Number.POSITIVE_INFINITY, run: (args) => [...args] }],
  ['ArrayPartition', { least: 2, most: 2, run: arrays.partition }],
  ['ArrayContains', { least: 2, most: 2, run: arrays.contains }],
  ['ArrayRange', { least: 3, most: 3, run: arrays.range }],
  ['ArrayGetItem', { least: 2, most: 2, run: arrays.getItem }],
  ['ArrayLength', { least: 1, most: 1, run: arrays.length }],
  ['ArrayUnique', { least: 1, most: 1, run: arrays.unique }],
  ['Base64Encode', { least: 1, most: 1, run: encoding.base64Encode }],
  ['Base64Decode', { least: 1, most: 1, run: encoding.base64Decode }],
  ['Hash', { least: 2, most: 2, run: encoding.hash }],
  ['JsonMerge', { least: 3, most: 3, run: text.jsonMerge }],
  ['StringToJson', { least: 1, most: 1, run: text.stringToJson }],
  ['JsonToString', { least: 1, most: 1, run: text.jsonToString }],
  ['MathRandom', { least: 2, most: 3, run: numbers.random }],
  ['MathAdd', { least: 2, most: 2, run: numbers.add }],
  ['StringSplit', { least: 2, most: 2, run: text.stringSplit }],
  ['UUID', { least: 0, most: 0, run: (_, sources) => sources.uuid() }],
]);

export const intrinsicNames: ReadonlySet<string> = new Set(['Format', ...functions.keys()]);

/** @throws when the name is unknown; the parser has refused those already */
export function intrinsicFunction(name: string): IntrinsicFunction {
  const found = functions.get(name);
  if (found === undefined) throw new Error(`no intrinsic function States.${name}`);
  return found;
}
