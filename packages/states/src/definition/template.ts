import type { IntrinsicCall } from '../intrinsics/call.ts';
import type { Json } from '../json.ts';
import type { JsonataExpression } from '../jsonata/expression.ts';
import type { Path } from '../jsonpath/path.ts';

/**
 * A JSON value with expressions in it: Parameters, ResultSelector and Assign in JSONPath, where the
 * members whose names end in `.$` are expressions; Arguments, Output and Assign in JSONata, where the
 * strings between `{%` and `%}` are. Parts without expressions are one literal.
 */
export type Template =
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'array'; readonly items: readonly Template[] }
  | { readonly kind: 'object'; readonly members: readonly TemplateMember[] }
  | Expression;

export interface TemplateMember {
  readonly key: string;
  readonly value: Template;
}

/** One expression and the field it stands for, as error messages name it. */
export type Expression =
  | { readonly kind: 'path'; readonly path: Path; readonly field: string }
  | { readonly kind: 'intrinsic'; readonly call: IntrinsicCall; readonly field: string }
  | { readonly kind: 'jsonata'; readonly expression: JsonataExpression; readonly field: string };

/** A field that holds a plain value or an expression for one. */
export type Field = { readonly kind: 'literal'; readonly value: Json; readonly field: string } | Expression;
