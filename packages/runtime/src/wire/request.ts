import type { IncomingMessage } from 'node:http';
import { headersInQuery } from './presigned.ts';

/** An HTTP request taken apart, nothing normalised: S3 keys must arrive byte for byte. */
export interface WireRequest {
  readonly method: string;
  /** The path as sent, percent-encoding and dots untouched. */
  readonly path: string;
  /** Query parameters in order, decoded; a parameter without `=` has the value ''. */
  readonly query: ReadonlyMap<string, readonly string[]>;
  /** Lower-case names; repeated headers joined as Node joins them; those of a presigned URL's query too. */
  readonly headers: Readonly<Record<string, string>>;
  readonly message: IncomingMessage;
  readonly requestId: string;
}

export function readRequest(message: IncomingMessage, requestId: string): WireRequest {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  const query = parseQuery(mark < 0 ? '' : url.slice(mark + 1));
  const headers = headersInQuery(query);
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: message.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query,
    headers,
    message,
    requestId,
  };
}

/** Parses `a=1&b&a=2`, in a query string or a form body. */
export function parseQuery(text: string): Map<string, string[]> {
  const query = new Map<string, string[]>();
  for (const part of text.split('&')) {
    if (part === '') continue;
    const mark = part.indexOf('=');
    const name = decodeQuery(mark < 0 ? part : part.slice(0, mark));
    const value = mark < 0 ? '' : decodeQuery(part.slice(mark + 1));
    const values = query.get(name);
    if (values) values.push(value);
    else query.set(name, [value]);
  }
  return query;
}

function decodeQuery(text: string): string {
  return decodePercent(text.replaceAll('+', ' '));
}

/** Decodes percent-encoding; text that is not valid encoding stays as it is. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
