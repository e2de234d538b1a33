import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CborDouble, decodeCbor, encodeCbor } from './cbor.ts';

test('values survive CBOR both ways', () => {
  fc.assert(
    fc.property(
      // JSON text knows no negative zero, which integers of CBOR cannot be either.
      fc.jsonValue({ noUnicodeString: false }).map((value) => JSON.parse(JSON.stringify(value)) as unknown),
      (value) => {
        expect(decodeCbor(encodeCbor(value))).toEqual(value);
      },
    ),
  );
});

// Examples of RFC 8949, appendix A.
test.each([
  ['00', 0],
  ['1903e8', 1000],
  ['1b000000e8d4a51000', 1_000_000_000_000],
  ['3903e7', -1000],
  ['f93e00', 1.5],
  ['fa47c35000', 100_000],
  ['fb3ff199999999999a', 1.1],
  ['f97c00', Number.POSITIVE_INFINITY],
  ['f5', true],
  ['f6', null],
  ['4401020304', new Uint8Array([1, 2, 3, 4])],
  ['62c3bc', 'ü'],
  ['83010203', [1, 2, 3]],
  ['a26161016162820203', { a: 1, b: [2, 3] }],
  ['5f42010243030405ff', new Uint8Array([1, 2, 3, 4, 5])],
  ['7f657374726561646d696e67ff', 'streaming'],
  ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
  ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
  ['c11a514b67b0', new Date(1_363_896_240_000)],
])('%s', (hex, value) => {
  expect(decodeCbor(Buffer.from(hex, 'hex'))).toEqual(value);
});

test('whole doubles keep their type, and cut-off input is an error', () => {
  expect(Buffer.from(encodeCbor(new CborDouble(2))).toString('hex')).toBe('fb4000000000000000');
  expect(() => decodeCbor(Buffer.from('6261', 'hex'))).toThrow();
  expect(() => decodeCbor(Buffer.from('', 'hex'))).toThrow();
});
