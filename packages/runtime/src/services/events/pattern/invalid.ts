import { ServiceError } from '../../../dispatch/errors.ts';

/** EventBridge's sentence for a pattern that is not in its language. */
export function invalidPattern(reason: string): ServiceError {
  return new ServiceError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}
