import { ServiceError } from '../../dispatch/errors.ts';
import { limitExceeded } from './failures.ts';

export interface Tag {
  Key: string;
  Value: string;
}

const MOST_TAGS = 50;

/** The tags of a new entity; keys that differ in case only are the same key. */
export function newTags(tags: readonly Tag[] | undefined): Tag[] {
  return withTags([], tags ?? []);
}

/**
 * Sets tags over those an entity has.
 *
 * @throws InvalidInput for a key given twice or reserved, LimitExceeded for more than 50 tags
 */
export function withTags(present: readonly Tag[], added: readonly Tag[]): Tag[] {
  const keys = new Set(added.map(({ Key }) => Key.toLowerCase()));
  if (keys.size < added.length) {
    throw new ServiceError(
      'InvalidInputException',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
  }
  const tags = [...present];
  for (const tag of added) {
    const index = tags.findIndex(({ Key }) => Key.toLowerCase() === tag.Key.toLowerCase());
    if (index < 0) tags.push({ ...tag });
    else tags[index] = { ...tag };
  }
  if (tags.length > MOST_TAGS) {
    throw limitExceeded('The number of tags has reached the maximum limit.');
  }
  return tags;
}

export function withoutTags(present: readonly Tag[], keys: readonly string[]): Tag[] {
  const removed = new Set(keys.map((key) => key.toLowerCase()));
  return present.filter(({ Key }) => !removed.has(Key.toLowerCase()));
}
