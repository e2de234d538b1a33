import { ServiceError } from '../../dispatch/errors.ts';

/** A template that is right for AWS and asks for something that this version does not carry out. */
export class UnsupportedTemplate extends ServiceError {
  constructor(message: string) {
    super('ValidationError', message);
  }
}

/** What CloudFormation answers when a template or its use is not right; the sentences are AWS's. */
export function invalid(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}

/** The template itself has not the form of a template. */
export function malformed(message: string): ServiceError {
  return invalid(`Template format error: ${message}`);
}

/** An intrinsic function is used wrongly. */
export function wrongFunction(message: string): ServiceError {
  return invalid(`Template error: ${message}`);
}

/** A function that is none, or none here. */
export function unsupportedFunction(name: string, supported: readonly string[]): ServiceError {
  if (name === 'Fn::Transform') {
    return new UnsupportedTemplate(
      'Fn::Transform is not supported by this version of Slipway: it has no macros.',
    );
  }
  return wrongFunction(
    `Encountered unsupported function: ${name} Supported functions are: [${supported.join(', ')}]`,
  );
}
