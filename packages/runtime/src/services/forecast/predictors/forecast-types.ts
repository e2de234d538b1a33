import { invalidInput } from '../errors.ts';

const MOST_TYPES = 5;

/** What the service computes where nothing else is asked for. */
export const DEFAULT_TYPES: readonly string[] = ['0.1', '0.5', '0.9'];

/**
 * Quantiles and `mean` in one notation: `.1`, `0.1` and `0.10` are all `0.1`.
 *
 * @throws InvalidInputException for more than five, a repeated one, or no quantile from 0.01 to 0.99
 */
export function forecastTypes(given: readonly string[]): string[] {
  if (given.length > MOST_TYPES) {
    throw invalidInput(`ForecastTypes can have at most ${MOST_TYPES} values, not ${given.length}`);
  }
  const types = given.map((text) => {
    if (text === 'mean') return text;
    const quantile = Number(text);
    if (quantile > 0 && quantile < 1) return String(quantile);
    throw invalidInput(`ForecastTypes value ${text} is not valid. Valid values: 0.01 to 0.99, and mean`);
  });
  const repeated = types.find((type, index) => types.indexOf(type) !== index);
  if (repeated !== undefined) throw invalidInput(`ForecastTypes has the value ${repeated} more than once`);
  return types;
}
