import type { Json } from '../json.ts';
import type { Path } from '../jsonpath/path.ts';

/** A parsed call such as `States.Format('{} of {}', $.a, States.ArrayLength($.b))`. */
export interface IntrinsicCall {
  /** The call as written, for error messages. */
  readonly text: string;
  /** The name without `States.`. */
  readonly name: string;
  readonly args: readonly IntrinsicArgument[];
}

export type IntrinsicArgument =
  | { readonly kind: 'literal'; readonly value: Json; readonly raw?: string }
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'call'; readonly call: IntrinsicCall };
