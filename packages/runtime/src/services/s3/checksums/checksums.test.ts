import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Algorithm, combineParts, createDigest, isChecksumOf } from './digest.ts';

function digest(algorithm: Algorithm, ...pieces: Uint8Array[]): string {
  const made = createDigest(algorithm);
  for (const piece of pieces) made.update(piece);
  return made.value();
}

// Published check values: the CRC catalogue's for the text 123456789, FIPS 180's for the hashes.
test.each([
  ['CRC32', 'cbf43926'],
  ['CRC32C', 'e3069283'],
  ['CRC64NVME', 'ae8b14860a799888'],
  ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
  ['SHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  ['MD5', '25f9e794323b453885f5181f1b624d0b'],
] as const)('%s of 123456789 is %s', (algorithm, hex) => {
  const value = digest(algorithm, Buffer.from('123456789'));
  expect(Buffer.from(value, 'base64').toString('hex')).toBe(hex);
  expect(isChecksumOf(algorithm, value)).toBe(true);
  expect(isChecksumOf(algorithm, 'checksum')).toBe(false);
});

const bytes = fc.uint8Array({ maxLength: 100 });

test('pieces give the same as the whole, wherever it is cut', () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 5 }), (pieces) => {
      const whole = Buffer.concat(pieces);
      for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA256'] as const) {
        expect(digest(algorithm, ...pieces)).toBe(digest(algorithm, whole));
      }
      expect(Buffer.from(digest('CRC32', whole), 'base64').readUInt32BE()).toBe(crc32(whole));
    }),
  );
});

test("a whole object's CRC comes from its parts' CRCs", () => {
  fc.assert(
    fc.property(fc.array(bytes, { minLength: 1, maxLength: 6 }), (pieces) => {
      for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME'] as const) {
        const parts = pieces.map((piece) => ({ size: piece.length, checksum: digest(algorithm, piece) }));
        expect(combineParts(algorithm, 'FULL_OBJECT', parts).value).toBe(
          digest(algorithm, Buffer.concat(pieces)),
        );
      }
    }),
  );
});

test('a composite checksum is the checksum of the checksums, with the number of parts', () => {
  // Recorded on AWS for three parts of 5,242,881 letters a.
  const part = Buffer.alloc(5_242_881, 'a');
  const parts = Array.from({ length: 3 }, () => ({ size: part.length, checksum: digest('SHA256', part) }));
  expect(parts[0]!.checksum).toBe('DjU70AB1bON8k0n0fVHv2PJQVWcA/jWsITp6ti20Tbs=');
  expect(combineParts('SHA256', 'COMPOSITE', parts).value).toBe(
    'dVAleH1OmqkLvByTMLIWSjNCz3x2Ul1KJEZw3eQ2Fqg=-3',
  );
});
