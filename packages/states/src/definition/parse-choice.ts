import { isObject, type Json } from '../json.ts';
import { parsePath } from '../jsonpath/parse.ts';
import type { Path } from '../jsonpath/path.ts';
import { PathSyntaxError } from '../jsonpath/scanner.ts';
import { parseTimestamp } from '../timestamp.ts';
import { type ChoiceOperator, type ChoiceRule, choiceOperators } from './choice-rule.ts';
import type { Choice, ChoiceState, QueryLanguage } from './model.ts';
import type { ObjectReader } from './object-reader.ts';
import { readAssign, readDataFlow, readPathField } from './parse-data-flow.ts';
import { readField, readTemplate } from './parse-template.ts';

export function readChoice(
  reader: ObjectReader,
  base: { name: string; queryLanguage: QueryLanguage },
): ChoiceState {
  reader.require('Choices');
  const choices = reader.children('Choices');
  if (reader.has('Choices') && choices.length === 0) reader.fail('Field cannot be empty', 'Choices');
  return {
    ...base,
    type: 'Choice',
    ...readDataFlow(reader, base.queryLanguage),
    choices: choices.map((choice, i) => readRule(choice, i, base.queryLanguage)),
    default: reader.string('Default'),
  };
}

function readRule(reader: ObjectReader, index: number, language: QueryLanguage): Choice {
  reader.require('Next');
  const place = { reader, language, prefix: `Choices[${index}]/` };
  const shared = {
    next: reader.string('Next') ?? '',
    output: language === 'JSONata' ? readTemplate(place, 'Output') : undefined,
    assign: readAssign(place, reader),
  };
  if (language === 'JSONPath') {
    reader.allow(new Set([...ruleFields, 'Next', 'Assign', 'Comment']));
    return { ...shared, test: { kind: 'rule', rule: readTest(reader) } };
  }
  reader.allow(new Set(['Condition', 'Next', 'Output', 'Assign', 'Comment']));
  reader.require('Condition');
  const condition = readField(place, 'Condition', () => readCondition(reader));
  const never = { kind: 'literal', value: false, field: 'Condition' } as const;
  return { ...shared, test: { kind: 'condition', condition: condition ?? never } };
}

function readCondition(reader: ObjectReader): boolean | undefined {
  if (typeof reader.raw('Condition') === 'string') {
    reader.fail('Value must be a boolean or a JSONata expression', 'Condition');
    return undefined;
  }
  return reader.boolean('Condition');
}

const ruleFields: ReadonlySet<string> = new Set(['Variable', 'And', 'Or', 'Not', ...choiceOperators.keys()]);
const never: ChoiceRule = { kind: 'or', rules: [] };

/** A rule: And, Or, Not, or a comparison of a variable. */
function readTest(reader: ObjectReader): ChoiceRule {
  const connective = (['And', 'Or'] as const).find((field) => reader.has(field));
  if (connective !== undefined) {
    const rules = reader.children(connective);
    if (rules.length === 0) reader.fail('Field cannot be empty', connective);
    return { kind: connective === 'And' ? 'and' : 'or', rules: rules.map(readNestedTest) };
  }
  if (reader.has('Not')) {
    const negated = reader.child('Not');
    return negated === undefined ? never : { kind: 'not', rule: readNestedTest(negated) };
  }
  return readComparison(reader);
}

function readNestedTest(reader: ObjectReader): ChoiceRule {
  reader.allow(ruleFields);
  return readTest(reader);
}

function readComparison(reader: ObjectReader): ChoiceRule {
  reader.require('Variable');
  const variable = readPathField(reader, 'Variable');
  const named = Object.keys(reader.object).filter((field) => choiceOperators.has(field));
  if (named.length !== 1) {
    reader.fail('A choice rule must contain exactly one comparison operator');
    return never;
  }
  const field = named[0] as string;
  const { operator, isPath } = choiceOperators.get(field) as { operator: ChoiceOperator; isPath: boolean };
  const operand = isPath ? readOperandPath(reader, field) : readOperand(reader, field, operator);
  return variable === undefined || operand === undefined
    ? never
    : { kind: 'comparison', variable, operator, operand };
}

type Operand = Extract<ChoiceRule, { kind: 'comparison' }>['operand'];

function readOperandPath(reader: ObjectReader, field: string): Operand | undefined {
  const text = reader.string(field);
  let path: Path | undefined;
  try {
    path = text === undefined ? undefined : parsePath(text);
  } catch (error) {
    if (!(error instanceof PathSyntaxError)) throw error;
  }
  if (path === undefined) reader.fail('Value is not a valid JSONPath', field);
  return path === undefined ? undefined : { kind: 'path', path };
}

function readOperand(reader: ObjectReader, field: string, operator: ChoiceOperator): Operand | undefined {
  const value = reader.raw(field) as Json;
  if (fitsOperator(value, operator)) return { kind: 'literal', value };
  reader.fail(`Value of type ${isObject(value) ? 'object' : typeof value} is not valid for ${field}`, field);
  return undefined;
}

function fitsOperator(value: Json, operator: ChoiceOperator): boolean {
  if (operator.family === 'is') return typeof value === 'boolean';
  if (operator.family === 'matches') return typeof value === 'string';
  switch (operator.compared) {
    case 'String':
      return typeof value === 'string';
    case 'Numeric':
      return typeof value === 'number';
    case 'Boolean':
      return typeof value === 'boolean';
    case 'Timestamp':
      return typeof value === 'string' && parseTimestamp(value) !== undefined;
    default:
      return operator.compared satisfies never;
  }
}
