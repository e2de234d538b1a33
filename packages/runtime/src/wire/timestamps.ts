import type { TimestampFormat } from '../model/shapes.ts';

/** Writes a date in one of the wire formats; epoch seconds keep their milliseconds. */
export function formatTimestamp(date: Date, format: TimestampFormat): string | number {
  switch (format) {
    case 'unixTimestamp':
      return date.getTime() / 1000;
    case 'iso8601':
      return date.toISOString();
    case 'rfc822':
      return date.toUTCString();
    default:
      return format satisfies never;
  }
}

/**
 * Reads a date in the expected format; like AWS's front end, any of the three is understood.
 *
 * @returns undefined when the value is no date
 */
export function parseTimestamp(value: unknown, format: TimestampFormat): Date | undefined {
  if (typeof value === 'number') return validDate(value * 1000);
  if (typeof value !== 'string' || value === '') return undefined;
  if (format === 'unixTimestamp' && /^-?\d+(\.\d+)?$/.test(value)) return validDate(Number(value) * 1000);
  return (
    validDate(Date.parse(value)) ??
    (/^\d+(\.\d+)?$/.test(value) ? validDate(Number(value) * 1000) : undefined)
  );
}

function validDate(milliseconds: number): Date | undefined {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
