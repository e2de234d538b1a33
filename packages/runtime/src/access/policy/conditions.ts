import { listOf, type RawConditions } from './document.ts';
import { type Compare, type Operator, operatorOf } from './operators.ts';
import type { VariableLookup } from './variables.ts';

export type ConditionMatcher = (lookup: VariableLookup) => boolean;

type SetOperator = 'any' | 'all' | undefined;

/**
 * Compiles a statement's conditions: every operator and every key must hold, one of the values is enough.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
export function compileConditions(raw: RawConditions | undefined, variables: boolean): ConditionMatcher {
  const matchers = Object.entries(raw ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) =>
      compileOne(operator, key.toLowerCase(), listOf(values).map(String), variables),
    ),
  );
  if (matchers.length === 0) return () => true;
  return (lookup) => matchers.every((matches) => matches(lookup));
}

function compileOne(
  name: string,
  key: string,
  values: readonly string[],
  variables: boolean,
): ConditionMatcher {
  const [, prefix, operatorName = '', optional] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/i.exec(name) ?? [];
  if (operatorName.toLowerCase() === 'null') {
    return (lookup) => values.some((value) => value.toLowerCase() === String(isMissing(lookup(key))));
  }
  const operator = operatorOf(operatorName);
  // An operator that nobody knows: a policy that depends on it must not allow more than it says.
  if (!operator) return () => false;
  const set = prefix === undefined ? undefined : prefix.toLowerCase() === 'foranyvalue' ? 'any' : 'all';
  const compare = values.map((value) => operator.compile(value, variables));
  const whenMissing = optional !== undefined || missingHolds(operator, set);
  return (lookup) => {
    const found = lookup(key);
    if (found === undefined || found.length === 0) return whenMissing;
    return holds(operator, set, compare, found, lookup);
  };
}

/** A value that is not there differs from every value, and so do all of no values. */
function missingHolds({ negated }: Operator, set: SetOperator): boolean {
  if (set !== undefined) return set === 'all';
  return negated;
}

function holds(
  { negated }: Operator,
  set: SetOperator,
  compare: readonly Compare[],
  found: readonly string[],
  lookup: VariableLookup,
): boolean {
  const fits = (value: string) => compare.some((matches) => matches(value, lookup)) !== negated;
  if (set === 'any' || (set === undefined && !negated)) return found.some(fits);
  return found.every(fits);
}

function isMissing(values: readonly string[] | undefined): boolean {
  return values === undefined || values.length === 0;
}
