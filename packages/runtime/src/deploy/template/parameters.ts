import type { ParameterValues } from './evaluation.ts';
import { invalid } from './invalid.ts';
import { type ParameterType, parameterType } from './parameter-types.ts';
import { own, type ParameterDefinition, type Template } from './template.ts';

/** A parameter as a caller gives it. */
export interface GivenParameter {
  readonly ParameterKey?: string | undefined;
  readonly ParameterValue?: string | undefined;
  readonly UsePreviousValue?: boolean | undefined;
}

/** A parameter of a stack with its value. */
export interface StackParameter {
  readonly key: string;
  /** As given, or the default. */
  readonly value: string;
  /** What the Systems Manager parameter held, for types that name one. */
  readonly resolved?: string;
  readonly noEcho: boolean;
}

/** Reads Systems Manager parameters; answers those that exist. */
export type ReadStoredParameters = (names: readonly string[]) => Promise<ReadonlyMap<string, string>>;

export interface ParameterSources {
  readonly given: readonly GivenParameter[];
  /** The stack's parameters before this operation. */
  readonly previous: readonly StackParameter[];
  readonly readStored: ReadStoredParameters;
}

/**
 * Gives every parameter of a template its value: the given one, the previous one where that was asked
 * for, or the default; and checks it against the parameter's constraints.
 *
 * @throws ValidationError with CloudFormation's sentence
 */
export async function resolveParameters(
  template: Template,
  { given, previous, readStored }: ParameterSources,
): Promise<StackParameter[]> {
  checkKeys(template, given);
  const values = new Map<string, string>();
  const missing: string[] = [];
  for (const [key, definition] of Object.entries(template.parameters)) {
    const value = valueFor(key, definition, given, previous);
    if (value === undefined) missing.push(key);
    else values.set(key, value);
  }
  if (missing.length > 0) throw invalid(`Parameters: [${missing.join(', ')}] must have values`);
  const stored = await readAll(template, values, readStored);
  return [...values].map(([key, value]) => {
    const definition = template.parameters[key]!;
    const type = typeOf(definition);
    if (!type.stored) checkValue(key, value, definition, type);
    const resolved = type.stored ? stored.get(value) : undefined;
    return {
      key,
      value,
      noEcho: String(definition.NoEcho) === 'true',
      ...(resolved !== undefined && { resolved }),
    };
  });
}

/** What `Ref` of each parameter gives. */
export function parameterValues(template: Template, parameters: readonly StackParameter[]): ParameterValues {
  return Object.fromEntries(
    parameters.map(({ key, value, resolved = value }) => {
      const { kind } = typeOf(template.parameters[key]!);
      return [key, kind === 'list' || kind === 'numbers' ? itemsOf(resolved) : resolved];
    }),
  );
}

function typeOf({ Type }: ParameterDefinition): ParameterType {
  const type = parameterType(Type);
  if (!type) throw new Error(`Parameter type ${Type} was not checked`);
  return type;
}

function itemsOf(list: string): string[] {
  return list === '' ? [] : list.split(',').map((item) => item.trim());
}

function checkKeys(template: Template, given: readonly GivenParameter[]): void {
  const unknown = given
    .map(({ ParameterKey = '' }) => ParameterKey)
    .filter((key) => own(template.parameters, key) === undefined);
  if (unknown.length > 0) throw invalid(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
}

function valueFor(
  key: string,
  definition: ParameterDefinition,
  given: readonly GivenParameter[],
  previous: readonly StackParameter[],
): string | undefined {
  const entry = given.findLast(({ ParameterKey }) => ParameterKey === key);
  if (entry?.UsePreviousValue) {
    if (entry.ParameterValue !== undefined) {
      throw invalid(
        `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true and parameter value at the same time`,
      );
    }
    const before = previous.find((parameter) => parameter.key === key);
    if (!before) {
      throw invalid(
        `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
      );
    }
    return before.value;
  }
  if (entry?.ParameterValue !== undefined) return entry.ParameterValue;
  const { Default } = definition;
  if (Default === undefined) return undefined;
  return Array.isArray(Default) ? Default.join(',') : String(Default);
}

async function readAll(
  template: Template,
  values: ReadonlyMap<string, string>,
  readStored: ReadStoredParameters,
): Promise<ReadonlyMap<string, string>> {
  const names = [...values]
    .filter(([key]) => {
      const { stored, storedName } = typeOf(template.parameters[key]!);
      return stored || storedName;
    })
    .map(([, name]) => name);
  if (names.length === 0) return new Map();
  const found = await readStored([...new Set(names)]);
  const missing = names.filter((name) => !found.has(name));
  if (missing.length > 0) {
    throw invalid(`Unable to fetch parameters [${missing.join(',')}] from parameter store for this account.`);
  }
  return found;
}

function checkValue(key: string, value: string, definition: ParameterDefinition, type: ParameterType): void {
  const items = type.kind === 'list' || type.kind === 'numbers' ? itemsOf(value) : [value];
  for (const item of items) {
    const problem = problemOf(item, definition, type);
    if (problem === undefined) continue;
    const { ConstraintDescription } = definition;
    throw invalid(
      ConstraintDescription === undefined
        ? `Parameter '${key}' must ${problem}`
        : `Parameter '${key}' failed to satisfy constraint: ${ConstraintDescription}`,
    );
  }
}

function problemOf(
  value: string,
  definition: ParameterDefinition,
  { kind }: ParameterType,
): string | undefined {
  const { AllowedValues, AllowedPattern, MinLength, MaxLength, MinValue, MaxValue } = definition;
  const isNumber = kind === 'number' || kind === 'numbers';
  if (isNumber && (value.trim() === '' || Number.isNaN(Number(value)))) return 'be a number';
  if (AllowedValues && !AllowedValues.some((allowed) => String(allowed) === value)) {
    return 'be one of AllowedValues';
  }
  if (isNumber) {
    if (MinValue !== undefined && Number(value) < Number(MinValue))
      return `be a number not less than ${MinValue}`;
    if (MaxValue !== undefined && Number(value) > Number(MaxValue))
      return `be a number not greater than ${MaxValue}`;
    return undefined;
  }
  if (MinLength !== undefined && value.length < Number(MinLength))
    return `contain at least ${MinLength} characters`;
  if (MaxLength !== undefined && value.length > Number(MaxLength))
    return `contain at most ${MaxLength} characters`;
  if (AllowedPattern !== undefined && !matches(AllowedPattern, value))
    return `match pattern ${AllowedPattern}`;
  return undefined;
}

/** A constraint's pattern has to match the whole value. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(value);
  } catch {
    return new RegExp(`^(?:${pattern})$`).test(value);
  }
}
