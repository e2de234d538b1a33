import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../../dispatch/host.ts';
import { invalidInput } from '../errors.ts';

/** A training parameter, whose values travel as text. */
export interface Parameter {
  readonly name: string;
  readonly type: 'integer' | 'number' | 'choice';
  /** Absent where it follows from the data or the horizon. */
  readonly default?: string;
  /** The default in horizons. */
  readonly defaultHorizons?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly choices?: readonly string[];
  /** Whether PerformHPO may choose it. */
  readonly tunable?: boolean;
}

export interface Algorithm {
  readonly arn: string;
  /** The environment of the image that it runs in; null for the one every step runs in. */
  readonly environment: string | null;
  readonly parameters: readonly Parameter[];
}

/** `algorithms.json` of the forecast image: the service's algorithms and what they run in. */
export interface Catalog {
  readonly algorithms: readonly Algorithm[];
  /** Where PerformAutoML runs, which tries them all. */
  readonly autoMLEnvironment: string;
}

// The order in which the service lists them itself.
const ARN_PREFIX = 'arn:aws:forecast:::algorithm/';
const OPTIONS = ['CNN-QR', 'Deep_AR_Plus', 'NPTS', 'ETS', 'ARIMA', 'Prophet'];

/** Gives the image's catalog, read when it is first needed: a runtime starts without its images too. */
export function catalogOf(host: Host): () => Catalog {
  let catalog: Catalog | undefined;
  return () => {
    const path = join(host.environments.imageFolder('forecast'), 'algorithms.json');
    catalog ??= JSON.parse(readFileSync(path, 'utf8')) as Catalog;
    return catalog;
  };
}

/**
 * The algorithm with an ARN.
 *
 * @throws InvalidInputException when the service has none such
 */
export function algorithmOf({ algorithms }: Catalog, arn: string): Algorithm {
  const found = algorithms.find((algorithm) => algorithm.arn === arn);
  if (found) return found;
  const options = OPTIONS.map((name) => ARN_PREFIX + name).join(',');
  // The sentence is the service's own, as users have reported it.
  throw invalidInput(`Invalid Algorithm ARN specified: ${arn}. Options: ${options}`);
}

/**
 * Training parameters with the defaults of those that were not given.
 *
 * @throws InvalidInputException for an unknown one or a value out of range
 */
export function trainingParameters(
  { arn, parameters }: Algorithm,
  given: Readonly<Record<string, string>>,
  horizon: number,
): Record<string, string> {
  for (const [name, value] of Object.entries(given)) {
    const parameter = parameters.find((candidate) => candidate.name === name);
    if (!parameter) {
      const names = parameters.map((candidate) => candidate.name).join(', ') || 'none';
      throw invalidInput(`TrainingParameters ${name} is not valid for ${arn}. Valid parameters: ${names}`);
    }
    if (!isValid(parameter, value)) {
      throw invalidInput(
        `TrainingParameters ${name} has the value ${value}; it has to be ${rangeOf(parameter)}`,
      );
    }
  }
  const complete: Record<string, string> = {};
  for (const { name, default: value, defaultHorizons } of parameters) {
    if (value !== undefined) complete[name] = value;
    else if (defaultHorizons !== undefined) complete[name] = String(defaultHorizons * horizon);
  }
  return { ...complete, ...given };
}

/** Whether a parameter may have a value. */
export function isValid(parameter: Parameter, text: string): boolean {
  const { type, minimum, exclusiveMinimum, exclusiveMaximum, choices } = parameter;
  if (choices) return choices.some((choice) => choice.toLowerCase() === text.toLowerCase());
  if (!(type === 'integer' ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i).test(text)) return false;
  const number = Number(text);
  return (
    (minimum === undefined || number >= minimum) &&
    (exclusiveMinimum === undefined || number > exclusiveMinimum) &&
    (exclusiveMaximum === undefined || number < exclusiveMaximum)
  );
}

/** The valid values in words. */
export function rangeOf(parameter: Parameter): string {
  const { type, minimum, exclusiveMinimum, exclusiveMaximum, choices } = parameter;
  if (choices) return `one of ${choices.join(', ')}`;
  const kind = type === 'integer' ? 'a whole number' : 'a number';
  if (exclusiveMinimum !== undefined && exclusiveMaximum !== undefined) {
    return `${kind} between ${exclusiveMinimum} and ${exclusiveMaximum}, both excluded`;
  }
  if (exclusiveMinimum !== undefined) return `${kind} greater than ${exclusiveMinimum}`;
  return minimum === undefined ? kind : `${kind} of at least ${minimum}`;
}
