import type { Tag } from '@aws-sdk/client-s3';
import { ServiceError } from '../../dispatch/errors.ts';
import { parseQuery } from '../../wire/request.ts';
import { fault, invalidArgument } from './errors.ts';

const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

const KINDS = {
  object: {
    most: 10,
    system: 'Your TagKey cannot be prefixed with aws:',
    many: 'Object tags cannot be greater than 10',
  },
  bucket: {
    most: 50,
    system: 'System tags cannot be added/updated by requester',
    many: 'Bucket tag count cannot be greater than 50',
  },
} as const;

/**
 * Checks tags as S3 does.
 *
 * @throws InvalidTag, BadRequest when there are too many
 */
export function checkTags(tags: readonly Partial<Tag>[], kind: keyof typeof KINDS): Tag[] {
  const { most, system, many } = KINDS[kind];
  if (tags.length > most) throw new ServiceError('BadRequest', many);
  const seen = new Set<string>();
  return tags.map(({ Key = '', Value = '' }) => {
    const refuse = (message: string, fields = {}) => fault('InvalidTag', { TagKey: Key, ...fields }, message);
    if (seen.has(Key)) throw refuse('Cannot provide multiple Tags with the same key');
    seen.add(Key);
    if (Key.startsWith('aws:')) throw refuse(system);
    if (Key === '' || [...Key].length > LONGEST_KEY || !ALLOWED.test(Key)) {
      throw refuse('The TagKey you have provided is invalid');
    }
    if ([...Value].length > LONGEST_VALUE || !ALLOWED.test(Value)) {
      throw refuse('The TagValue you have provided is invalid', { TagValue: Value });
    }
    return { Key, Value };
  });
}

/** Tags in the header of a request that writes an object: `a=1&b=2`. @throws InvalidArgument, InvalidTag */
export function tagsInHeader(header: string | undefined): Tag[] | undefined {
  if (header === undefined || header === '') return undefined;
  const pairs = [...parseQuery(header)];
  if (
    pairs.some(([, values]) => values.length > 1) ||
    pairs.some(([Key, [Value = '']]) => /,/.test(Key + Value))
  ) {
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      'x-amz-tagging',
      header,
    );
  }
  const tags = checkTags(
    pairs.map(([Key, [Value = '']]) => ({ Key, Value })),
    'object',
  );
  return tags.sort((a, b) => (a.Key! < b.Key! ? -1 : 1));
}
