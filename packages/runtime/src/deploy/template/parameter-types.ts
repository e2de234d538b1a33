import { own } from './template.ts';

/** What a parameter's type means for its value. */
export interface ParameterType {
  /** Text, number, or a list whose items are separated by commas. */
  readonly kind: 'text' | 'number' | 'list' | 'numbers';
  /** The value is the name of a Systems Manager parameter that holds the real one. */
  readonly stored: boolean;
  /** The value is used as the name of a Systems Manager parameter and must exist as one. */
  readonly storedName: boolean;
}

const PLAIN: Readonly<Record<string, ParameterType['kind']>> = {
  String: 'text',
  Number: 'number',
  CommaDelimitedList: 'list',
  'List<String>': 'list',
  'List<Number>': 'numbers',
};

const STORED = /^AWS::SSM::Parameter::Value<(.+)>$/;
// Identifiers of resources that AWS checks for existence; here they are texts.
const AWS_SPECIFIC = /^AWS::(EC2|Route53)::[A-Za-z0-9]+::[A-Za-z0-9.]+$/;

/**
 * Reads a parameter's type.
 *
 * Source: AWS CloudFormation User Guide, "Parameters: general requirements" and "supplied parameter types".
 *
 * @returns undefined when CloudFormation has no such type
 */
export function parameterType(type: string): ParameterType | undefined {
  const stored = STORED.exec(type)?.[1];
  if (stored !== undefined) {
    const kind = kindOf(stored);
    return kind && { kind, stored: true, storedName: false };
  }
  if (type === 'AWS::SSM::Parameter::Name') return { kind: 'text', stored: false, storedName: true };
  const kind = kindOf(type);
  return kind && { kind, stored: false, storedName: false };
}

export function isParameterType(type: string): boolean {
  return parameterType(type) !== undefined;
}

function kindOf(type: string): ParameterType['kind'] | undefined {
  const item = /^List<(.+)>$/.exec(type)?.[1];
  if (item !== undefined && AWS_SPECIFIC.test(item)) return 'list';
  return AWS_SPECIFIC.test(type) ? 'text' : own(PLAIN, type);
}
