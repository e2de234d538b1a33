/**
 * The part of CBOR (RFC 8949) that AWS's rpc-v2-cbor protocol uses: numbers, strings, byte strings,
 * arrays, maps, booleans, null, and tag 1 for timestamps (epoch seconds).
 * https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 */
export function decodeCbor(bytes: Uint8Array): unknown {
  const reader: Reader = {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    at: 0,
  };
  const value = readItem(reader);
  if (value === BREAK) throw new RangeError('A CBOR item ends where none began');
  return value;
}

interface Reader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
}

const BREAK = Symbol('break');
const INDEFINITE = 31;

function readItem(reader: Reader): unknown {
  const initial = reader.view.getUint8(reader.at++);
  const major = initial >> 5;
  const info = initial & 0x1f;
  switch (major) {
    case 0:
      return readLength(reader, info);
    case 1:
      return -1 - readLength(reader, info);
    case 2:
      return Uint8Array.from(Buffer.concat(readChunks(reader, info)));
    case 3:
      return Buffer.concat(readChunks(reader, info)).toString('utf8');
    case 4:
      return readItems(reader, info, 1);
    case 5: {
      const items = readItems(reader, info, 2);
      const pairs = Array.from({ length: items.length / 2 }, (_, i) => [
        String(items[2 * i]),
        items[2 * i + 1],
      ]);
      return Object.fromEntries(pairs) as unknown;
    }
    case 6: {
      const tag = readLength(reader, info);
      const value = readItem(reader);
      return tag === 1 ? new Date(Math.round(Number(value) * 1000)) : value;
    }
    default:
      return readSimple(reader, info);
  }
}

function readLength(reader: Reader, info: number): number {
  const { view } = reader;
  if (info < 24) return info;
  const size = 1 << (info - 24);
  const at = reader.at;
  reader.at += size;
  if (size === 1) return view.getUint8(at);
  if (size === 2) return view.getUint16(at);
  if (size === 4) return view.getUint32(at);
  if (size === 8) return Number(view.getBigUint64(at));
  throw new RangeError('A CBOR item has an unknown length');
}

function readChunks(reader: Reader, info: number): Uint8Array[] {
  if (info !== INDEFINITE) {
    const length = readLength(reader, info);
    const chunk = reader.bytes.subarray(reader.at, reader.at + length);
    if (chunk.length < length) throw new RangeError('A CBOR string is cut off');
    reader.at += length;
    return [chunk];
  }
  const chunks: Uint8Array[] = [];
  for (let item = readItem(reader); item !== BREAK; item = readItem(reader)) {
    chunks.push(typeof item === 'string' ? Buffer.from(item) : (item as Uint8Array));
  }
  return chunks;
}

function readItems(reader: Reader, info: number, perEntry: number): unknown[] {
  const items: unknown[] = [];
  if (info === INDEFINITE) {
    for (let item = readItem(reader); item !== BREAK; item = readItem(reader)) items.push(item);
    return items;
  }
  const count = readLength(reader, info) * perEntry;
  for (let index = 0; index < count; index++) items.push(readItem(reader));
  return items;
}

function readSimple(reader: Reader, info: number): unknown {
  const { view } = reader;
  switch (info) {
    case 20:
      return false;
    case 21:
      return true;
    case 22:
      return null;
    case 23:
      return undefined;
    case 25:
      reader.at += 2;
      return view.getFloat16(reader.at - 2);
    case 26:
      reader.at += 4;
      return view.getFloat32(reader.at - 4);
    case 27:
      reader.at += 8;
      return view.getFloat64(reader.at - 8);
    case INDEFINITE:
      return BREAK;
    default:
      throw new RangeError(`CBOR simple value ${info} is not used by AWS`);
  }
}

/** A number that has to be written as a float even where it is whole. */
export class CborDouble {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

export function encodeCbor(value: unknown): Uint8Array {
  const chunks: Uint8Array[] = [];
  writeItem(value, chunks);
  return Buffer.concat(chunks);
}

function writeItem(value: unknown, chunks: Uint8Array[]): void {
  if (value === null || value === undefined) chunks.push(Uint8Array.of(0xf6));
  else if (typeof value === 'boolean') chunks.push(Uint8Array.of(value ? 0xf5 : 0xf4));
  else if (typeof value === 'number') writeNumber(value, chunks);
  else if (typeof value === 'string') {
    const text = Buffer.from(value, 'utf8');
    chunks.push(head(3, text.length), text);
  } else if (value instanceof CborDouble) chunks.push(float(value.value));
  else if (value instanceof Date) chunks.push(Uint8Array.of(0xc1), float(value.getTime() / 1000));
  else if (value instanceof Uint8Array) chunks.push(head(2, value.length), value);
  else if (Array.isArray(value)) {
    chunks.push(head(4, value.length));
    for (const item of value) writeItem(item, chunks);
  } else {
    const entries = Object.entries(value as Record<string, unknown>).filter(([, item]) => item !== undefined);
    chunks.push(head(5, entries.length));
    for (const [key, item] of entries) {
      writeItem(key, chunks);
      writeItem(item, chunks);
    }
  }
}

function writeNumber(value: number, chunks: Uint8Array[]): void {
  if (!Number.isSafeInteger(value)) chunks.push(float(value));
  else chunks.push(value >= 0 ? head(0, value) : head(1, -1 - value));
}

function float(value: number): Uint8Array {
  const bytes = new Uint8Array(9);
  bytes[0] = 0xfb;
  new DataView(bytes.buffer).setFloat64(1, value);
  return bytes;
}

function head(major: number, length: number): Uint8Array {
  const top = major << 5;
  if (length < 24) return Uint8Array.of(top | length);
  const bytes = new Uint8Array(length < 0x100 ? 2 : length < 0x10000 ? 3 : length < 2 ** 32 ? 5 : 9);
  const view = new DataView(bytes.buffer);
  bytes[0] = top | (bytes.length === 2 ? 24 : bytes.length === 3 ? 25 : bytes.length === 5 ? 26 : 27);
  if (bytes.length === 2) view.setUint8(1, length);
  else if (bytes.length === 3) view.setUint16(1, length);
  else if (bytes.length === 5) view.setUint32(1, length);
  else view.setBigUint64(1, BigInt(length));
  return bytes;
}
