import { ServiceError } from '../../dispatch/errors.ts';

export function invalidInput(message: string): ServiceError {
  return new ServiceError('InvalidInputException', message);
}

export function notFound(message: string): ServiceError {
  return new ServiceError('EntityNotFoundException', message);
}

export function jobNotFound(name: string): ServiceError {
  return notFound(`Job ${name} not found.`);
}

/** The feature exists on AWS and not here. */
export function notSupported(what: string): ServiceError {
  return invalidInput(`${what} not supported by this version of Slipway.`);
}
