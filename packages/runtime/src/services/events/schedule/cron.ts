import { parseDayOfMonth, parseDayOfWeek } from './cron-days.ts';
import { parseField } from './cron-field.ts';

/** A cron expression of AWS: minutes, hours, day of month, month, day of week, year; in UTC. */
export interface Cron {
  /** The first time after the given one; undefined when no year is left. */
  next(after: number): number | undefined;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const FIRST_YEAR = 1970;
const LAST_YEAR = 2199;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** @returns undefined when the expression is not valid */
export function parseCron(expression: string): Cron | undefined {
  const [minute, hour, dayOfMonth, month, dayOfWeek, year, ...rest] = expression.trim().split(/\s+/);
  if (!minute || !hour || !dayOfMonth || !month || !dayOfWeek || !year || rest.length > 0) return undefined;
  // One of the two days has to be left open with `?`, and only one.
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) return undefined;
  const minutes = parseField(minute, 0, 59);
  const hours = parseField(hour, 0, 23);
  const months = parseField(month, 1, 12, MONTHS);
  const years = parseField(year, FIRST_YEAR, LAST_YEAR);
  const days = dayOfMonth === '?' ? parseDayOfWeek(dayOfWeek) : parseDayOfMonth(dayOfMonth);
  if (!minutes || !hours || !months || !years || !days) return undefined;

  const sortedMinutes = [...minutes].sort((a, b) => a - b);
  const sortedHours = [...hours].sort((a, b) => a - b);
  const firstOfDay = (day: number, from: number): number | undefined => {
    for (const hourOfDay of sortedHours) {
      for (const minuteOfHour of sortedMinutes) {
        const time = day + (hourOfDay * 60 + minuteOfHour) * MINUTE_MS;
        if (time >= from) return time;
      }
    }
    return undefined;
  };

  return {
    next(after) {
      const from = (Math.floor(after / MINUTE_MS) + 1) * MINUTE_MS;
      for (let day = Math.floor(from / DAY_MS) * DAY_MS; ; day += DAY_MS) {
        const date = new Date(day);
        if (date.getUTCFullYear() > LAST_YEAR) return undefined;
        if (!years.has(date.getUTCFullYear()) || !months.has(date.getUTCMonth() + 1) || !days(date)) continue;
        const time = firstOfDay(day, from);
        if (time !== undefined) return time;
      }
    },
  };
}
