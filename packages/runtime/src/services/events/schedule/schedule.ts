import { ServiceError } from '../../../dispatch/errors.ts';
import { parseCron } from './cron.ts';

/** When a rule fires. */
export interface Schedule {
  /**
   * The next time after the given one; undefined when there is none any more. All times are in
   * milliseconds since the epoch.
   *
   * @param anchor - when the schedule began to hold, from which rates are counted
   */
  next(after: number, anchor: number): number | undefined;
}

const UNIT_MS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `rate(5 minutes)` or `cron(0 12 * * ? *)`.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 *
 * @throws ValidationException
 */
export function parseSchedule(expression: string): Schedule {
  const rate = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression);
  if (rate) {
    const [, count = '', unit = '', plural] = rate;
    const value = Number(count);
    if (value < 1 || (value === 1) !== (plural === '')) throw invalidSchedule();
    const interval = value * UNIT_MS[unit]!;
    return {
      next: (after, anchor) => anchor + (Math.floor(Math.max(after - anchor, 0) / interval) + 1) * interval,
    };
  }
  const cron = /^cron\((.+)\)$/.exec(expression);
  const parsed = cron && parseCron(cron[1]!);
  if (!parsed) throw invalidSchedule();
  return { next: (after) => parsed.next(after) };
}

function invalidSchedule(): ServiceError {
  return new ServiceError('ValidationException', 'Parameter ScheduleExpression is not valid.');
}
