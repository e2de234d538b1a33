import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../../dispatch/host.ts';
import { invalidInput, unsupported } from '../errors.ts';

/** A training parameter, whose values travel as text. */
interface Parameter {
  readonly name: string;
  readonly type: 'integer' | 'number' | 'choice';
  /** Absent where it follows from the data. */
  readonly default?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly choices?: readonly string[];
}

interface Algorithm {
  readonly arn: string;
  /** Whether the image has it, and not only knows of it. */
  readonly supported: boolean;
  readonly parameters: readonly Parameter[];
}

/** `algorithms.json` of the forecast image: the service's algorithms, and which of them it has. */
export interface Catalog {
  readonly algorithms: readonly Algorithm[];
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
 * @throws InvalidInputException when the service has none such, or this version does not have it yet
 */
export function algorithmOf({ algorithms }: Catalog, arn: string): Algorithm {
  const found = algorithms.find((algorithm) => algorithm.arn === arn);
  if (!found) {
    const options = OPTIONS.map((name) => ARN_PREFIX + name).join(',');
    // The sentence is the service's own, as users have reported it.
    throw invalidInput(`Invalid Algorithm ARN specified: ${arn}. Options: ${options}`);
  }
  if (found.supported) return found;
  const served = algorithms.filter(({ supported }) => supported).map((algorithm) => algorithm.arn);
  throw unsupported(`The algorithm ${arn}`, `Use one of ${served.join(', ')}, or CreateAutoPredictor.`);
}

/**
 * Training parameters with the defaults of those that were not given.
 *
 * @throws InvalidInputException for an unknown one or a value out of range
 */
export function trainingParameters(
  { arn, parameters }: Algorithm,
  given: Readonly<Record<string, string>>,
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
  for (const { name, default: value } of parameters) if (value !== undefined) complete[name] = value;
  return { ...complete, ...given };
}

function isValid({ type, minimum, exclusiveMinimum, choices }: Parameter, text: string): boolean {
  if (choices) return choices.some((choice) => choice.toLowerCase() === text.toLowerCase());
  if (!(type === 'integer' ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i).test(text)) return false;
  const number = Number(text);
  return (
    (minimum === undefined || number >= minimum) &&
    (exclusiveMinimum === undefined || number > exclusiveMinimum)
  );
}

/** The valid values in words. */
function rangeOf({ type, minimum, exclusiveMinimum, choices }: Parameter): string {
  if (choices) return `one of ${choices.join(', ')}`;
  const kind = type === 'integer' ? 'a whole number' : 'a number';
  if (exclusiveMinimum !== undefined) return `${kind} greater than ${exclusiveMinimum}`;
  return minimum === undefined ? kind : `${kind} of at least ${minimum}`;
}
