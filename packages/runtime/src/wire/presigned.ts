import { ServiceError } from '../dispatch/errors.ts';
import { parseTimestamp } from './timestamps.ts';

type Query = ReadonlyMap<string, readonly string[]>;

// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
const AUTHENTICATION = new Set([
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-signedheaders',
]);
const LONGEST_SECONDS = 604_800;

/**
 * The headers that a presigned URL carries in its query: whoever uses the URL is not asked to send
 * them, and they count as if they were.
 */
export function headersInQuery(query: Query): Record<string, string> {
  const headers: Record<string, string> = {};
  if (!query.has('X-Amz-Signature') && !query.has('Signature')) return headers;
  for (const [name, [value = '']] of query) {
    const lower = name.toLowerCase();
    if (lower.startsWith('x-amz-') && !AUTHENTICATION.has(lower)) headers[lower] = value;
  }
  return headers;
}

/**
 * Checks how long a presigned URL of either signature version may be used; the signature itself is not
 * checked on loopback.
 *
 * @throws ServiceError when the URL has expired
 */
export function checkPresigned(query: Query, now: number): void {
  const seconds = query.get('X-Amz-Expires')?.[0];
  const date = query.get('X-Amz-Date')?.[0];
  if (seconds !== undefined && date !== undefined) {
    const signed = parseTimestamp(
      date.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5'),
      'iso8601',
    );
    checkSeconds(seconds);
    if (signed) checkTime(signed.getTime() + Number(seconds) * 1000, now, { 'X-Amz-Expires': seconds });
  } else if (query.has('AWSAccessKeyId') && query.has('Signature')) {
    checkTime(Number(query.get('Expires')?.[0]) * 1000, now, {});
  }
}

function checkSeconds(text: string): void {
  const seconds = Number(text);
  const fault = Number.isNaN(seconds)
    ? 'X-Amz-Expires should be a number'
    : seconds < 0
      ? 'X-Amz-Expires must be non-negative'
      : seconds > LONGEST_SECONDS
        ? `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${LONGEST_SECONDS} seconds`
        : undefined;
  if (fault) throw new ServiceError('AuthorizationQueryParametersError', fault);
}

function checkTime(expires: number, now: number, fields: Record<string, string>): void {
  if (!(expires < now)) return;
  throw new ServiceError('AccessDenied', 'Request has expired', {
    status: 403,
    ...fields,
    Expires: toSeconds(expires),
    ServerTime: toSeconds(now),
  });
}

function toSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
