import { invalidBecause, parsedObject } from '../errors.ts';
import type { Subscription } from '../subscriptions/subscriptions-table.ts';
import type { Topic } from '../topics/topics-table.ts';

/** How a delivery is tried again: retries in four phases, pauses in seconds. */
export interface RetryPolicy {
  readonly numRetries: number;
  readonly numNoDelayRetries: number;
  readonly numMinDelayRetries: number;
  readonly numMaxDelayRetries: number;
  readonly minDelayTarget: number;
  readonly maxDelayTarget: number;
  readonly backoffFunction: 'linear' | 'arithmetic' | 'geometric' | 'exponential';
}

// https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
const HTTP_POLICY: RetryPolicy = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: 'linear',
};
/** For AWS's own endpoints: 3 at once, 2 after a second, 10 slower and slower, then every 20 seconds. */
const MANAGED_POLICY: RetryPolicy = {
  minDelayTarget: 1,
  maxDelayTarget: 20,
  numRetries: 100_015,
  numMaxDelayRetries: 100_000,
  numNoDelayRetries: 3,
  numMinDelayRetries: 2,
  backoffFunction: 'exponential',
};
const DEFAULT_CONTENT_TYPE = 'text/plain; charset=UTF-8';
const LONGEST_TARGET = 3600;
const MOST_RETRIES = 100;
const FUNCTIONS = ['linear', 'arithmetic', 'geometric', 'exponential'];

interface TopicPolicy {
  readonly http?: {
    readonly defaultHealthyRetryPolicy?: Partial<RetryPolicy>;
    readonly disableSubscriptionOverrides?: boolean;
    readonly defaultRequestPolicy?: { readonly headerContentType?: string };
  };
}

interface SubscriptionPolicy {
  readonly healthyRetryPolicy?: Partial<RetryPolicy> | null;
  readonly requestPolicy?: { readonly headerContentType?: string } | null;
}

/** @throws InvalidParameterException */
export function checkTopicDeliveryPolicy(text: string): void {
  const { http } = parsedObject('DeliveryPolicy', text) as TopicPolicy;
  if (http === undefined) throw invalidBecause('DeliveryPolicy', 'http must be specified');
  checkRetryPolicy(http.defaultHealthyRetryPolicy, 'http.defaultHealthyRetryPolicy');
}

/** @throws InvalidParameterException */
export function checkSubscriptionDeliveryPolicy(text: string): void {
  const policy = parsedObject('DeliveryPolicy', text) as SubscriptionPolicy & { throttlePolicy?: unknown };
  if (policy.throttlePolicy) {
    throw invalidBecause('DeliveryPolicy', 'throttlePolicy is not supported by this version of Slipway');
  }
  checkRetryPolicy(policy.healthyRetryPolicy ?? undefined, 'healthyRetryPolicy');
}

function checkRetryPolicy(policy: Partial<RetryPolicy> | undefined, name: string): void {
  if (!policy) return;
  const refuse = (what: string) => invalidBecause('DeliveryPolicy', `${name}.${what}`);
  const whole = { ...HTTP_POLICY, ...policy };
  for (const [key, value] of Object.entries(whole)) {
    if (key === 'backoffFunction') {
      if (!FUNCTIONS.includes(String(value))) throw refuse('backoffFunction is unknown');
    } else if (!Number.isInteger(value) || Number(value) < 0) {
      throw refuse(`${key} must be a number from 0 on`);
    }
  }
  if (whole.minDelayTarget < 1 || whole.minDelayTarget > whole.maxDelayTarget) {
    throw refuse('minDelayTarget must be at least 1 and at most maxDelayTarget');
  }
  if (whole.maxDelayTarget > LONGEST_TARGET) throw refuse(`maxDelayTarget must be at most ${LONGEST_TARGET}`);
  if (whole.numRetries > MOST_RETRIES) throw refuse(`numRetries must be at most ${MOST_RETRIES}`);
  if (whole.numNoDelayRetries + whole.numMinDelayRetries + whole.numMaxDelayRetries > whole.numRetries) {
    throw refuse('numRetries must be at least the retries of all phases together');
  }
}

/** A topic's policy for HTTP endpoints with the defaults. */
export function effectiveTopicPolicy({ attributes }: Topic) {
  const { http = {} } = JSON.parse(attributes['DeliveryPolicy'] ?? '{}') as TopicPolicy;
  return {
    http: {
      defaultHealthyRetryPolicy: { ...HTTP_POLICY, ...http.defaultHealthyRetryPolicy },
      disableSubscriptionOverrides: http.disableSubscriptionOverrides ?? false,
      defaultRequestPolicy: { headerContentType: DEFAULT_CONTENT_TYPE, ...http.defaultRequestPolicy },
    },
  };
}

/** What holds for one HTTP endpoint. */
export function effectivePolicy(topic: Topic, { attributes }: Subscription) {
  const { http } = effectiveTopicPolicy(topic);
  const own = http.disableSubscriptionOverrides
    ? {}
    : (JSON.parse(attributes['DeliveryPolicy'] ?? '{}') as SubscriptionPolicy);
  return {
    healthyRetryPolicy: { ...http.defaultHealthyRetryPolicy, ...own.healthyRetryPolicy },
    requestPolicy: { ...http.defaultRequestPolicy, ...own.requestPolicy },
  };
}

export function retryPolicy(topic: Topic, subscription: Subscription): RetryPolicy {
  return subscription.protocol.startsWith('http')
    ? effectivePolicy(topic, subscription).healthyRetryPolicy
    : MANAGED_POLICY;
}

/**
 * The pause before a retry.
 *
 * @param retry - counted from 0
 * @returns milliseconds, or undefined when there are no more retries
 */
export function pauseBefore(retry: number, policy: RetryPolicy): number | undefined {
  const { numRetries, numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries } = policy;
  const { minDelayTarget: least, maxDelayTarget: most, backoffFunction } = policy;
  if (retry >= numRetries) return undefined;
  if (retry < numNoDelayRetries) return 0;
  if (retry < numNoDelayRetries + numMinDelayRetries) return least * 1000;
  if (retry >= numRetries - numMaxDelayRetries) return most * 1000;
  const steps = numRetries - numNoDelayRetries - numMinDelayRetries - numMaxDelayRetries;
  const step = retry - numNoDelayRetries - numMinDelayRetries;
  const part = steps === 1 ? 1 : step / (steps - 1);
  return Math.round(backoff(part, least, most, backoffFunction) * 1000);
}

/** From the least to the most pause, by the function's curve. AWS draws the curves and gives no formulas. */
function backoff(part: number, least: number, most: number, curve: RetryPolicy['backoffFunction']): number {
  switch (curve) {
    case 'linear':
      return least + (most - least) * part;
    case 'arithmetic':
      return least + (most - least) * part ** 2;
    default:
      return least * (most / least) ** part;
  }
}
