import { ServiceError } from '../../dispatch/errors.ts';

/** The entity that the sentence names does not exist. */
export function noSuchEntity(sentence: string): ServiceError {
  return new ServiceError('NoSuchEntityException', sentence);
}

export function alreadyExists(sentence: string): ServiceError {
  return new ServiceError('EntityAlreadyExistsException', sentence);
}

/** What is left of an entity that has to go first, in IAM's words: `must delete policies first`. */
export function stillUsed(duty: string): ServiceError {
  return new ServiceError('DeleteConflictException', `Cannot delete entity, ${duty}.`);
}

export function limitExceeded(sentence: string): ServiceError {
  return new ServiceError('LimitExceededException', sentence);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export function quotaExceeded(quota: string, limit: number): ServiceError {
  return limitExceeded(`Cannot exceed quota for ${quota}: ${limit}`);
}

export function malformedPolicy(sentence: string): ServiceError {
  return new ServiceError('MalformedPolicyDocumentException', sentence);
}

export function validationError(sentence: string): ServiceError {
  return new ServiceError('ValidationError', sentence);
}
