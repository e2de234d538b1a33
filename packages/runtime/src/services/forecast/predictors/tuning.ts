import type { HyperParameterTuningJobConfig } from '@aws-sdk/client-forecast';
import { invalidInput } from '../errors.ts';
import { type Algorithm, type Catalog, isValid, type Parameter, rangeOf } from './algorithms.ts';

type NumberRange = {
  readonly Name: string | undefined;
  readonly MinValue: number | undefined;
  readonly MaxValue: number | undefined;
  readonly ScalingType?: string | undefined;
};

/**
 * Checks the ranges that PerformHPO is to search.
 *
 * @throws InvalidInputException for an algorithm or a parameter that cannot be tuned, or a range that is none
 */
export function checkTuning(
  { algorithms }: Catalog,
  algorithm: Algorithm,
  { ParameterRanges = {} }: HyperParameterTuningJobConfig = {},
): void {
  const tunable = algorithm.parameters.filter((parameter) => parameter.tunable);
  if (tunable.length === 0) {
    const possible = algorithms.filter(({ parameters }) => parameters.some((parameter) => parameter.tunable));
    throw invalidInput(
      `PerformHPO is for ${possible.map(({ arn }) => arn).join(' and ')} only, not for ${algorithm.arn}`,
    );
  }
  const { IntegerParameterRanges = [], ContinuousParameterRanges = [] } = ParameterRanges;
  const { CategoricalParameterRanges = [] } = ParameterRanges;
  const given = [...IntegerParameterRanges, ...ContinuousParameterRanges, ...CategoricalParameterRanges];
  const seen = new Set<string>();
  for (const { Name = '' } of given) {
    if (seen.has(Name)) throw invalidInput(`HPOConfig has a range of ${Name} more than once`);
    seen.add(Name);
  }
  const find = (name = '', type: Parameter['type']) => {
    const found = tunable.find((parameter) => parameter.name === name && parameter.type === type);
    if (found) return found;
    const names = tunable.filter((parameter) => parameter.type === type).map((parameter) => parameter.name);
    const kind = { integer: 'integer', number: 'continuous', choice: 'categorical' }[type];
    throw invalidInput(
      `HPOConfig cannot have a range of ${name} among the ${kind} ones for ${algorithm.arn}. Possible are: ${names.join(', ') || 'none'}`,
    );
  };
  for (const range of IntegerParameterRanges) checkRange(find(range.Name, 'integer'), range);
  for (const range of ContinuousParameterRanges) checkRange(find(range.Name, 'number'), range);
  for (const { Name, Values = [] } of CategoricalParameterRanges) {
    const parameter = find(Name, 'choice');
    for (const value of Values) checkValue(parameter, value);
  }
}

function checkRange(parameter: Parameter, { MinValue = 0, MaxValue = 0, ScalingType }: NumberRange): void {
  const { name } = parameter;
  if (MinValue >= MaxValue) {
    throw invalidInput(`The MinValue ${MinValue} of ${name} has to be less than its MaxValue ${MaxValue}`);
  }
  checkValue(parameter, String(MinValue));
  checkValue(parameter, String(MaxValue));
  // https://docs.aws.amazon.com/forecast/latest/dg/API_ContinuousParameterRange.html, ScalingType
  if (ScalingType === 'Logarithmic' && MinValue <= 0) {
    throw invalidInput(`The ScalingType Logarithmic of ${name} needs values greater than 0`);
  }
  if (ScalingType === 'ReverseLogarithmic' && (MinValue < 0 || MaxValue >= 1)) {
    throw invalidInput(
      `The ScalingType ReverseLogarithmic of ${name} needs values of at least 0 and below 1`,
    );
  }
}

function checkValue(parameter: Parameter, value: string): void {
  if (isValid(parameter, value)) return;
  throw invalidInput(
    `HPOConfig has the value ${value} for ${parameter.name}; it has to be ${rangeOf(parameter)}`,
  );
}
