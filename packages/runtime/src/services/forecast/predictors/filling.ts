import type { AttributeConfig, Featurization } from '@aws-sdk/client-forecast';
import { invalidInput } from '../errors.ts';

type Parameters = Readonly<Record<string, string>>;

const TARGET_FILL = ['zero', 'nan', 'value', 'median', 'mean', 'min', 'max'];
const RELATED_FILL = ['zero', 'value', 'median', 'mean', 'min', 'max'];

/** https://docs.aws.amazon.com/forecast/latest/dg/howitworks-missing-values.html: parameter → its values. */
const TARGET: Readonly<Record<string, readonly string[]>> = {
  aggregation: ['sum', 'avg', 'first', 'min', 'max'],
  frontfill: ['none'],
  middlefill: TARGET_FILL,
  backfill: TARGET_FILL,
};
const RELATED: Readonly<Record<string, readonly string[]>> = {
  middlefill: RELATED_FILL,
  backfill: RELATED_FILL,
  futurefill: RELATED_FILL,
};
const VALUE_SUFFIX = '_value';

/** What happens to the target's gaps where nothing else is said. */
const TARGET_DEFAULTS: Parameters = {
  aggregation: 'sum',
  backfill: 'zero',
  frontfill: 'none',
  middlefill: 'zero',
};

/** The attributes that can be filled: the target, and the numeric features of the related series. */
export interface Fillable {
  readonly target: string;
  readonly features: readonly string[];
}

/**
 * CreatePredictor's featurizations as DescribePredictor shows them: the target's always, complete.
 *
 * @throws InvalidInputException for an unknown attribute, parameter or value
 */
export function featurizations(given: readonly Featurization[], fillable: Fillable): Featurization[] {
  const parameters = new Map<string, Parameters>();
  for (const { AttributeName: name = '', FeaturizationPipeline: [method] = [] } of given) {
    if (parameters.has(name))
      throw invalidInput(`There is more than one Featurization for the attribute ${name}`);
    const filling = method?.FeaturizationMethodParameters ?? {};
    checkFilling(name, filling, fillable);
    parameters.set(name, filling);
  }
  parameters.set(fillable.target, { ...TARGET_DEFAULTS, ...parameters.get(fillable.target) });
  return [...parameters].map(([AttributeName, FeaturizationMethodParameters]) => ({
    AttributeName,
    FeaturizationPipeline: [{ FeaturizationMethodName: 'filling', FeaturizationMethodParameters }],
  }));
}

/**
 * Checks CreateAutoPredictor's attribute configurations.
 *
 * @throws InvalidInputException for an unknown attribute, parameter or value
 */
export function checkAttributeConfigs(given: readonly AttributeConfig[], fillable: Fillable): void {
  const seen = new Set<string>();
  for (const { AttributeName: name = '', Transformations = {} } of given) {
    if (seen.has(name))
      throw invalidInput(`There is more than one AttributeConfig for the attribute ${name}`);
    seen.add(name);
    checkFilling(name, Transformations, fillable);
  }
}

function checkFilling(attribute: string, parameters: Parameters, { target, features }: Fillable): void {
  if (attribute !== target && !features.includes(attribute)) {
    throw invalidInput(
      `The attribute ${attribute} cannot be filled. Attributes that can: ${[target, ...features].join(', ')}`,
    );
  }
  const allowed = attribute === target ? TARGET : RELATED;
  for (const [name, value] of Object.entries(parameters)) {
    if (name.endsWith(VALUE_SUFFIX)) checkFillValue(attribute, name, value, parameters);
    else checkMethod(attribute, name, value, allowed);
  }
  for (const [name, value] of Object.entries(parameters)) {
    if (value === 'value' && parameters[name + VALUE_SUFFIX] === undefined) {
      throw invalidInput(
        `The method value of ${name} for the attribute ${attribute} needs ${name}${VALUE_SUFFIX}`,
      );
    }
  }
}

function checkMethod(
  attribute: string,
  name: string,
  value: string,
  allowed: Readonly<Record<string, readonly string[]>>,
): void {
  const values = allowed[name];
  if (!values) {
    throw invalidInput(
      `The parameter ${name} for the attribute ${attribute} is not valid. Valid parameters: ${Object.keys(allowed).join(', ')}`,
    );
  }
  if (!values.includes(value)) {
    throw invalidInput(
      `The value ${value} of ${name} for the attribute ${attribute} is not valid. Valid values: ${values.join(', ')}`,
    );
  }
}

/** `backfill_value` is the number that goes with the method `value` of `backfill`. */
function checkFillValue(attribute: string, name: string, value: string, parameters: Parameters): void {
  const method = name.slice(0, -VALUE_SUFFIX.length);
  if (parameters[method] !== 'value') {
    throw invalidInput(
      `The parameter ${name} for the attribute ${attribute} goes with the method value of ${method} only`,
    );
  }
  if (value.trim() === '' || !Number.isFinite(Number(value))) {
    throw invalidInput(`The value ${value} of ${name} for the attribute ${attribute} has to be a number`);
  }
}
