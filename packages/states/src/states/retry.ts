import type { Retrier } from '../definition/model.ts';
import type { Progress, RetryUse } from '../engine/flow.ts';
import { errorMatches, type Failure } from '../failures.ts';

/** The shortest delay that scaling may leave, in seconds. */
const shortestScaledDelay = 0.1;

/** A delay as it passes when time is scaled: never longer than it was, and a real pause stays one. */
export function scaledSeconds(seconds: number, timeScale: number): number {
  if (timeScale <= 1) return seconds;
  return Math.min(seconds, Math.max(shortestScaledDelay, seconds / timeScale));
}

export interface RetryPlan {
  readonly delaySeconds: number;
  readonly retries: readonly RetryUse[];
}

export interface RetryCircumstances {
  readonly now: number;
  readonly random: () => number;
  readonly timeScale: number;
}

/**
 * Whether a failure is retried, and when. The first retrier whose ErrorEquals fits decides alone: when
 * its attempts are used up the failure goes to the catchers, even if a later retrier would fit too.
 *
 * Attempts count one by one as in the Amazon States Language. With scaled time they would be used up
 * too early by a state machine that polls a job by failing: 600 attempts 30 s apart allow a job five
 * hours, and sixty times faster they would allow it five minutes, though the job itself does not run
 * faster. So a scaled retrier is exhausted only when both its attempts are used and the time has
 * passed that they would have taken unscaled, counted from its first use in this visit. Delays grow
 * with the real number of attempts, which keeps the additional ones few where BackoffRate is above 1.
 */
export function planRetry(
  retriers: readonly Retrier[],
  failure: Failure,
  progress: Progress,
  circumstances: RetryCircumstances,
): RetryPlan | undefined {
  const index = retriers.findIndex(({ errorEquals }) =>
    errorEquals.some((name) => errorMatches(name, failure)),
  );
  const retrier = retriers[index];
  if (retrier === undefined || retrier.maxAttempts === 0) return undefined;
  const { now, random, timeScale } = circumstances;
  const use = progress.retries[index] ?? { used: 0, since: now };
  if (isExhausted(retrier, use, circumstances)) return undefined;
  const delay = unscaledDelay(retrier, use.used);
  const jittered = retrier.fullJitter ? delay * random() : delay;
  const retries = retriers.map((_, i) => progress.retries[i] ?? { used: 0, since: now });
  retries[index] = { used: use.used + 1, since: use.used === 0 ? now : use.since };
  return { delaySeconds: scaledSeconds(jittered, timeScale), retries };
}

function isExhausted(retrier: Retrier, use: RetryUse, { now, timeScale }: RetryCircumstances): boolean {
  if (use.used < retrier.maxAttempts) return false;
  return timeScale <= 1 || (now - use.since) / 1000 >= unscaledBudget(retrier);
}

/** Seconds before retry number `used` (from 0): IntervalSeconds times BackoffRate each time, up to MaxDelaySeconds. */
function unscaledDelay(retrier: Retrier, used: number): number {
  const delay = retrier.intervalSeconds * retrier.backoffRate ** used;
  return Math.min(delay, retrier.maxDelaySeconds ?? Number.POSITIVE_INFINITY);
}

/** Seconds that all attempts of a retrier together wait without scaling; a year at most, as executions do. */
function unscaledBudget(retrier: Retrier): number {
  const year = 31_622_400;
  let total = 0;
  for (let used = 0; used < retrier.maxAttempts && total < year; used += 1) {
    total += unscaledDelay(retrier, used);
  }
  return Math.min(total, year);
}
