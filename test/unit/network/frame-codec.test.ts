/** Frames on a stream: whole and in order, or an error. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFrameDecoder, joinFrames, isFrame } from '../../../main/host/network/frame.codec.ts';
import { MAX_FRAME_BYTES } from '../../../protocol/limits.ts';
import { Refusal } from '../../../protocol/errors.ts';

const frame = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.integer({ min: MAX_FRAME_BYTES - 2, max: MAX_FRAME_BYTES }).map((n) => new Uint8Array(n).fill(n & 0xff)));
const cuts = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 50 });

it('frames come out as they went in, however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 6 }), cuts, (frames, sizes) => {
      const bytes = Buffer.from(joinFrames(frames));
      const decoder = createFrameDecoder();
      const out: Uint8Array[] = [];
      for (let at = 0, n = 0; at < bytes.length; n++) {
        const size = sizes[n % sizes.length]!;
        out.push(...decoder.push(bytes.subarray(at, at + size)));
        at += size;
      }
      expect(out.map((f) => Buffer.from(f).toString('hex'))).toEqual(frames.map((f) => Buffer.from(f).toString('hex')));
      expect(decoder.unfinished).toBe(false);
    }),
    { numRuns: 60 },
  );
});

it('any bytes give frames or peer_protocol, never another error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
      try {
        for (const f of createFrameDecoder().push(bytes)) expect(isFrame(f)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
        expect((error as Refusal).failure.code).toBe('peer_protocol');
      }
    }),
  );
});

it('an empty frame is refused as soon as its length is there', () => {
  expect(() => createFrameDecoder().push(Uint8Array.of(0, 0))).toThrow('peer_protocol');
});

it('a truncated frame is noticed', () => {
  const whole = joinFrames([new Uint8Array(300)]);
  for (const length of [1, 2, 3, 301]) {
    const decoder = createFrameDecoder();
    expect(decoder.push(whole.subarray(0, length))).toEqual([]);
    expect(decoder.unfinished).toBe(true);
  }
});
