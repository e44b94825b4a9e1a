/**
 * Frames on a byte stream: two bytes of length, big-endian, then the frame. The largest length that can be written is
 * MAX_FRAME_BYTES, so an oversized frame cannot be expressed; an empty one is refused. Holds at most one frame's bytes.
 */
import { MAX_FRAME_BYTES } from '../../../protocol/limits.ts';
import { refuse } from '../../../protocol/errors.ts';

const PREFIX_BYTES = 2;

/** True if `frame` can be sent: 1 to MAX_FRAME_BYTES bytes. */
export const isFrame = (frame: Uint8Array): boolean => frame.length > 0 && frame.length <= MAX_FRAME_BYTES;

/** The frames one after another, each with its length before it. The caller has checked them with `isFrame`. */
export function joinFrames(frames: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(frames.reduce((bytes, frame) => bytes + PREFIX_BYTES + frame.length, 0));
  let at = 0;
  for (const frame of frames) {
    out[at] = frame.length >> 8;
    out[at + 1] = frame.length & 0xff;
    out.set(frame, at + PREFIX_BYTES);
    at += PREFIX_BYTES + frame.length;
  }
  return out;
}

/** Cuts a byte stream, arriving in pieces of any size, into frames. */
export interface FrameDecoder {
  /** The frames completed by `chunk`, in order, each with its own memory. @throws Refusal `peer_protocol` on an empty frame */
  push(chunk: Uint8Array): Uint8Array[];
  /** True in the middle of a frame: the stream may not end here. */
  readonly unfinished: boolean;
}

export function createFrameDecoder(): FrameDecoder {
  const prefix = new Uint8Array(PREFIX_BYTES);
  let prefixFilled = 0;
  let frame: Uint8Array | null = null;
  let filled = 0;
  return {
    get unfinished() {
      return prefixFilled > 0;
    },
    push(chunk) {
      const frames: Uint8Array[] = [];
      let at = 0;
      while (at < chunk.length) {
        if (prefixFilled < PREFIX_BYTES) {
          prefix[prefixFilled++] = chunk[at++]!;
          if (prefixFilled < PREFIX_BYTES) continue;
          const length = (prefix[0]! << 8) | prefix[1]!;
          if (length === 0) return refuse('peer_protocol', 'The other wallet sent an empty frame.');
          frame = new Uint8Array(length);
          filled = 0;
          continue;
        }
        if (frame === null) return frames;
        const taken = Math.min(frame.length - filled, chunk.length - at);
        frame.set(chunk.subarray(at, at + taken), filled);
        filled += taken;
        at += taken;
        if (filled === frame.length) {
          frames.push(frame);
          frame = null;
          prefixFilled = 0;
        }
      }
      return frames;
    },
  };
}
