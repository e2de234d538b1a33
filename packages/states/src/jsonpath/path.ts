import type { Json } from '../json.ts';

/**
 * A parsed JSONPath. Step Functions reads paths with the semantics of the Jayway library: a definite
 * path names one value, an indefinite one (wildcard, slice, union, `..`, filter) gives an array.
 */
export interface Path {
  /** The text as written, for error messages. */
  readonly text: string;
  readonly root: PathRoot;
  readonly segments: readonly Segment[];
  /** Functions at the end of the path, such as `.length()`; they apply to what the segments gave. */
  readonly functions: readonly PathFunction[];
  readonly definite: boolean;
}

/** `$` is the state's data, `$$` the context object, `$name` a workflow variable. */
export type PathRoot =
  | { readonly kind: 'data' }
  | { readonly kind: 'context' }
  | { readonly kind: 'variable'; readonly name: string };

export type Segment =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'filter'; readonly test: FilterTest }
  | { readonly kind: 'deep'; readonly segment: Segment };

export interface PathFunction {
  readonly name: PathFunctionName;
  readonly args: readonly (Json | Path)[];
}

export const pathFunctionNames = [
  'length',
  'size',
  'min',
  'max',
  'avg',
  'stddev',
  'sum',
  'keys',
  'concat',
  'append',
  'first',
  'last',
  'index',
] as const;
export type PathFunctionName = (typeof pathFunctionNames)[number];

/** Longer operators first: the parser takes the first that fits. */
export const comparisonOperators = [
  '===',
  '!==',
  '==',
  '!=',
  '<=',
  '<',
  '>=',
  '>',
  '=~',
  'in',
  'nin',
  'contains',
  'subsetof',
  'anyof',
  'noneof',
  'size',
  'empty',
  'type',
] as const;
export type ComparisonOperator = (typeof comparisonOperators)[number];

/** The condition inside `[?( … )]`. */
export type FilterTest =
  | { readonly kind: 'and' | 'or'; readonly tests: readonly FilterTest[] }
  | { readonly kind: 'not'; readonly test: FilterTest }
  | { readonly kind: 'exists'; readonly path: FilterPath }
  | {
      readonly kind: 'compare';
      readonly operator: ComparisonOperator;
      readonly left: FilterOperand;
      readonly right: FilterOperand;
    };

export type FilterOperand =
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'regex'; readonly regex: RegExp }
  | FilterPath;

/** `@.x` starts at the element under test, `$.x` at the document. */
export interface FilterPath {
  readonly kind: 'path';
  readonly from: 'element' | 'document';
  readonly path: Path;
}
