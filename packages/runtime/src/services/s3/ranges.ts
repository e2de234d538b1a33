import { fault, invalidArgument, invalidRequest } from './errors.ts';

/** A part of an object: the first byte and how many. */
export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

const RANGE = /^bytes=(\d*)-(\d*)$/;
const COPY_RANGE = /^bytes=(\d+)-(\d+)$/;

/**
 * The bytes that a Range header asks for. One that is malformed, or asks for several ranges, counts as
 * none, and so the whole object is given; that is what S3 does.
 *
 * @returns undefined for the whole object
 * @throws InvalidRange when the object has none of the bytes
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, first = '', last = ''] = RANGE.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    if (length === 0) throw notSatisfiable(header, size);
    return { start: size - length, length };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Number(last);
  if (last !== '' && end < start) return undefined;
  if (start >= size) throw notSatisfiable(header, size);
  return { start, length: Math.min(end, size - 1) - start + 1 };
}

/**
 * The bytes of a source that a part is copied from.
 *
 * @throws InvalidArgument, InvalidRequest
 */
export function parseCopyRange(header: string | undefined, size: number): ByteRange {
  if (header === undefined) return { start: 0, length: size };
  const name = 'x-amz-copy-source-range';
  const [, first, last] = COPY_RANGE.exec(header) ?? [];
  if (first === undefined || last === undefined || Number(last) < Number(first)) {
    throw invalidArgument(
      `The ${name} value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy`,
      name,
      header,
    );
  }
  if (Number(first) >= size) {
    throw invalidRequest('The specified copy range is invalid for the source object size');
  }
  if (Number(last) >= size) {
    throw invalidArgument(`Range specified is not valid for source object of size: ${size}`, name, header);
  }
  return { start: Number(first), length: Number(last) - Number(first) + 1 };
}

function notSatisfiable(header: string | undefined, size: number): Error {
  return fault('InvalidRange', {
    ActualObjectSize: size,
    RangeRequested: header,
    headers: { 'content-range': `bytes */${size}` },
  });
}
