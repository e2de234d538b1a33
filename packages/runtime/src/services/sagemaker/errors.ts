import { ServiceError } from '../../dispatch/errors.ts';

/** What the service says of almost every fault in a request. */
export function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}

/** The feature exists on AWS and not here. */
export function notSupported(what: string): ServiceError {
  return invalid(`${what} not supported by this version of Slipway.`);
}

export function inUse(message: string): ServiceError {
  return new ServiceError('ResourceInUse', message);
}

/** Why a job or endpoint cannot go on, in words for its user: its FailureReason. */
export class JobFault extends Error {
  override readonly name = 'JobFault';
}
