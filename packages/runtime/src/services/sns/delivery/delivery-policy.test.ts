import { expect, test } from 'vitest';
import { pauseBefore, type RetryPolicy } from './delivery-policy.ts';

const POLICY: RetryPolicy = {
  numRetries: 9,
  numNoDelayRetries: 1,
  numMinDelayRetries: 2,
  numMaxDelayRetries: 1,
  minDelayTarget: 1,
  maxDelayTarget: 16,
  backoffFunction: 'exponential',
};

test.each([
  ['exponential', [0, 1000, 1000, 1000, 2000, 4000, 8000, 16_000, 16_000, undefined]],
  ['linear', [0, 1000, 1000, 1000, 4750, 8500, 12_250, 16_000, 16_000, undefined]],
  ['arithmetic', [0, 1000, 1000, 1000, 1938, 4750, 9438, 16_000, 16_000, undefined]],
] as const)('%s pauses', (backoffFunction, expected) => {
  const pauses = expected.map((_, retry) => pauseBefore(retry, { ...POLICY, backoffFunction }));
  expect(pauses).toEqual(expected);
});
