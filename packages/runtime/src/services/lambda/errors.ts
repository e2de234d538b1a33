import { ServiceError } from '../../dispatch/errors.ts';

// Lambda marks whose fault an error is in a member of its own.
const USER = { Type: 'User' };

export function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', message, USER);
}

/** A constraint fault in the front end's words, for limits that the official model states too widely. */
export function constraintFault(value: unknown, path: string, constraint: string): ServiceError {
  return new ServiceError(
    'ValidationException',
    `1 validation error detected: Value '${String(value)}' at '${path}' failed to satisfy constraint: Member must ${constraint}`,
  );
}

export function notFound(message: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', message, USER);
}

export function functionNotFound(arn: string): ServiceError {
  return notFound(`Function not found: ${arn}`);
}

export function conflict(message: string): ServiceError {
  return new ServiceError('ResourceConflictException', message, USER);
}

/** @param api - where the caller finds the latest revision, such as `GetFunction/GetAlias` */
export function wrongRevision(api: string): ServiceError {
  return new ServiceError(
    'PreconditionFailedException',
    `The Revision Id provided does not match the latest Revision Id. Call the ${api} API to retrieve the latest Revision Id`,
    USER,
  );
}

/** The feature exists on AWS and not here. */
export function notSupported(what: string): ServiceError {
  return invalidParameter(`${what} not supported by this version of Slipway.`);
}
