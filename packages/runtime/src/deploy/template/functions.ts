import { cidrBlocks } from './cidr.ts';
import type { Evaluation } from './evaluation.ts';
import { wrongFunction } from './invalid.ts';
import { parseReference } from './references.ts';
import { isObject, own } from './template.ts';
import { hasUnknown, NO_VALUE, UNKNOWN } from './unknown.ts';

/** An intrinsic function: its argument as the template has it, evaluated by the function itself. */
export type IntrinsicFunction = (argument: unknown, evaluation: Evaluation) => unknown;

/**
 * The intrinsic functions of resources, outputs and conditions.
 *
 * Source: AWS CloudFormation User Guide, "Intrinsic function reference".
 */
export const FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = {
  Ref(argument, evaluation) {
    if (typeof argument !== 'string')
      throw wrongFunction('every Ref object must have a single String value.');
    return evaluation.reference(argument);
  },

  'Fn::GetAtt'(argument, evaluation) {
    const parts = typeof argument === 'string' ? parseReference(argument) : undefined;
    const [name, attribute] = parts
      ? [parts.name, parts.attribute]
      : Array.isArray(argument)
        ? (argument as unknown[])
        : [];
    if (typeof name !== 'string' || attribute === undefined) {
      throw wrongFunction(
        'every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
      );
    }
    return evaluation.attribute(name, textOf(evaluation.value(attribute), 'Fn::GetAtt'));
  },

  'Fn::Join'(argument, evaluation) {
    const [separator, items] = listOf(argument, evaluation);
    if (typeof separator !== 'string' || (!Array.isArray(items) && items !== UNKNOWN)) throw wrongJoin();
    if (hasUnknown(items)) return UNKNOWN;
    return (items as unknown[])
      .map((item) => {
        if (typeof item === 'object') throw wrongJoin();
        return String(item);
      })
      .join(separator);
  },

  'Fn::Sub'(argument, evaluation) {
    const [text, variables] = Array.isArray(argument) ? (argument as unknown[]) : [argument];
    if (typeof text !== 'string' || (variables !== undefined && !isObject(variables))) {
      throw wrongFunction(
        "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, " +
          'and an optional second argument to specify a mapping of values to replace in the string',
      );
    }
    return substitute(text, variables ?? {}, evaluation);
  },

  'Fn::Select'(argument, evaluation) {
    const [index, list] = listOf(argument, evaluation);
    if (list === UNKNOWN || index === UNKNOWN) return UNKNOWN;
    if (!Array.isArray(list) || index === undefined) {
      throw wrongFunction(
        'Fn::Select requires a list argument with two elements: an integer index and a list',
      );
    }
    const item: unknown = list[Number(index)];
    if (item === undefined) {
      throw wrongFunction(`Fn::Select cannot select nonexistent value at index ${String(index)}`);
    }
    return item;
  },

  'Fn::Split'(argument, evaluation) {
    const [separator, text] = listOf(argument, evaluation);
    if (text === UNKNOWN) return UNKNOWN;
    if (typeof separator !== 'string' || separator === '' || typeof text !== 'string') {
      throw wrongFunction(
        'every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.',
      );
    }
    return text.split(separator);
  },

  'Fn::FindInMap'(argument, evaluation) {
    const [map, key, attribute, options] = listOf(argument, evaluation);
    if ([map, key, attribute].some((part) => typeof part !== 'string' && typeof part !== 'number')) {
      throw wrongFunction(
        'every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value',
      );
    }
    const keys = own(evaluation.template.mappings, String(map));
    const attributes = keys && own(keys, String(key));
    const found = attributes && own(attributes, String(attribute));
    const fallback = isObject(options) ? options['DefaultValue'] : undefined;
    if (found !== undefined) return evaluation.value(found);
    if (fallback !== undefined) return fallback;
    throw wrongFunction(`Unable to get mapping for ${String(map)}::${String(key)}::${String(attribute)}`);
  },

  'Fn::If'(argument, evaluation) {
    const [condition, whenTrue, whenFalse] = Array.isArray(argument) ? (argument as unknown[]) : [];
    if (!Array.isArray(argument) || argument.length !== 3 || typeof condition !== 'string') {
      throw wrongFunction('Fn::If requires a list argument with three elements');
    }
    return evaluation.value(evaluation.condition(condition) ? whenTrue : whenFalse);
  },

  'Fn::Base64'(argument, evaluation) {
    const text = evaluation.value(argument);
    return text === UNKNOWN ? UNKNOWN : Buffer.from(textOf(text, 'Fn::Base64'), 'utf8').toString('base64');
  },

  'Fn::GetAZs'(argument, evaluation) {
    const region = evaluation.value(argument);
    if (region === UNKNOWN) return UNKNOWN;
    const named =
      region === '' || region === undefined ? evaluation.place.region : textOf(region, 'Fn::GetAZs');
    return ['a', 'b', 'c'].map((zone) => `${named}${zone}`);
  },

  'Fn::ImportValue'(argument, evaluation) {
    const name = evaluation.value(argument);
    return name === UNKNOWN ? UNKNOWN : evaluation.exported(textOf(name, 'Fn::ImportValue'));
  },

  'Fn::Cidr'(argument, evaluation) {
    const [block, count, bits] = listOf(argument, evaluation);
    if (hasUnknown([block, count, bits])) return UNKNOWN;
    return cidrBlocks(
      textOf(block, 'Fn::Cidr'),
      Number(count),
      bits === undefined ? undefined : Number(bits),
    );
  },

  'Fn::Length'(argument, evaluation) {
    const list = evaluation.value(argument);
    if (list === UNKNOWN) return UNKNOWN;
    if (!Array.isArray(list)) throw wrongFunction('Fn::Length requires a list argument');
    return list.length;
  },

  'Fn::ToJsonString'(argument, evaluation) {
    const value = evaluation.value(argument);
    return hasUnknown(value) ? UNKNOWN : JSON.stringify(value);
  },

  'Fn::Equals'(argument, evaluation) {
    const sides = listOf(argument, evaluation);
    if (sides.length !== 2) throw wrongFunction('Fn::Equals requires a list argument with two elements');
    return comparable(sides[0]) === comparable(sides[1]);
  },

  'Fn::And': (argument, evaluation) =>
    conditionsOf('Fn::And', argument, 2).every((one) => evaluation.holds(one)),
  'Fn::Or': (argument, evaluation) =>
    conditionsOf('Fn::Or', argument, 2).some((one) => evaluation.holds(one)),
  'Fn::Not': (argument, evaluation) => !evaluation.holds(conditionsOf('Fn::Not', argument, 1)[0]),
};

