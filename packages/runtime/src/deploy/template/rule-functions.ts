import type { Evaluation } from './evaluation.ts';
import { comparable, type IntrinsicFunction } from './functions.ts';
import { wrongFunction } from './invalid.ts';
import { parameterType } from './parameter-types.ts';

/**
 * The functions that only the rules of a template have. Their lists are of texts.
 *
 * Source: AWS CloudFormation User Guide, "Rule-specific intrinsic functions". `Fn::ValueOf` and
 * `Fn::ValueOfAll` ask AWS about resources that exist (VPCs, subnets) and are not there.
 */
export const RULE_FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = {
  'Fn::Contains'(argument, evaluation) {
    const [list, value] = pair('Fn::Contains', argument, evaluation);
    return texts(list).includes(comparable(value));
  },

  'Fn::EachMemberEquals'(argument, evaluation) {
    const [list, value] = pair('Fn::EachMemberEquals', argument, evaluation);
    return texts(list).every((item) => item === comparable(value));
  },

  'Fn::EachMemberIn'(argument, evaluation) {
    const [list, allowed] = pair('Fn::EachMemberIn', argument, evaluation);
    const among = new Set(texts(allowed));
    return texts(list).every((item) => among.has(item));
  },

  /** All parameters of a type, their values in one list. */
  'Fn::RefAll'(argument, evaluation) {
    return Object.entries(evaluation.template.parameters)
      .filter(([, { Type }]) => Type === argument && parameterType(Type) !== undefined)
      .flatMap(([name]) => evaluation.parameters[name] ?? []);
  },
};

function pair(name: string, argument: unknown, evaluation: Evaluation): [unknown, unknown] {
  const list = evaluation.value(argument);
  if (!Array.isArray(list) || list.length !== 2) {
    throw wrongFunction(`every ${name} object requires a list of two elements.`);
  }
  return [list[0], list[1]];
}

function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(comparable);
}
