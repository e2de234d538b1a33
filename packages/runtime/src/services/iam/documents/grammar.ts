import { malformedPolicy } from '../failures.ts';

/**
 * The grammar of policy documents: which elements there are and of which type.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly ConditionValue[]>>>>;
}

export type ConditionValue = string | number | boolean;

const SYNTAX = 'Syntax errors in policy.';
const DOCUMENT_ELEMENTS = new Set(['Version', 'Id', 'Statement']);
const STATEMENT_ELEMENTS = new Set([
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Principal',
  'NotPrincipal',
  'Condition',
]);
const EXCLUSIVE = [
  ['Action', 'NotAction'],
  ['Resource', 'NotResource'],
  ['Principal', 'NotPrincipal'],
] as const;

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
const OPERATORS = new Set(
  [
    ...['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
    ...['StringLike', 'StringNotLike', 'NumericEquals', 'NumericNotEquals', 'NumericLessThan'],
    ...['NumericLessThanEquals', 'NumericGreaterThan', 'NumericGreaterThanEquals', 'DateEquals'],
    ...['DateNotEquals', 'DateLessThan', 'DateLessThanEquals', 'DateGreaterThan', 'DateGreaterThanEquals'],
    ...['Bool', 'BinaryEquals', 'IpAddress', 'NotIpAddress', 'ArnEquals', 'ArnLike', 'ArnNotEquals'],
    'ArnNotLike',
  ].map((name) => name.toLowerCase()),
);

/**
 * Reads a policy document, single values made lists.
 *
 * @throws MalformedPolicyDocument when it is not in the grammar
 */
export function readPolicyDocument(text: string): PolicyDocument {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw malformedPolicy(SYNTAX);
  }
  const document = objectOf(parsed, DOCUMENT_ELEMENTS);
  const { Version, Id, Statement } = document;
  if (Version !== undefined && Version !== '2012-10-17' && Version !== '2008-10-17')
    throw malformedPolicy(SYNTAX);
  if (Id !== undefined && typeof Id !== 'string') throw malformedPolicy(SYNTAX);
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  if (statements.length === 0) throw malformedPolicy(SYNTAX);
  return {
    ...(Version !== undefined && { Version }),
    ...(Id !== undefined && { Id }),
    Statement: statements.map(readStatement),
  };
}

function readStatement(value: unknown): PolicyStatement {
  const statement = objectOf(value, STATEMENT_ELEMENTS);
  const { Sid, Effect, Condition, Principal, NotPrincipal } = statement;
  if (Sid !== undefined && typeof Sid !== 'string') throw malformedPolicy(SYNTAX);
  if (typeof Effect !== 'string' || !/^(allow|deny)$/i.test(Effect)) throw malformedPolicy(SYNTAX);
  for (const [one, other] of EXCLUSIVE) {
    if (statement[one] !== undefined && statement[other] !== undefined) throw malformedPolicy(SYNTAX);
  }
  const texts = ['Action', 'NotAction', 'Resource', 'NotResource']
    .filter((name) => statement[name] !== undefined)
    .map((name) => [name, textsOf(statement[name])] as const);
  return {
    ...(Sid !== undefined && { Sid }),
    Effect,
    ...Object.fromEntries(texts),
    ...(Principal !== undefined && { Principal }),
    ...(NotPrincipal !== undefined && { NotPrincipal }),
    ...(Condition !== undefined && { Condition: readCondition(Condition) }),
  };
}

function readCondition(value: unknown): NonNullable<PolicyStatement['Condition']> {
  return Object.fromEntries(
    Object.entries(objectOf(value)).map(([operator, keys]) => {
      const name = operator
        .toLowerCase()
        .replace(/^(foranyvalue|forallvalues):/, '')
        .replace(/ifexists$/, '');
      const known = OPERATORS.has(name) || name === 'null';
      // An operator without keys is passed over, whatever its name.
      if (!known && Object.keys(objectOf(keys)).length > 0) throw malformedPolicy(SYNTAX);
      const values = Object.entries(objectOf(keys)).map(
        ([key, found]) => [key, conditionValues(found)] as const,
      );
      return [operator, Object.fromEntries(values)];
    }),
  );
}

function conditionValues(value: unknown): ConditionValue[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  if (values.some((item) => !['string', 'number', 'boolean'].includes(typeof item)))
    throw malformedPolicy(SYNTAX);
  return values as ConditionValue[];
}

function textsOf(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  if (values.some((item) => typeof item !== 'string')) throw malformedPolicy(SYNTAX);
  return values as string[];
}

function objectOf(value: unknown, elements?: ReadonlySet<string>): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformedPolicy(SYNTAX);
  if (elements && Object.keys(value).some((name) => !elements.has(name))) throw malformedPolicy(SYNTAX);
  return value as Record<string, unknown>;
}
