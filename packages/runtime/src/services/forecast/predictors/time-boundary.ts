import type { TimeAlignmentBoundary } from '@aws-sdk/client-forecast';
import { invalidInput } from '../errors.ts';
import type { Frequency, FrequencyUnit } from '../frequency.ts';

/** The member that moves the beginning of a period, one step finer than the period itself. */
const MEMBERS: Readonly<Partial<Record<FrequencyUnit, keyof TimeAlignmentBoundary>>> = {
  D: 'Hour',
  W: 'DayOfWeek',
  M: 'DayOfMonth',
  Y: 'Month',
};

/**
 * https://docs.aws.amazon.com/forecast/latest/dg/API_TimeAlignmentBoundary.html
 *
 * @throws InvalidInputException when the members do not go with the frequency
 */
export function checkBoundary(boundary: TimeAlignmentBoundary, { unit }: Frequency): void {
  const member = MEMBERS[unit];
  if (!member) {
    throw invalidInput(`TimeAlignmentBoundary cannot be given with a ForecastFrequency in ${unit}`);
  }
  const given = Object.keys(boundary).filter(
    (name) => boundary[name as keyof TimeAlignmentBoundary] !== undefined,
  );
  // A year may begin in the middle of a month.
  const allowed: readonly string[] = unit === 'Y' ? ['Month', 'DayOfMonth'] : [member];
  if (given.includes(member) && given.every((name) => allowed.includes(name))) return;
  throw invalidInput(
    `TimeAlignmentBoundary with a ForecastFrequency in ${unit} has the member ${allowed.join(' and perhaps ')}, not ${given.join(', ') || 'none'}`,
  );
}
