import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { combineCrcs } from './combine.ts';
import { crc32c } from './crc32c.ts';
import { crc64nvme } from './crc64nvme.ts';

/** The checksum algorithms that are computed here; S3 knows XXHASH64, XXHASH3 and XXHASH128 besides. */
export const ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256', 'SHA512', 'MD5'] as const;

export type Algorithm = (typeof ALGORITHMS)[number];

/** How a checksum covers an object: all its bytes, or the checksums of its parts. */
export type CoverageType = 'FULL_OBJECT' | 'COMPOSITE';

/** An object's checksum as it is stored; `value` in base64, composite ones with `-<number of parts>`. */
export interface Checksum {
  readonly algorithm: Algorithm;
  readonly type: CoverageType;
  readonly value: string;
}

/** A checksum in the making. */
export interface Digest {
  update(bytes: Uint8Array): void;
  /** In base64. */
  value(): string;
}

const BYTES: Record<Algorithm, number> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
  SHA512: 64,
  MD5: 16,
};

export function isAlgorithm(name: string | undefined): name is Algorithm {
  return ALGORITHMS.includes(name as Algorithm);
}

/** Whether a text is a checksum of this algorithm in base64. */
export function isChecksumOf(algorithm: Algorithm, value: string): boolean {
  const bytes = Buffer.from(value, 'base64');
  return bytes.length === BYTES[algorithm] && bytes.toString('base64') === value;
}

export function createDigest(algorithm: Algorithm): Digest {
  switch (algorithm) {
    case 'CRC32':
      return crcDigest(crc32);
    case 'CRC32C':
      return crcDigest(crc32c);
    case 'CRC64NVME': {
      let crc = 0n;
      return {
        update(bytes) {
          crc = crc64nvme(bytes, crc);
        },
        value() {
          const bytes = Buffer.alloc(8);
          bytes.writeBigUInt64BE(crc);
          return bytes.toString('base64');
        },
      };
    }
    default: {
      const hash = createHash(algorithm.toLowerCase());
      return { update: (bytes) => void hash.update(bytes), value: () => hash.digest('base64') };
    }
  }
}

function crcDigest(compute: (bytes: Uint8Array, previous: number) => number): Digest {
  let crc = 0;
  return {
    update(bytes) {
      crc = compute(bytes, crc);
    },
    value() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(crc);
      return bytes.toString('base64');
    },
  };
}

/** A part of an upload with its checksum in base64. */
export interface DigestedPart {
  readonly size: number;
  readonly checksum: string;
}

/**
 * The checksum of an object uploaded in parts. A composite one is the checksum of the parts' checksums;
 * a full one is computed from the parts' CRCs without reading their bytes again.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export function combineParts(
  algorithm: Algorithm,
  type: CoverageType,
  parts: readonly DigestedPart[],
): Checksum {
  if (type === 'COMPOSITE') {
    const digest = createDigest(algorithm);
    for (const { checksum } of parts) digest.update(Buffer.from(checksum, 'base64'));
    return { algorithm, type, value: `${digest.value()}-${parts.length}` };
  }
  if (algorithm !== 'CRC32' && algorithm !== 'CRC32C' && algorithm !== 'CRC64NVME') {
    throw new Error(`${algorithm} of a whole object cannot be computed from its parts`);
  }
  const pieces = parts.map(({ size, checksum }) => ({
    length: size,
    crc: BigInt(`0x${Buffer.from(checksum, 'base64').toString('hex')}`),
  }));
  const hex = combineCrcs(algorithm, pieces)
    .toString(16)
    .padStart(BYTES[algorithm] * 2, '0');
  return { algorithm, type, value: Buffer.from(hex, 'hex').toString('base64') };
}
