import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFrame, FrameReader } from './frames.ts';

test('frames come out as they went in, in whatever chunks they travel', () => {
  const frame = fc.record({ id: fc.string(), payload: fc.uint8Array({ maxLength: 50 }) });
  const property = fc.property(fc.array(frame), fc.array(fc.nat(20)), (frames, sizes) => {
    let rest = Buffer.concat(frames.map(({ id, payload }) => encodeFrame({ id }, payload)));
    const reader = new FrameReader();
    const read = [...sizes, rest.length].flatMap((size) => {
      const chunk = rest.subarray(0, size);
      rest = rest.subarray(size);
      return reader.push(chunk);
    });
    expect(
      read.map(({ header, payload }) => ({ id: header['id'], payload: new Uint8Array(payload) })),
    ).toEqual(frames.map(({ id, payload }) => ({ id, payload: new Uint8Array(payload) })));
  });
  fc.assert(property);
});
