import { invalidInput } from '../errors.ts';
import { nominalMinutes, parseFrequency, sameFrequency } from '../frequency.ts';
import { dimensionsOf, type GroupMembers } from './group-members.ts';

// Limits that depend on the data are the image's to check; this one holds for any.
const LONGEST_HORIZON = 500;

/** @throws InvalidInputException */
export function checkHorizon(horizon: number): void {
  if (horizon >= 1 && horizon <= LONGEST_HORIZON) return;
  throw invalidInput(
    `ForecastHorizon ${horizon} is not valid. It has to lie between 1 and ${LONGEST_HORIZON}.`,
  );
}

/**
 * Target series may be aggregated to a coarser frequency, related ones never.
 *
 * @throws InvalidInputException
 */
export function checkForecastFrequency(text: string, { target, related }: GroupMembers): void {
  const frequency = parseFrequency(text, 'ForecastFrequency');
  if (target.frequency !== undefined) {
    const data = parseFrequency(target.frequency, 'DataFrequency');
    if (nominalMinutes(frequency) < nominalMinutes(data)) {
      throw invalidInput(
        `ForecastFrequency ${text} is finer than the DataFrequency ${target.frequency} of the TARGET_TIME_SERIES dataset ${target.arn}`,
      );
    }
  }
  if (related?.frequency === undefined) return;
  if (!sameFrequency(frequency, parseFrequency(related.frequency, 'DataFrequency'))) {
    throw invalidInput(
      `ForecastFrequency ${text} has to be the DataFrequency ${related.frequency} of the RELATED_TIME_SERIES dataset ${related.arn}`,
    );
  }
}

/**
 * @param textFeatures - whether text in the related series that is no dimension of the target is a feature
 * @throws InvalidInputException
 */
export function checkDimensions(
  dimensions: readonly string[],
  { target, related }: GroupMembers,
  { textFeatures }: { textFeatures: boolean },
): void {
  const possible = dimensionsOf(target);
  const unknown = dimensions.filter((name) => !possible.includes(name));
  if (unknown.length > 0) {
    throw invalidInput(
      `ForecastDimensions [${unknown.join(', ')}] are no attributes of type string of the TARGET_TIME_SERIES dataset ${target.arn}`,
    );
  }
  const repeated = dimensions.find((name, index) => dimensions.indexOf(name) !== index);
  if (repeated !== undefined) throw invalidInput(`ForecastDimensions has ${repeated} more than once`);
  if (!related) return;
  const refused = dimensionsOf(related).filter(
    (name) => !dimensions.includes(name) && !(textFeatures && !possible.includes(name)),
  );
  if (refused.length === 0) return;
  // The sentence is the service's own, as users have reported it.
  throw invalidInput(
    `The attribute(s) [${refused.join(', ')}] present in the RELATED_TIME_SERIES schema should be of numeric type ` +
      'such as `integer` or `float`, or be added as a forecast dimension',
  );
}
