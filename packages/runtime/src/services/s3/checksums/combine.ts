/**
 * The CRC of two pieces joined, from the CRCs of the pieces: shifting the first past the second is
 * multiplying it by x^(8·length) modulo the polynomial.
 * M. Adler's method in zlib's crc32_combine; reflected bit order, polynomials as in the reflected notation.
 */
const KINDS = {
  CRC32: { width: 32n, polynomial: 0xedb88320n },
  CRC32C: { width: 32n, polynomial: 0x82f63b78n },
  CRC64NVME: { width: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
} as const;

export type CrcKind = keyof typeof KINDS;

/** A piece's checksum and its length in bytes. */
export interface CrcPiece {
  readonly crc: bigint;
  readonly length: number;
}

const shifts = new Map<string, bigint>();

/** @returns the CRC of all pieces joined in order */
export function combineCrcs(kind: CrcKind, pieces: readonly CrcPiece[]): bigint {
  return pieces.reduce((crc, piece) => multiply(kind, shiftBy(kind, piece.length), crc) ^ piece.crc, 0n);
}

/** x^(8·length) modulo the polynomial. Parts of one upload are mostly equally long, so it is kept. */
function shiftBy(kind: CrcKind, length: number): bigint {
  const key = `${kind}/${length}`;
  const known = shifts.get(key);
  if (known !== undefined) return known;
  const { width } = KINDS[kind];
  let result = 1n << (width - 1n);
  // x^8, squared for each binary digit of the length.
  let power = 1n << (width - 9n);
  for (let rest = BigInt(length); rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(kind, power, result);
    power = multiply(kind, power, power);
  }
  if (shifts.size > 100) shifts.clear();
  shifts.set(key, result);
  return result;
}

function multiply(kind: CrcKind, a: bigint, b: bigint): bigint {
  const { width, polynomial } = KINDS[kind];
  let product = 0n;
  let factor = b;
  for (let bit = 1n << (width - 1n); bit > 0n; bit >>= 1n) {
    if (a & bit) product ^= factor;
    factor = factor & 1n ? (factor >> 1n) ^ polynomial : factor >> 1n;
  }
  return product;
}
