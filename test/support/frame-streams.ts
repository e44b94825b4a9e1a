/** Two ends of a stream of frames in memory; either may break off, and then both have ended. */
import type { FrameStream } from '../../main/host/library/frame-stream.port.ts';

interface Side { readonly frames: Uint8Array[]; wake: () => void }

export function frameStreams(): [FrameStream, FrameStream] {
  let broken = false;
  const closed = { near: false, far: false };
  const sides: Record<'near' | 'far', Side> = { near: { frames: [], wake: () => undefined }, far: { frames: [], wake: () => undefined } };
  const end = (mine: 'near' | 'far', theirs: 'near' | 'far'): FrameStream => ({
    async read(into) {
      for (;;) {
        const frame = sides[mine].frames.shift();
        if (frame && into && frame.length <= into.length) {
          into.set(frame);
          return into.subarray(0, frame.length);
        }
        if (frame) return frame;
        if (broken || closed[theirs]) throw new Error('the stream has ended');
        await new Promise<void>((resolve) => (sides[mine].wake = resolve));
      }
    },
    async write(frame) {
      if (broken) throw new Error('the stream has ended');
      sides[theirs].frames.push(frame.slice());
      sides[theirs].wake();
      await new Promise((resolve) => setImmediate(resolve));
    },
    async close() {
      closed[mine] = true;
      sides[theirs].wake();
    },
    abort() {
      broken = true;
      sides.near.wake();
      sides.far.wake();
    },
  });
  return [end('near', 'far'), end('far', 'near')];
}
