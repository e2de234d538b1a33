import { isObject, type Json, jsonEqual, kindOf } from '../json.ts';
import { evaluateSegments, PathNotFoundError } from './evaluate.ts';
import type { ComparisonOperator, FilterOperand, FilterPath, FilterTest } from './path.ts';

/** Whether an element passes `[?( … )]`, with the comparison rules of the Jayway library. */
export function passesFilter(test: FilterTest, element: Json, document: Json): boolean {
  switch (test.kind) {
    case 'and':
      return test.tests.every((part) => passesFilter(part, element, document));
    case 'or':
      return test.tests.some((part) => passesFilter(part, element, document));
    case 'not':
      return !passesFilter(test.test, element, document);
    case 'exists':
      return resolvePath(test.path, element, document) !== undefined;
    case 'compare': {
      const left = resolve(test.left, element, document);
      const right = resolve(test.right, element, document);
      return compare(test.operator, left, right);
    }
    default:
      return test satisfies never;
  }
}

type Operand = Json | RegExp | undefined;

function resolve(operand: FilterOperand, element: Json, document: Json): Operand {
  if (operand.kind === 'literal') return operand.value;
  if (operand.kind === 'regex') return operand.regex;
  return resolvePath(operand, element, document);
}

/** An indefinite path that matches nothing counts as absent. */
function resolvePath(operand: FilterPath, element: Json, document: Json): Json | undefined {
  try {
    const value = evaluateSegments(operand.path, operand.from === 'element' ? element : document);
    return !operand.path.definite && Array.isArray(value) && value.length === 0 ? undefined : value;
  } catch (error) {
    if (error instanceof PathNotFoundError) return undefined;
    throw error;
  }
}

function compare(operator: ComparisonOperator, left: Operand, right: Operand): boolean {
  if (left instanceof RegExp || right instanceof RegExp) return compareRegex(operator, left, right);
  switch (operator) {
    case '==':
      return looselyEqual(left, right);
    case '!=':
      return !looselyEqual(left, right);
    case '===':
      return strictlyEqual(left, right);
    case '!==':
      return !strictlyEqual(left, right);
    case '<':
      return ordered(left, right, (order) => order < 0);
    case '<=':
      return ordered(left, right, (order) => order <= 0);
    case '>':
      return ordered(left, right, (order) => order > 0);
    case '>=':
      return ordered(left, right, (order) => order >= 0);
    case 'in':
      return Array.isArray(right) && right.some((item) => looselyEqual(left, item));
    case 'nin':
      return Array.isArray(right) && !right.some((item) => looselyEqual(left, item));
    case 'contains':
      return contains(left, right);
    case 'subsetof':
      return bothLists(left, right, (a, b) => a.every((item) => includes(b, item)));
    case 'anyof':
      return bothLists(left, right, (a, b) => a.some((item) => includes(b, item)));
    case 'noneof':
      return bothLists(left, right, (a, b) => !a.some((item) => includes(b, item)));
    case 'size':
      return lengthOf(left) === right;
    case 'empty':
      return lengthOf(left) !== undefined && (lengthOf(left) === 0) === right;
    case 'type':
      return left !== undefined && kindOf(left) === right;
    case '=~':
      return false;
    default:
      return operator satisfies never;
  }
}

function compareRegex(operator: ComparisonOperator, left: Operand, right: Operand): boolean {
  if (operator !== '=~') return false;
  const [regex, text] = right instanceof RegExp ? [right, left] : [left, right];
  return regex instanceof RegExp && typeof text === 'string' && regex.test(text);
}

/** Jayway compares a number with a string by value: `@.id == '7'` finds the number 7. */
function looselyEqual(left: Json | undefined, right: Json | undefined): boolean {
  if (typeof left === 'number' && typeof right === 'string') return right !== '' && Number(right) === left;
  if (typeof left === 'string' && typeof right === 'number') return left !== '' && Number(left) === right;
  return strictlyEqual(left, right);
}

function strictlyEqual(left: Json | undefined, right: Json | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return jsonEqual(left, right);
}

function ordered(
  left: Json | undefined,
  right: Json | undefined,
  accept: (order: number) => boolean,
): boolean {
  if (typeof left === 'number' && typeof right === 'number') return accept(left - right);
  if (typeof left === 'string' && typeof right === 'string') {
    return accept(left < right ? -1 : left > right ? 1 : 0);
  }
  return false;
}

function contains(left: Json | undefined, right: Json | undefined): boolean {
  if (typeof left === 'string') return typeof right === 'string' && left.includes(right);
  return Array.isArray(left) && right !== undefined && includes(left, right);
}

function includes(list: readonly Json[], item: Json): boolean {
  return list.some((candidate) => looselyEqual(candidate, item));
}

function bothLists(
  left: Json | undefined,
  right: Json | undefined,
  test: (a: Json[], b: Json[]) => boolean,
): boolean {
  return Array.isArray(left) && Array.isArray(right) && test(left, right);
}

function lengthOf(value: Json | undefined): number | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : undefined;
}
