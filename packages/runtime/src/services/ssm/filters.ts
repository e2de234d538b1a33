import type { ParameterStringFilter } from '@aws-sdk/client-ssm';
import { ServiceError } from '../../dispatch/errors.ts';
import { validationError } from './failures.ts';
import { checkPath, isUnder } from './names.ts';
import type { ParameterVersion, Tags } from './parameters-table.ts';

const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  Path: ['Recursive', 'OneLevel'],
  Name: ['BeginsWith', 'Equals', 'Contains'],
};
const DEFAULT_OPTIONS = ['BeginsWith', 'Equals'];
/** Keys that the service takes and does not name where it lists them. */
const UNNAMED_KEYS = new Set(['tag', 'DataType', 'Label']);

/**
 * Checks filters in the words of the service.
 *
 * @param keys - which there can be, besides tags where `tag` is among them
 */
export function checkFilters(filters: readonly ParameterStringFilter[], keys: readonly string[]): void {
  const seen = new Set<string>();
  for (const { Key = '', Option, Values } of filters) {
    const isTag = Key.startsWith('tag:');
    if (!(isTag ? keys.includes('tag') : keys.includes(Key))) {
      const shown = keys.filter((key) => !UNNAMED_KEYS.has(key)).join(', ');
      throw invalid(
        'Key',
        `The following filter key is not valid: ${Key}. Valid filter keys include: [${shown}].`,
      );
    }
    if (seen.has(Key)) {
      throw invalid(
        'Key',
        `The following filter is duplicated in the request: ${Key}. A request can contain only one occurrence of a specific filter.`,
      );
    }
    seen.add(Key);
    if (!isTag && !Values?.length) {
      throw invalid('Value', `The following filter values are missing : null for filter key ${Key}.`);
    }
    const options = OPTIONS[Key] ?? DEFAULT_OPTIONS;
    if (Option !== undefined && !options.includes(Option)) {
      throw invalid(
        'Option',
        `The following filter option is not valid: ${Option}. Valid options include: [${options.slice(0, 2).join(', ')}].`,
      );
    }
    if (Key === 'Path') for (const path of Values!) checkFilterPath(path);
    checkChoice(Key, Values ?? []);
  }
}

function checkFilterPath(path: string): void {
  if (/^\/?(aws|ssm)/i.test(path)) {
    throw validationError(
      'Filters for common parameters can\'t be prefixed with "aws" or "ssm" (case-insensitive). When using global parameters, please specify within a global namespace.',
    );
  }
  checkPath(path);
}

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  Type: ['String', 'StringList', 'SecureString'],
  Tier: ['Standard', 'Advanced', 'Intelligent-Tiering'],
};

function checkChoice(key: string, values: readonly string[]): void {
  const choices = CHOICES[key];
  const wrong = choices && values.find((value) => !choices.includes(value));
  if (wrong === undefined) return;
  throw invalid(
    'Option',
    `The following filter value is not valid: ${wrong}. Valid values include: [${choices!.join(', ')}].`,
  );
}

/** Whether a parameter fits all filters; of a filter's values one has to fit. */
export function matchesFilters(
  parameter: ParameterVersion,
  tags: Tags,
  filters: readonly ParameterStringFilter[],
): boolean {
  return filters.every(({ Key = '', Option = 'Equals', Values }) => {
    if (Key.startsWith('tag:')) {
      const value = tags[Key.slice(4)];
      return value !== undefined && (!Values?.length || Values.some((wanted) => fits(value, wanted, Option)));
    }
    if (Key === 'Path') return Values!.some((path) => isUnder(parameter.name, path, Option === 'Recursive'));
    if (Key === 'Name') return Values!.some((wanted) => fitsName(parameter.name, wanted, Option));
    const value = filtered(parameter, Key);
    return value !== undefined && Values!.some((wanted) => fits(value, wanted, Option));
  });
}

function filtered({ type, keyId, tier, dataType }: ParameterVersion, key: string): string | undefined {
  const values: Record<string, string | undefined> = {
    Type: type,
    KeyId: keyId,
    Tier: tier,
    DataType: dataType,
  };
  return values[key];
}

/** All names are looked at as if they began with a slash. */
function fitsName(name: string, wanted: string, option: string): boolean {
  return fits(withSlash(name), option === 'Contains' ? wanted : withSlash(wanted), option);
}

function withSlash(name: string): string {
  return name.startsWith('/') ? name : `/${name}`;
}

function fits(value: string, wanted: string, option: string): boolean {
  if (option === 'BeginsWith') return value.startsWith(wanted);
  if (option === 'Contains') return value.includes(wanted);
  return value === wanted;
}

function invalid(what: 'Key' | 'Option' | 'Value', message: string): ServiceError {
  return new ServiceError(`InvalidFilter${what}`, message);
}
