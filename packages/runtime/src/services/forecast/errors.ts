import { ServiceError } from '../../dispatch/errors.ts';

/** A value is well-formed but not allowed, or does not go with the others. */
export function invalidInput(message: string): ServiceError {
  return new ServiceError('InvalidInputException', message);
}

/** AWS has it, this version does not; the caller learns what is there instead. */
export function unsupported(what: string, instead: string): ServiceError {
  return invalidInput(`${what} is not supported by this version of Slipway. ${instead}`);
}

/** The sentence is the service's own. */
export function notFound(arn: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `No resource found ${arn}`);
}

/** The sentence is the service's own; `what` in words, such as `dataset group`. */
export function alreadyExists(what: string, arn: string): ServiceError {
  return new ServiceError('ResourceAlreadyExistsException', `A ${what} already exists with the arn: ${arn}`);
}

/** A resource is not in a state that allows the call, or others hang on it. */
export function inUse(message: string): ServiceError {
  return new ServiceError('ResourceInUseException', message);
}

export function limitExceeded(message: string): ServiceError {
  return new ServiceError('LimitExceededException', message);
}

export function invalidNextToken(): ServiceError {
  return new ServiceError(
    'InvalidNextTokenException',
    'The NextToken is not valid: it belongs to another request, is damaged, or is older than 24 hours.',
  );
}
