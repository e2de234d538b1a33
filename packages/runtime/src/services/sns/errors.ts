import { ServiceError } from '../../dispatch/errors.ts';

/** `Invalid parameter: …`, as nearly all of the service's refusals begin. */
export function invalidParameter(what: string): ServiceError {
  return new ServiceError('InvalidParameterException', `Invalid parameter: ${what}`);
}

export function invalidBecause(name: string, reason: string): ServiceError {
  return invalidParameter(`${name} Reason: ${reason}`);
}

export function notSupported(name: string, what: string): ServiceError {
  return invalidBecause(name, `${what} is not supported by this version of Slipway`);
}

export function notFound(what: 'Topic' | 'Subscription'): ServiceError {
  return new ServiceError('NotFoundException', `${what} does not exist`);
}

/** @throws InvalidParameterException */
export function parsedObject(name: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Said below.
  }
  throw invalidParameter(`${name}: failed to parse JSON.`);
}
