import { expect, test } from 'vitest';
import { cidrBlocks } from './cidr.ts';

test('blocks of IPv4 and IPv6 in a row', () => {
  expect(cidrBlocks('192.168.0.0/24', 3, 5)).toEqual([
    '192.168.0.0/27',
    '192.168.0.32/27',
    '192.168.0.64/27',
  ]);
  expect(cidrBlocks('10.1.2.3/16', 2)).toEqual(['10.1.0.0/24', '10.1.1.0/24']);
  expect(cidrBlocks('2001:db8::/56', 2)).toEqual(['2001:db8::/64', '2001:db8:0:1::/64']);
  expect(cidrBlocks('::/0', 1, 1)).toEqual(['::/127']);
});

test.each([
  ['text', 1, 8],
  ['10.0.0.0/33', 1, 8],
  ['10.0.0.256/16', 1, 8],
  ['10.0.0.0/24', 5, 6],
  ['10.0.0.0/24', 0, 4],
  ['10.0.0.0/24', 1, 25],
])('%s cannot be divided into %d blocks of %d bits', (block, count, bits) => {
  expect(() => cidrBlocks(block, count, bits)).toThrow('Fn::Cidr');
});
