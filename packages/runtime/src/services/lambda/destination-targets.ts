import { invalidParameter } from './errors.ts';

/** The service that an ARN belongs to, or undefined when the text is no ARN. */
export function serviceOf(arn: string): string | undefined {
  return /^arn:aws[a-zA-Z0-9-]*:([a-z0-9-]+):/.exec(arn)?.[1];
}

/** Services that results of asynchronous invocations can be sent to here. */
export const DESTINATION_SERVICES = new Set(['lambda', 'events', 's3', 'sns', 'sqs']);

/** @throws ServiceError where a dead-letter queue is neither a standard queue nor a topic */
export function checkDeadLetterTarget(arn: string | undefined): void {
  if (!arn) return;
  const service = serviceOf(arn);
  if ((service !== 'sqs' && service !== 'sns') || arn.endsWith('.fifo')) {
    throw invalidParameter(
      `The provided dead letter target ${arn} is invalid: it has to be a standard SQS queue or SNS topic.`,
    );
  }
}
