import { invalidInput } from './errors.ts';

export type FrequencyUnit = 'min' | 'H' | 'D' | 'W' | 'M' | 'Y';

/** How far apart the points of a series are: `3M` is three months. */
export interface Frequency {
  readonly multiple: number;
  readonly unit: FrequencyUnit;
}

// https://docs.aws.amazon.com/forecast/latest/dg/howitworks-datasets-groups.html, "Data aggregation"
const LARGEST_MULTIPLE: Readonly<Record<FrequencyUnit, number>> = { min: 59, H: 23, D: 6, W: 4, M: 11, Y: 1 };
/** Minutes; months and years by their mean, which is enough to compare. */
const NOMINAL_MINUTES: Readonly<Record<FrequencyUnit, number>> = {
  min: 1,
  H: 60,
  D: 1440,
  W: 7 * 1440,
  M: 30.44 * 1440,
  Y: 365.25 * 1440,
};

/**
 * Reads a frequency such as `M`, `30min` or `2W`.
 *
 * @param member - the request's member, for the message
 * @throws InvalidInputException
 */
export function parseFrequency(text: string, member: string): Frequency {
  const match = /^([1-9]\d?)?(Y|M|W|D|H|min)$/.exec(text);
  const unit = match?.[2] as FrequencyUnit | undefined;
  if (!unit || (unit === 'min' && match?.[1] === undefined)) {
    throw invalidInput(
      `${member} ${text} is not valid. It has to be Y, M, W, D, H or a number of minutes such as 15min, ` +
        'with a whole multiple in front if wanted, such as 2W.',
    );
  }
  const multiple = Number(match?.[1] ?? 1);
  if (multiple > LARGEST_MULTIPLE[unit]) {
    throw invalidInput(
      `${member} ${text} is not valid. The multiple of ${unit} has to lie between 1 and ${LARGEST_MULTIPLE[unit]}.`,
    );
  }
  return { multiple, unit };
}

/** Length in minutes, by which frequencies compare from fine to coarse. */
export function nominalMinutes({ multiple, unit }: Frequency): number {
  return multiple * NOMINAL_MINUTES[unit];
}

export function isSubDaily({ unit }: Frequency): boolean {
  return unit === 'min' || unit === 'H';
}

/** Whether two frequencies are the same, whatever their notation: `D` is `1D`. */
export function sameFrequency(one: Frequency, other: Frequency): boolean {
  return one.unit === other.unit && one.multiple === other.multiple;
}
