import { invalid } from '../../deploy/template/invalid.ts';
import { ServiceError } from '../../dispatch/errors.ts';

export { invalid };

// The service has three ways to say so, depending on the operation (each recorded on AWS).
export const noStackWithId = (name: string) => invalid(`Stack with id ${name} does not exist`);
export const noStack = (name: string) => invalid(`Stack [${name}] does not exist`);
export const noStackQuoted = (name: string) => invalid(`Stack '${name}' does not exist`);

export function alreadyExists(name: string): ServiceError {
  return new ServiceError('AlreadyExistsException', `Stack [${name}] already exists`);
}

export function changeSetNotFound(name: string): ServiceError {
  return new ServiceError('ChangeSetNotFoundException', `ChangeSet [${name}] does not exist`);
}

/** A status in which an operation is not possible. */
export function wrongState(stackId: string, status: string, verb: string): ServiceError {
  return invalid(`Stack:${stackId} is in ${status} state and can not be ${verb}.`);
}

/** A member of a request that this version does not carry out. */
export function notSupported(member: string, advice: string): ServiceError {
  return invalid(`${member} is not supported by this version of Slipway: ${advice}`);
}
