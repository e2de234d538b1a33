import { ServiceError } from '../../dispatch/errors.ts';

/** Faults in the words of Step Functions (observed on the service). */

export function invalidArn(arn: string): ServiceError {
  const prefix = arn.startsWith('arn:aws') ? 'Resource type not valid in this context' : 'Invalid ARN prefix';
  return new ServiceError('InvalidArn', `Invalid Arn: '${prefix}: ${arn}'`);
}

export function invalidName(name: string): ServiceError {
  return new ServiceError('InvalidName', `Invalid Name: '${name}'`);
}

export function machineDoesNotExist(arn: string): ServiceError {
  return new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
}

export function executionDoesNotExist(arn: string): ServiceError {
  return new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
}

export function activityDoesNotExist(arn: string): ServiceError {
  return new ServiceError('ActivityDoesNotExist', `Activity Does Not Exist: '${arn}'`);
}

export function resourceNotFound(arn: string): ServiceError {
  return new ServiceError('ResourceNotFound', `Resource not found: '${arn}'`, { resourceName: arn });
}

export function invalidToken(): ServiceError {
  return new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
}

export function validation(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
