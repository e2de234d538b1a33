const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/** A moment: whole milliseconds since the epoch, and nanoseconds below them for exact comparison. */
export interface Timestamp {
  readonly milliseconds: number;
  readonly nanoseconds: number;
}

/**
 * Parses the RFC 3339 profile that the Amazon States Language asks for: an upper case T, and an
 * offset or an upper case Z. Undefined for any other text.
 */
export function parseTimestamp(text: string): Timestamp | undefined {
  const parts = rfc3339.exec(text);
  if (parts === null) return undefined;
  const fraction = (parts[7] ?? '').padEnd(9, '0');
  const head = text.slice(0, 19);
  const milliseconds = Date.parse(`${head}.${fraction.slice(0, 3)}${parts[8]}`);
  // Date.parse would read 30 February as 2 March.
  const day = new Date(Date.parse(`${head}Z`));
  if (Number.isNaN(milliseconds) || day.toISOString().slice(0, 19) !== head) return undefined;
  return { milliseconds, nanoseconds: Number(fraction.slice(3)) };
}

export function compareTimestamps(a: Timestamp, b: Timestamp): number {
  return a.milliseconds - b.milliseconds || a.nanoseconds - b.nanoseconds;
}
