import { createHash, randomBytes } from 'node:crypto';

/** Source of identifiers, injected so that tests can repeat them. */
export interface Ids {
  /** RFC 4122 version 4, lower case. */
  uuid(): string;
  /** `length` lower-case hexadecimal characters. */
  hex(length: number): string;
  /** `length` characters A–Z and 2–7, as in access key ids and role ids. */
  base32(length: number): string;
  /** 26 characters of Crockford's base 32 in upper case, ordered by time. */
  ulid(time: number): string;
  /** A number in [0, 1). */
  random(): number;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

// Asking the operating system costs more than an identifier; so it is asked for many at once.
const POOL = 4096;

/** Identifiers from a byte source; the default is the operating system's. */
export function createIds(bytes: (count: number) => Uint8Array = pooledBytes()): Ids {
  const letters = (alphabet: string, length: number) => {
    let text = '';
    for (const byte of bytes(length)) text += alphabet[byte % 32];
    return text;
  };
  return {
    uuid() {
      const raw = Buffer.from(bytes(16));
      raw[6] = (raw[6]! & 0x0f) | 0x40;
      raw[8] = (raw[8]! & 0x3f) | 0x80;
      const hex = raw.toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
    hex: (length) =>
      Buffer.from(bytes(Math.ceil(length / 2)))
        .toString('hex')
        .slice(0, length),
    base32: (length) => letters(BASE32, length),
    ulid(time) {
      let rest = time;
      let stamp = '';
      for (let place = 0; place < 10; place++) {
        stamp = CROCKFORD[rest % 32] + stamp;
        rest = Math.floor(rest / 32);
      }
      return stamp + letters(CROCKFORD, 16);
    },
    random: () => Buffer.from(bytes(6)).readUIntBE(0, 6) / 2 ** 48,
  };
}

/** Bytes of the operating system; each is given out once. */
function pooledBytes(): (count: number) => Uint8Array {
  let pool = new Uint8Array();
  let at = 0;
  return (count) => {
    if (at + count > pool.length) {
      pool = randomBytes(Math.max(POOL, count));
      at = 0;
    }
    at += count;
    return pool.subarray(at - count, at);
  };
}

/** A reproducible byte source for tests: the same seed gives the same identifiers. */
export function seededBytes(seed: string): (count: number) => Uint8Array {
  let block = 0;
  return (count) => {
    const parts: Buffer[] = [];
    for (let have = 0; have < count; have += 32) {
      parts.push(createHash('sha256').update(`${seed}:${block++}`).digest());
    }
    return Buffer.concat(parts).subarray(0, count);
  };
}
