import { ServiceError } from '../../dispatch/errors.ts';

export function noSuchGroup(): ServiceError {
  return new ServiceError('ResourceNotFoundException', 'The specified log group does not exist.');
}

export function noSuchStream(): ServiceError {
  return new ServiceError('ResourceNotFoundException', 'The specified log stream does not exist.');
}

export function notFound(sentence: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', sentence);
}

export function invalidParameter(sentence: string): ServiceError {
  return new ServiceError('InvalidParameterException', sentence);
}

/** A value that the service has and this version does not. */
export function unsupportedValue(what: string): ServiceError {
  return invalidParameter(`${what} is not supported by this version of Slipway`);
}
