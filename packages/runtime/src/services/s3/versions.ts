import type { Ids } from '../../store/ids.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._';
const SEQUENCE_LETTERS = 9;
const RANDOM_LETTERS = 21;

/** The version of objects written while versioning is not enabled. */
export const NULL_VERSION = 'null';

/**
 * Numbers that grow with every write, over restarts too: microseconds of the clock, moved on where two
 * writes meet in one. They order the versions of a key.
 */
export class Sequence {
  #last = 0;

  /** @param floor - a number that the next one has to be above, for a clock that went back */
  next(now: number, floor = 0): number {
    this.#last = Math.max(this.#last + 1, now * 1000, floor + 1);
    return this.#last;
  }
}

/**
 * A version id in S3's form, 32 letters. It holds the version's place in the order, so that a listing can
 * go on behind a version that is gone, and two letters that tell ids given out here from foreign ones.
 */
export function versionId(sequence: number, ids: Ids): string {
  let place = '';
  for (let rest = sequence; place.length < SEQUENCE_LETTERS; rest = Math.floor(rest / 64)) {
    place = letter(rest % 64) + place;
  }
  const text = ids.base32(RANDOM_LETTERS).toLowerCase() + place;
  return text + check(text);
}

/** @returns the place in the order, or undefined when the id is none of ours */
export function sequenceOf(id: string): number | undefined {
  if (id.length !== RANDOM_LETTERS + SEQUENCE_LETTERS + 2 || check(id.slice(0, -2)) !== id.slice(-2)) {
    return undefined;
  }
  let sequence = 0;
  for (const char of id.slice(RANDOM_LETTERS, -2)) sequence = sequence * 64 + ALPHABET.indexOf(char);
  return sequence;
}

/** The place in the order as events have it: hexadecimal digits that compare like numbers. */
export function sequencer(sequence: number): string {
  return sequence.toString(16).toUpperCase().padStart(18, '0');
}

function check(text: string): string {
  let sum = 7;
  for (const char of text) sum = (sum * 31 + char.charCodeAt(0)) % 4093;
  return letter(Math.floor(sum / 64)) + letter(sum % 64);
}

function letter(index: number): string {
  return ALPHABET[index]!;
}
