/**
 * CRC-64/NVME, reflected polynomial 0x9A6C9329AC4BC9B5, eight bytes a step ("slicing-by-8"), in halves of
 * 32 bits because JavaScript's integer operations have no more.
 * NVM Express NVM Command Set Specification 1.0, section 5.2.1.3.4.
 */
const POLYNOMIAL_LOW = 0xac4bc9b5;
const POLYNOMIAL_HIGH = 0x9a6c9329;

/** The two halves of a 64-bit checksum. */
export interface Crc64 {
  readonly high: number;
  readonly low: number;
}

export const CRC64_START: Crc64 = { high: 0, low: 0 };

const { lows: LOWS, highs: HIGHS } = buildTables();

/** @param previous - the checksum of what came before, {@link CRC64_START} at the beginning */
export function crc64nvme(bytes: Uint8Array, previous: Crc64 = CRC64_START): Crc64 {
  const [l0, l1, l2, l3, l4, l5, l6, l7] = LOWS as [Int32Array, ...Int32Array[]];
  const [h0, h1, h2, h3, h4, h5, h6, h7] = HIGHS as [Int32Array, ...Int32Array[]];
  const { length } = bytes;
  let low = ~previous.low;
  let high = ~previous.high;
  let at = 0;
  for (const end = length - 7; at < end; at += 8) {
    low ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    high ^= bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24);
    const a = low & 0xff;
    const b = (low >>> 8) & 0xff;
    const c = (low >>> 16) & 0xff;
    const d = low >>> 24;
    const e = high & 0xff;
    const f = (high >>> 8) & 0xff;
    const g = (high >>> 16) & 0xff;
    const h = high >>> 24;
    low = l7![a]! ^ l6![b]! ^ l5![c]! ^ l4![d]! ^ l3![e]! ^ l2![f]! ^ l1![g]! ^ l0[h]!;
    high = h7![a]! ^ h6![b]! ^ h5![c]! ^ h4![d]! ^ h3![e]! ^ h2![f]! ^ h1![g]! ^ h0[h]!;
  }
  for (; at < length; at++) {
    const byte = (low ^ bytes[at]!) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ l0[byte]!;
    high = (high >>> 8) ^ h0[byte]!;
  }
  return { high: ~high >>> 0, low: ~low >>> 0 };
}

function buildTables(): { lows: Int32Array[]; highs: Int32Array[] } {
  const lows = Array.from({ length: 8 }, () => new Int32Array(256));
  const highs = Array.from({ length: 8 }, () => new Int32Array(256));
  for (let byte = 0; byte < 256; byte++) {
    let low = byte;
    let high = 0;
    for (let bit = 0; bit < 8; bit++) {
      const odd = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (odd) {
        low ^= POLYNOMIAL_LOW;
        high ^= POLYNOMIAL_HIGH;
      }
    }
    lows[0]![byte] = low;
    highs[0]![byte] = high;
  }
  for (let step = 1; step < 8; step++) {
    for (let byte = 0; byte < 256; byte++) {
      const low = lows[step - 1]![byte]!;
      const high = highs[step - 1]![byte]!;
      lows[step]![byte] = ((low >>> 8) | (high << 24)) ^ lows[0]![low & 0xff]!;
      highs[step]![byte] = (high >>> 8) ^ highs[0]![low & 0xff]!;
    }
  }
  return { lows, highs };
}
