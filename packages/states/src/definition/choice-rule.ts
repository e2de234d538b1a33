import type { Json } from '../json.ts';
import type { Path } from '../jsonpath/path.ts';

/** A test of a JSONPath Choice state. */
export type ChoiceRule =
  | { readonly kind: 'and' | 'or'; readonly rules: readonly ChoiceRule[] }
  | { readonly kind: 'not'; readonly rule: ChoiceRule }
  | {
      readonly kind: 'comparison';
      readonly variable: Path;
      readonly operator: ChoiceOperator;
      /** The other side: given in the rule, or found by the path of a `…Path` operator. */
      readonly operand:
        | { readonly kind: 'literal'; readonly value: Json }
        | { readonly kind: 'path'; readonly path: Path };
    };

const ordered = ['Equals', 'LessThan', 'GreaterThan', 'LessThanEquals', 'GreaterThanEquals'] as const;
type Ordering = (typeof ordered)[number];

export type ComparedKind = 'String' | 'Numeric' | 'Timestamp' | 'Boolean';
export type IsOperator = 'IsNull' | 'IsPresent' | 'IsNumeric' | 'IsString' | 'IsBoolean' | 'IsTimestamp';

/** An operator without its `Path` suffix. */
export type ChoiceOperator =
  | { readonly family: 'is'; readonly is: IsOperator }
  | { readonly family: 'matches' }
  | { readonly family: 'compare'; readonly compared: ComparedKind; readonly ordering: Ordering };

const isOperators: readonly IsOperator[] = [
  'IsNull',
  'IsPresent',
  'IsNumeric',
  'IsString',
  'IsBoolean',
  'IsTimestamp',
];

/** All 39 comparison operators by their field names. */
export const choiceOperators: ReadonlyMap<string, { operator: ChoiceOperator; isPath: boolean }> =
  listOperators();

function listOperators(): Map<string, { operator: ChoiceOperator; isPath: boolean }> {
  const all = new Map<string, { operator: ChoiceOperator; isPath: boolean }>();
  for (const is of isOperators) all.set(is, { operator: { family: 'is', is }, isPath: false });
  all.set('StringMatches', { operator: { family: 'matches' }, isPath: false });
  for (const compared of ['String', 'Numeric', 'Timestamp', 'Boolean'] as const) {
    for (const ordering of ordered) {
      if (compared === 'Boolean' && ordering !== 'Equals') continue;
      const operator: ChoiceOperator = { family: 'compare', compared, ordering };
      all.set(`${compared}${ordering}`, { operator, isPath: false });
      all.set(`${compared}${ordering}Path`, { operator, isPath: true });
    }
  }
  return all;
}
