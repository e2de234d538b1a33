// Opcodes by their names in the WebAssembly specification (Core 1.0, section 5.4).
const OP = {
  block: 0x02,
  loop: 0x03,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  localGet: 0x20,
  localSet: 0x21,
  i64Load: 0x29,
  i64Load8U: 0x31,
  i32Const: 0x41,
  i32GeU: 0x4f,
  i32GtU: 0x4b,
  i32Add: 0x6a,
  i32Shl: 0x74,
  i32WrapI64: 0xa7,
  i64Const: 0x42,
  i64And: 0x83,
  i64Xor: 0x85,
  i64ShrU: 0x88,
} as const;

const I32 = 0x7f;
const I64 = 0x7e;
const NO_RESULT = 0x40;

// Locals: the parameters first.
const REGISTER = 0;
const LENGTH = 1;
const AT = 2;
const FIRST = 3;
const SECOND = 4;
// Two groups: one of i32, two of i64.
const LOCALS = [2, 1, I32, 2, I64];

/**
 * Assembles `fold(register: i64, length: i32): i64`, which takes `length` bytes at `start` of the memory
 * `m.m` into a reflected 64-bit CRC register by the sixteen tables at the memory's beginning.
 *
 * In JavaScript: while sixteen bytes are left, `first` is the register exclusive-or the next eight and
 * `second` the eight behind; the register becomes the exclusive-or of `table[15 - i][byte i of both]`.
 * The rest goes byte by byte through table 0.
 */
export function assembleFold(start: number): Uint8Array<ArrayBuffer> {
  const end = [...get(LENGTH), ...i32(start), OP.i32Add];
  const body = [
    ...LOCALS,
    ...i32(start),
    ...set(AT),
    ...whileLoop(
      [...get(AT), ...i32(16), OP.i32Add, ...end, OP.i32GtU],
      [
        ...get(REGISTER),
        ...loadAt(0),
        OP.i64Xor,
        ...set(FIRST),
        ...loadAt(8),
        ...set(SECOND),
        ...lookups(FIRST, 15),
        ...lookups(SECOND, 7),
        ...Array<number>(15).fill(OP.i64Xor),
        ...set(REGISTER),
        ...advance(16),
      ],
    ),
    ...whileLoop(
      [...get(AT), ...end, OP.i32GeU],
      [
        ...get(REGISTER),
        ...get(AT),
        OP.i64Load8U,
        0,
        0,
        OP.i64Xor,
        ...set(FIRST),
        ...lookup(FIRST, 0, 0),
        ...get(REGISTER),
        OP.i64Const,
        8,
        OP.i64ShrU,
        OP.i64Xor,
        ...set(REGISTER),
        ...advance(1),
      ],
    ),
    ...get(REGISTER),
    OP.end,
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 2, I64, I32, 1, I64]),
    ...section(2, [1, ...name('m'), ...name('m'), 2, 0, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('fold'), 0, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

/** Runs `body` until `ended` holds. */
function whileLoop(ended: number[], body: number[]): number[] {
  const loop = [...ended, OP.brIf, 1, ...body, OP.br, 0];
  return [OP.block, NO_RESULT, OP.loop, NO_RESULT, ...loop, OP.end, OP.end];
}

/** Eight table entries on the stack, for the bytes of a local from the lowest, the first from `table`. */
function lookups(local: number, table: number): number[] {
  return Array.from({ length: 8 }, (_, byte) => lookup(local, byte, table - byte)).flat();
}

function lookup(local: number, byte: number, table: number): number[] {
  const shifted = byte === 0 ? [] : [OP.i64Const, ...signed(8 * byte), OP.i64ShrU];
  const masked = byte === 7 ? [] : [OP.i64Const, ...signed(0xff), OP.i64And];
  const address = [...get(local), ...shifted, ...masked, OP.i32WrapI64, ...i32(3), OP.i32Shl];
  return [...address, OP.i64Load, 3, ...unsigned(table * 256 * 8)];
}

const get = (local: number) => [OP.localGet, local];
const set = (local: number) => [OP.localSet, local];
const i32 = (value: number) => [OP.i32Const, ...signed(value)];
const loadAt = (offset: number) => [...get(AT), OP.i64Load, 0, offset];
const advance = (bytes: number) => [...get(AT), ...i32(bytes), OP.i32Add, ...set(AT)];
const name = (text: string) => [text.length, ...Buffer.from(text)];
const section = (id: number, content: number[]) => [id, ...unsigned(content.length), ...content];

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** Signed LEB128 of a number that is not negative. */
function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)];
}
