import { ServiceError } from '../../dispatch/errors.ts';

export function invalidValue(sentence: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', sentence);
}

export function invalidCombination(sentence: string): ServiceError {
  return new ServiceError('InvalidParameterCombinationException', sentence);
}

export function validationError(sentence: string): ServiceError {
  return new ServiceError('ValidationException', sentence);
}

/** A value that the service has and this version does not. */
export function unsupportedValue(what: string): ServiceError {
  return validationError(`${what} is not supported by this version of Slipway`);
}
