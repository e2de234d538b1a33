import { numberOf, parseField } from './cron-field.ts';

/** Decides about a day, given as its midnight in UTC. */
export type DayTest = (date: Date) => boolean;

const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * The day of the month: numbers, `L` (the last), `L-3` (three before it), `15W` (the weekday nearest to
 * the 15th, in the same month), `LW` (the last weekday).
 */
export function parseDayOfMonth(text: string): DayTest | undefined {
  if (text === 'LW' || text === 'WL') {
    return (date) => date.getUTCDate() === nearestWeekday(date, lastDay(date));
  }
  const before = /^L(?:-(\d{1,2}))?$/.exec(text);
  if (before) {
    const offset = Number(before[1] ?? 0);
    return offset > 30 ? undefined : (date) => date.getUTCDate() === lastDay(date) - offset;
  }
  const nearest = /^(\d{1,2})W$/.exec(text);
  if (nearest) {
    const day = numberOf(nearest[1]!, 1, 31);
    // A month without that day is passed over.
    if (day === undefined) return undefined;
    return (date) => day <= lastDay(date) && date.getUTCDate() === nearestWeekday(date, day);
  }
  const days = parseField(text, 1, 31);
  return days && ((date) => days.has(date.getUTCDate()));
}

/** The day of the week: 1–7 from Sunday or names, `L` (Saturday), `6L` (the last Friday), `3#2` (the second Tuesday). */
export function parseDayOfWeek(text: string): DayTest | undefined {
  if (text === 'L') return (date) => date.getUTCDay() === 6;
  const last = /^(\w{1,3})L$/.exec(text);
  if (last) {
    const day = numberOf(last[1]!, 1, 7, WEEKDAYS);
    if (day === undefined) return undefined;
    return (date) => weekday(date) === day && date.getUTCDate() > lastDay(date) - 7;
  }
  const nth = /^(\w{1,3})#([1-5])$/.exec(text);
  if (nth) {
    const day = numberOf(nth[1]!, 1, 7, WEEKDAYS);
    if (day === undefined) return undefined;
    return (date) => weekday(date) === day && Math.ceil(date.getUTCDate() / 7) === Number(nth[2]);
  }
  const days = parseField(text, 1, 7, WEEKDAYS);
  return days && ((date) => days.has(weekday(date)));
}

function weekday(date: Date): number {
  return date.getUTCDay() + 1;
}

function lastDay(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

/** The Monday-to-Friday day nearest to a day, without leaving the month. */
function nearestWeekday(date: Date, day: number): number {
  const last = lastDay(date);
  const ofWeek = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day)).getUTCDay();
  if (ofWeek === 6) return day === 1 ? 3 : day - 1;
  if (ofWeek === 0) return day === last ? day - 2 : day + 1;
  return day;
}
