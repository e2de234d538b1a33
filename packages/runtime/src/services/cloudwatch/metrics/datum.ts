import type { MetricDatum } from '@aws-sdk/client-cloudwatch';
import { ServiceError } from '../../../dispatch/errors.ts';
import { invalidCombination, invalidValue } from '../failures.ts';
import type { Sample } from './metrics-table.ts';

const HOUR_MS = 3_600_000;
const OLDEST_MS = 14 * 24 * HOUR_MS;
const NEWEST_MS = 2 * HOUR_MS;
const MOST_VALUES = 150;
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
const LARGEST = 2 ** 360;

/**
 * The samples that a datum stands for.
 *
 * @param place - what the datum is called in error messages: `MetricData.member.1`
 * @throws InvalidParameterValue and InvalidParameterCombination in the words of the service
 */
export function samplesOf(datum: MetricDatum, place: string, now: number): Sample[] {
  const {
    Value,
    Values,
    Counts,
    StatisticValues: set,
    Unit: unit = 'None',
    StorageResolution,
    Timestamp,
  } = datum;
  const time = (Timestamp ?? new Date(now)).getTime();
  checkOnlyOne(datum, place);
  if (time < now - OLDEST_MS) {
    throw invalidValue(`The parameter ${place}.Timestamp must specify a time within the past two weeks.`);
  }
  if (time > now + NEWEST_MS) {
    throw invalidValue(
      `The parameter ${place}.Timestamp must specify a time no more than two hours in the future.`,
    );
  }
  if (StorageResolution !== undefined && StorageResolution !== 1 && StorageResolution !== 60) {
    throw invalidValue(
      `The value ${StorageResolution} for parameter ${place}.StorageResolution must be 1 or 60.`,
    );
  }
  const one = (value: number, count: number): Sample => ({
    time,
    unit,
    count,
    sum: value * count,
    min: value,
    max: value,
  });
  if (Value !== undefined) {
    checkNumber(Value, `${place}.Value`);
    return [one(Value, 1)];
  }
  if (set) {
    const { SampleCount = 0, Sum = 0, Minimum = 0, Maximum = 0 } = set;
    for (const [name, number] of Object.entries({ SampleCount, Sum, Minimum, Maximum })) {
      checkNumber(number, `${place}.StatisticValues.${name}`);
    }
    if (SampleCount <= 0) {
      throw invalidValue(
        `The value ${SampleCount} for parameter ${place}.StatisticValues.SampleCount is invalid.`,
      );
    }
    return [{ time, unit, count: SampleCount, sum: Sum, min: Minimum, max: Maximum }];
  }
  if (Values) {
    checkValues(Values, Counts, place);
    return Values.map((value, index) => one(value, Counts?.[index] ?? 1));
  }
  throw new ServiceError(
    'MissingRequiredParameterException',
    `At least one of the parameters ${place}.Value, ${place}.Values or ${place}.StatisticValues must be specified.`,
  );
}

function checkOnlyOne(datum: MetricDatum, place: string): void {
  const given = (['Value', 'Values', 'StatisticValues'] as const).filter((name) => datum[name] !== undefined);
  if (given.length > 1) {
    const message = `The parameters ${place}.${given[0]} and ${place}.${given[1]} are mutually exclusive and you have specified both.`;
    // The service has another code for the newer member.
    throw given[1] === 'Values' ? invalidValue(message) : invalidCombination(message);
  }
}

function checkValues(values: readonly number[], counts: readonly number[] | undefined, place: string): void {
  if (counts && counts.length !== values.length) {
    throw invalidValue(`The parameters ${place}.Values and ${place}.Counts must be of the same size.`);
  }
  if (values.length === 0) throw invalidValue(`The collection ${place}.Values must not be empty.`);
  if (values.length > MOST_VALUES) {
    throw invalidValue(`The collection ${place}.Values must not have a size greater than ${MOST_VALUES}.`);
  }
  for (const [index, value] of values.entries()) checkNumber(value, `${place}.Values.member.${index + 1}`);
  for (const [index, count] of (counts ?? []).entries()) {
    checkNumber(count, `${place}.Counts.member.${index + 1}`);
    if (count < 0)
      throw invalidValue(`The value ${count} for parameter ${place}.Counts.member.${index + 1} is invalid.`);
  }
}

function checkNumber(value: number, place: string): void {
  if (!Number.isFinite(value)) throw invalidValue(`The value ${value} for parameter ${place} is invalid.`);
  if (Math.abs(value) > LARGEST) {
    throw invalidValue(`The value ${value} for parameter ${place} is outside the range of -2^360 to 2^360.`);
  }
}