/** The text of a scalar. */
export function textOf(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw wrongFunction(`every ${name} object must have a String-typed value.`);
}

/** Scalars are compared as texts, the way the service sees its parameters. */
export function comparable(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function listOf(argument: unknown, evaluation: Evaluation): unknown[] {
  const list = evaluation.value(argument);
  return Array.isArray(list) ? list : [];
}

function conditionsOf(name: string, argument: unknown, least: number): unknown[] {
  const most = least === 1 ? 1 : 10;
  if (!Array.isArray(argument) || argument.length < least || argument.length > most) {
    throw wrongFunction(
      least === 1
        ? `every ${name} object requires exactly one condition`
        : `every ${name} object requires a list of at least 2 and at most 10 boolean parameters.`,
    );
  }
  return argument as unknown[];
}

const VARIABLE = /\$\{(!?)([^{}]+)\}/g;

function substitute(
  text: string,
  variables: Readonly<Record<string, unknown>>,
  evaluation: Evaluation,
): unknown {
  let unknown = false;
  const result = text.replace(VARIABLE, (_, literal: string, inner: string) => {
    if (literal) return `\${${inner}}`;
    const name = inner.trim();
    const value = variableValue(name, variables, evaluation);
    if (value === UNKNOWN) {
      unknown = true;
      return '';
    }
    if (value === NO_VALUE) return '';
    return Array.isArray(value) ? value.join(',') : textOf(value, 'Fn::Sub');
  });
  return unknown ? UNKNOWN : result;
}

function variableValue(
  name: string,
  variables: Readonly<Record<string, unknown>>,
  evaluation: Evaluation,
): unknown {
  if (Object.hasOwn(variables, name)) return evaluation.value(variables[name]);
  const { name: owner, attribute } = parseReference(name);
  return attribute === undefined ? evaluation.reference(owner) : evaluation.attribute(owner, attribute);
}

function wrongJoin() {
  return wrongFunction(
    'every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined ' +
      'or a function that returns a list of strings (such as Fn::GetAZs) to be joined.',
  );
}
