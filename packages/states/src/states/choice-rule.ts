import type { ChoiceOperator, ChoiceRule, ComparedKind, IsOperator } from '../definition/choice-rule.ts';
import { runtimeFailure } from '../failures.ts';
import type { Json } from '../json.ts';
import { PathNotFoundError } from '../jsonpath/evaluate.ts';
import type { Path } from '../jsonpath/path.ts';
import { resolvePath } from '../jsonpath/resolve.ts';
import type { Scope } from '../scope.ts';
import { compareTimestamps, parseTimestamp } from '../timestamp.ts';
import { matchesWildcard } from './wildcard.ts';

/**
 * Whether a rule holds. A comparison of values of different kinds is false, never an error.
 * @throws StateFailure `States.Runtime` when a path leads nowhere, except for IsPresent
 */
export function holds(rule: ChoiceRule, scope: Scope): boolean {
  switch (rule.kind) {
    case 'and':
      return rule.rules.every((part) => holds(part, scope));
    case 'or':
      return rule.rules.some((part) => holds(part, scope));
    case 'not':
      return !holds(rule.rule, scope);
    case 'comparison':
      return compares(rule, scope);
    default:
      return rule satisfies never;
  }
}

function compares(rule: Extract<ChoiceRule, { kind: 'comparison' }>, scope: Scope): boolean {
  const { operator, operand } = rule;
  if (operator.family === 'is' && operator.is === 'IsPresent' && operand.kind === 'literal') {
    return isPresent(rule.variable, scope) === operand.value;
  }
  const left = valueAt(rule.variable, scope);
  const right = operand.kind === 'literal' ? operand.value : valueAt(operand.path, scope);
  return test(operator, left, right);
}

function test(operator: ChoiceOperator, left: Json, right: Json): boolean {
  switch (operator.family) {
    case 'is':
      return isA(operator.is, left) === right;
    case 'matches':
      return typeof left === 'string' && typeof right === 'string' && matchesWildcard(left, right);
    case 'compare': {
      const order = orderOf(operator.compared, left, right);
      return order !== undefined && accepts(operator.ordering, order);
    }
    default:
      return operator satisfies never;
  }
}

function isA(operator: IsOperator, value: Json): boolean {
  switch (operator) {
    case 'IsPresent':
      return true;
    case 'IsNull':
      return value === null;
    case 'IsNumeric':
      return typeof value === 'number';
    case 'IsString':
      return typeof value === 'string';
    case 'IsBoolean':
      return typeof value === 'boolean';
    case 'IsTimestamp':
      return typeof value === 'string' && parseTimestamp(value) !== undefined;
    default:
      return operator satisfies never;
  }
}

/** Negative, zero or positive; undefined when one of the values is not of the compared kind. */
function orderOf(kind: ComparedKind, left: Json, right: Json): number | undefined {
  switch (kind) {
    case 'Numeric':
      return typeof left === 'number' && typeof right === 'number' ? left - right : undefined;
    case 'String':
      return typeof left === 'string' && typeof right === 'string' ? compareStrings(left, right) : undefined;
    case 'Boolean':
      return typeof left === 'boolean' && typeof right === 'boolean'
        ? Number(left) - Number(right)
        : undefined;
    case 'Timestamp': {
      const [a, b] = [left, right].map((value) =>
        typeof value === 'string' ? parseTimestamp(value) : undefined,
      );
      return a !== undefined && b !== undefined ? compareTimestamps(a, b) : undefined;
    }
    default:
      return kind satisfies never;
  }
}

/** By UTF-16 code units, as in Java. */
function compareStrings(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

type Ordering = Extract<ChoiceOperator, { family: 'compare' }>['ordering'];

function accepts(ordering: Ordering, order: number): boolean {
  switch (ordering) {
    case 'Equals':
      return order === 0;
    case 'LessThan':
      return order < 0;
    case 'GreaterThan':
      return order > 0;
    case 'LessThanEquals':
      return order <= 0;
    case 'GreaterThanEquals':
      return order >= 0;
    default:
      return ordering satisfies never;
  }
}

function isPresent(path: Path, scope: Scope): boolean {
  try {
    const value = resolvePath(path, scope);
    return path.definite || (Array.isArray(value) && value.length > 0);
  } catch (error) {
    if (error instanceof PathNotFoundError) return false;
    throw error;
  }
}

function valueAt(path: Path, scope: Scope): Json {
  try {
    return resolvePath(path, scope);
  } catch (error) {
    if (!(error instanceof PathNotFoundError)) throw error;
    throw runtimeFailure(
      `Invalid path '${path.text}': The choice state's condition path references an invalid value.`,
    );
  }
}
