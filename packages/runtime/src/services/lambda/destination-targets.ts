import { notSupported } from './errors.ts';

/** The service that an ARN belongs to, or undefined when the text is no ARN. */
export function serviceOf(arn: string): string | undefined {
  return /^arn:aws[a-zA-Z0-9-]*:([a-z0-9-]+):/.exec(arn)?.[1];
}

/** Services that results of asynchronous invocations can be sent to here. */
export const DESTINATION_SERVICES = new Set(['lambda', 'events', 's3']);

/** @throws ServiceError for a dead-letter queue: its services, SQS and SNS, are not served */
export function checkDeadLetterTarget(arn: string | undefined): void {
  if (arn) {
    throw notSupported(
      `A dead-letter queue in ${serviceOf(arn) ?? arn} is (an on-failure destination to Lambda, EventBridge or S3 does the same)`,
    );
  }
}
