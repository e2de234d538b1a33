import { invalidInput } from '../errors.ts';
import { isSubDaily, parseFrequency } from '../frequency.ts';
import type { Dataset } from '../resource.ts';

const DATE = 'yyyy-MM-dd';
const DATE_AND_TIME = 'yyyy-MM-dd HH:mm:ss';
/** Published samples write the hour as `hh` and have data of the afternoon: it is taken as `HH`. */
const DATE_AND_TIME_AS_IN_SAMPLES = 'yyyy-MM-dd hh:mm:ss';
const GEOLOCATION_FORMATS = ['LAT_LONG', 'CC_POSTALCODE'];

/** The members of CreateDatasetImportJob that say how to read the files. */
export interface ReadingInput {
  readonly TimestampFormat?: string | undefined;
  readonly TimeZone?: string | undefined;
  readonly UseGeolocationForTimeZone?: boolean | undefined;
  readonly GeolocationFormat?: string | undefined;
}

/** @throws InvalidInputException */
export function checkReading(dataset: Dataset, input: ReadingInput): void {
  checkTimestampFormat(dataset, input.TimestampFormat);
  checkTimeZone(dataset, input);
  const { GeolocationFormat: format } = input;
  if (format !== undefined && !GEOLOCATION_FORMATS.includes(format)) {
    throw invalidInput(
      `GeolocationFormat ${format} is not valid. Valid values: ${GEOLOCATION_FORMATS.join(', ')}`,
    );
  }
}

/**
 * https://docs.aws.amazon.com/forecast/latest/dg/dataset-import-guidelines-troubleshooting.html. Item
 * metadata has no timestamps; pipelines give the format all the same, and it means nothing there.
 */
function checkTimestampFormat({ type, frequency }: Dataset, format: string | undefined): void {
  if (format === undefined || type === 'ITEM_METADATA') return;
  const needsTime = frequency !== undefined && isSubDaily(parseFrequency(frequency, 'DataFrequency'));
  const valid = needsTime ? [DATE_AND_TIME] : [DATE, DATE_AND_TIME];
  if (valid.includes(format) || format === DATE_AND_TIME_AS_IN_SAMPLES) return;
  throw invalidInput(
    `TimestampFormat ${format} is not valid for data of frequency ${frequency ?? '(none)'}. Valid values: ${valid.join(', ')}`,
  );
}

function checkTimeZone({ attributes }: Dataset, { TimeZone, UseGeolocationForTimeZone }: ReadingInput): void {
  if (TimeZone !== undefined && UseGeolocationForTimeZone) {
    throw invalidInput('TimeZone and UseGeolocationForTimeZone cannot be given together');
  }
  if (TimeZone !== undefined && !isTimeZone(TimeZone)) {
    throw invalidInput(`TimeZone ${TimeZone} is not known. Give a name such as America/Los_Angeles.`);
  }
  if (UseGeolocationForTimeZone && !attributes.some(({ AttributeType }) => AttributeType === 'geolocation')) {
    throw invalidInput('UseGeolocationForTimeZone needs an attribute of type geolocation in the schema');
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
