/**
 * Values as the services handle them (the AWS SDK's types: dates, byte arrays) to JSON text and back,
 * losslessly. Used for rows, orders and kept responses; never on the wire.
 *
 * A date becomes `{"$date":<ms>}`, bytes become `{"$bytes":"<base64>"}`; an ordinary object that has
 * such a member itself is wrapped as `{"$object":…}`.
 */
export function encode(value: unknown): string {
  return JSON.stringify(toJson(value));
}

export function decode<T>(text: string): T {
  return fromJson(JSON.parse(text)) as T;
}

const MARKS = new Set(['$date', '$bytes', '$object']);

function toJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return { $date: value.getTime() };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(toJson);
  const plain: Record<string, unknown> = {};
  let marked = false;
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    marked ||= MARKS.has(key);
    plain[key] = toJson(member);
  }
  return marked ? { $object: plain } : plain;
}

function fromJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(fromJson);
  const { $date, $bytes, $object } = value as { $date?: number; $bytes?: string; $object?: object };
  if ($date !== undefined) return new Date($date);
  if ($bytes !== undefined) return new Uint8Array(Buffer.from($bytes, 'base64'));
  const plain: Record<string, unknown> = {};
  for (const [key, member] of Object.entries($object ?? value)) plain[key] = fromJson(member);
  return plain;
}
