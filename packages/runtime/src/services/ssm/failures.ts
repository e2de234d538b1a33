import { ServiceError } from '../../dispatch/errors.ts';

export function validationError(sentence: string): ServiceError {
  return new ServiceError('ValidationException', sentence);
}

export function parameterNotFound(name: string): ServiceError {
  return new ServiceError('ParameterNotFound', `Parameter ${name} not found.`);
}

export function versionNotFound(name: string, selector: string | number): ServiceError {
  return new ServiceError(
    'ParameterVersionNotFound',
    `Systems Manager could not find version ${selector} of ${name}. Verify the version and try again.`,
  );
}

/** A value that the service has and this version does not. */
export function unsupportedValue(what: string): ServiceError {
  return validationError(`${what} is not supported by this version of Slipway`);
}
