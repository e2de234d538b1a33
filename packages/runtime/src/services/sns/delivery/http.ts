const TIMEOUT_MS = 15_000;

/** An answer other than success. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  readonly status: number;

  constructor(status: number) {
    super(`The endpoint answered ${status}`);
    this.status = status;
  }

  /** Whether another try may go better: not where the endpoint says that the request is to blame. */
  get passing(): boolean {
    return this.status >= 500 || this.status === 429;
  }
}

export interface Posted {
  readonly body: string;
  readonly contentType: string;
  readonly type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly messageId: string;
  readonly topicArn: string;
  /** Not in confirmations. */
  readonly subscriptionArn?: string;
  readonly raw?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Sends a message to an address of this machine.
 * https://docs.aws.amazon.com/sns/latest/dg/http-header.html
 *
 * @throws HttpFailure, or what `fetch` throws
 */
export async function post(address: string, posted: Posted): Promise<void> {
  const response = await fetch(address, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'x-amz-sns-message-type': posted.type,
      'x-amz-sns-message-id': posted.messageId,
      'x-amz-sns-topic-arn': posted.topicArn,
      ...(posted.subscriptionArn && { 'x-amz-sns-subscription-arn': posted.subscriptionArn }),
      ...(posted.raw && { 'x-amz-sns-rawdelivery': 'true' }),
      'content-type': posted.contentType,
      'user-agent': 'Amazon Simple Notification Service Agent',
    },
    body: posted.body,
    signal: AbortSignal.any([posted.signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  await response.arrayBuffer();
  if (!response.ok) throw new HttpFailure(response.status);
}
