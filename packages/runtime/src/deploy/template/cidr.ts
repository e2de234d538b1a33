import { isIPv6 } from 'node:net';
import { wrongFunction } from './invalid.ts';

/**
 * `Fn::Cidr`: consecutive address blocks inside a block.
 *
 * @param block - such as `10.0.0.0/16` or `2001:db8::/56`
 * @param count - how many, 1 to 256
 * @param bits - host bits of each, so that 8 makes /24 of IPv4; default 8, or 64 for IPv6
 */
export function cidrBlocks(block: string, count: number, bits?: number): string[] {
  const [address = '', lengthText = ''] = block.split('/');
  const v6 = isIPv6(address);
  const width = v6 ? 128 : 32;
  const length = Number(lengthText);
  const hostBits = bits ?? (v6 ? 64 : 8);
  const start = v6 ? parseV6(address) : parseV4(address);
  if (start === undefined || lengthText === '' || !(length >= 0 && length <= width)) {
    throw wrongFunction(`Fn::Cidr: ${block} is not a CIDR block`);
  }
  if (!(count >= 1 && count <= 256) || !(hostBits >= 1 && hostBits <= width - length)) {
    throw wrongFunction(`Fn::Cidr cannot make ${count} blocks of ${hostBits} bits in ${block}`);
  }
  const size = 1n << BigInt(hostBits);
  const room = 1n << BigInt(width - length);
  if (size * BigInt(count) > room) {
    throw wrongFunction(`Fn::Cidr cannot make ${count} blocks of ${hostBits} bits in ${block}`);
  }
  const base = (start / room) * room;
  return Array.from({ length: count }, (_, index) => {
    const first = base + size * BigInt(index);
    return `${v6 ? formatV6(first) : formatV4(first)}/${width - hostBits}`;
  });
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function formatV4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
}

function parseV6(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - front.length - back.length;
  const groups = [...front, ...Array.from({ length: missing }, () => '0'), ...back];
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function formatV6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  // The shortest form, as URLs have it.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
