import type { AdditionalDataset, SupplementaryFeature } from '@aws-sdk/client-forecast';
import { invalidInput, unsupported } from '../errors.ts';

const HOLIDAY = 'holiday';
const WEATHER = 'weather';

/** https://docs.aws.amazon.com/forecast/latest/dg/holidays.html; the United Kingdom is UK there. */
const COUNTRIES = (
  'AE AL AR AT AU BA BE BG BO BR BY CA CH CL CO CR CZ DE DK EC EE ES ET FI FR GR HR HU IE IN IS IT JP KR KZ LI LT ' +
  'LU LV MD ME MK MT MX NG NI NL NO NZ PA PE PL PT PY RO RS RU SE SI SK UA UK US UY VE ZA'
).split(' ');

/** Checks CreatePredictor's holidays and weather. @throws InvalidInputException */
export function checkSupplementaryFeatures(given: readonly SupplementaryFeature[]): void {
  checkNames(given.map(({ Name = '' }) => Name));
  for (const { Name, Value = '' } of given) if (Name === HOLIDAY) checkCountry(Value);
}

/** Checks CreateAutoPredictor's holidays and weather. @throws InvalidInputException */
export function checkAdditionalDatasets(given: readonly AdditionalDataset[]): void {
  checkNames(given.map(({ Name = '' }) => Name));
  for (const { Name, Configuration = {} } of given) {
    if (Name !== HOLIDAY) continue;
    const codes = Configuration['CountryCode'] ?? [];
    if (codes.length !== 1 || Object.keys(Configuration).length !== 1) {
      throw invalidInput(
        `The additional dataset ${HOLIDAY} needs the Configuration {"CountryCode": [one country]}`,
      );
    }
    checkCountry(codes[0]!);
  }
}

/** CreatePredictor's form as CreateAutoPredictor has it, for an upgrade. */
export function asAdditionalDatasets(features: readonly SupplementaryFeature[]): AdditionalDataset[] {
  return features.map(({ Name, Value = '' }) => ({ Name, Configuration: { CountryCode: [Value] } }));
}

function checkNames(names: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    if (name === WEATHER) {
      throw unsupported(
        'The Weather Index',
        'Leave it out, or import weather as a RELATED_TIME_SERIES dataset.',
      );
    }
    if (name !== HOLIDAY) {
      throw invalidInput(`${name} is no additional dataset. Valid values: ${HOLIDAY}, ${WEATHER}`);
    }
    if (names.indexOf(name) !== index) throw invalidInput(`${name} is given more than once`);
  }
}

function checkCountry(code: string): void {
  if (COUNTRIES.includes(code)) return;
  throw invalidInput(`${code} is no country whose holidays are known. Valid values: ${COUNTRIES.join(', ')}`);
}
