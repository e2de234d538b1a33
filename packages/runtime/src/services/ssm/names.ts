import { ServiceError } from '../../dispatch/errors.ts';
import type { Scope } from '../../store/collection.ts';
import { validationError } from './failures.ts';

const NAME = /^[a-zA-Z0-9_.\-/]+$/;
const MOST_LEVELS = 15;

const FORM =
  'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths ' +
  'divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_';

/** A parameter's ARN; a name that is a path brings its own slash. */
export function parameterArn({ account, region }: Scope, name: string): string {
  return `arn:aws:ssm:${region}:${account}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
}

/**
 * The names that a name or an ARN can mean, the one written first. `/x` and `x` have one ARN and are one
 * parameter, kept under the name it was made with; the ARN of another account or region means none.
 */
export function namesIn(scope: Scope, text: string): string[] {
  const root = parameterArn(scope, '/');
  if (text.startsWith('arn:') && !text.startsWith(root)) return [];
  const name = text.startsWith('arn:') ? text.slice(root.length - 1) : text;
  if (name.lastIndexOf('/') > 0) return [name];
  return [name, name.startsWith('/') ? name.slice(1) : `/${name}`];
}

/** Whether a name lies under a path; without a slash in front it lies at the top. */
export function isUnder(name: string, path: string, recursive: boolean): boolean {
  const full = name.startsWith('/') ? name : `/${name}`;
  const folder = path.endsWith('/') ? path : `${path}/`;
  return full.startsWith(folder) && (recursive || !full.slice(folder.length).includes('/'));
}

/**
 * Checks the name of a parameter that is looked for.
 *
 * @throws ValidationException for a name that no parameter can have
 */
export function checkName(name: string): void {
  if (!hasForm(name)) throw validationError(FORM);
}

/**
 * Checks the name of a new parameter.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 *
 * @throws AccessDeniedException for AWS's own names, ValidationException for others that are not valid
 */
export function checkNewName(name: string): void {
  if (/^\/aws/i.test(name)) {
    throw new ServiceError('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
  }
  if (/^(aws|ssm)/i.test(name)) {
    throw validationError('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).');
  }
  if (name.includes('/') && !name.startsWith('/')) {
    throw validationError('Parameter name must be a fully qualified name.');
  }
  if (!hasForm(name) || /^\/ssm/i.test(name)) throw validationError(FORM);
  if (name.split('/').length - 1 > MOST_LEVELS) {
    throw new ServiceError(
      'HierarchyLevelLimitExceededException',
      `Hierarchies can have a maximum of ${MOST_LEVELS} levels.`,
    );
  }
}

/** Letters of names only, and every slash in front of a part. */
function hasForm(name: string): boolean {
  return NAME.test(name) && /^(\/?[^/]+|(\/[^/]+)+)$/.test(name);
}

/**
 * Checks a path of parameters.
 *
 * @throws ValidationException in the words of the service
 */
export function checkPath(path: string): void {
  if (path.startsWith('/') && !path.includes('//') && NAME.test(path)) return;
  throw validationError(
    'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". ' +
      'It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following ' +
      'symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, ' +
      'must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
  );
}
