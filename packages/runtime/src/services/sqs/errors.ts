import { ServiceError } from '../../dispatch/errors.ts';

export function invalidParameter(message: string): ServiceError {
  return new ServiceError('InvalidParameterValue', message);
}

/** `Value 7 for parameter DelaySeconds is invalid. Reason: …` */
export function invalidValue(name: string, value: unknown, reason: string): ServiceError {
  return invalidParameter(`Value ${String(value)} for parameter ${name} is invalid. Reason: ${reason}`);
}

export function missingParameter(name: string): ServiceError {
  return new ServiceError('MissingParameter', `The request must contain the parameter ${name}.`);
}

export function noSuchQueue(): ServiceError {
  return new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
}
