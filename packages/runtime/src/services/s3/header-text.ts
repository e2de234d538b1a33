import { invalidArgument } from './errors.ts';

const ASCII = /^[\x20-\x7e\t]*$/;
const LATIN1 = /^[\x20-\x7e\t\x80-\xff]*$/;
const ENCODED = /^=\?UTF-8\?([BQ])\?([^?]*)\?=$/i;

/**
 * User metadata as a client sends it: encoded by RFC 2047 where it is more than ASCII.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
export function decodeHeaderText(text: string): string {
  const [, kind, content = ''] = ENCODED.exec(text) ?? [];
  if (kind === undefined) return text;
  if (kind.toUpperCase() === 'B') return Buffer.from(content, 'base64').toString('utf8');
  const bytes = content
    .replaceAll('_', ' ')
    .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** User metadata as it is answered: a header is ASCII. */
export function encodeHeaderText(text: string): string {
  return ASCII.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
}

/** Headers that are answered as they are have to be writable. @throws InvalidArgument */
export function checkHeaderText(name: string, text: string | undefined): void {
  if (text === undefined || LATIN1.test(text)) return;
  throw invalidArgument('Header value cannot be represented using ISO-8859-1.', name, text);
}
