/** Bytes that arrive in pieces of any size: what comes out does not depend on where they were cut, and nothing piles up. */
import { readLines } from '../../../main/host/transports/json-lines.ts';
import { createFrameDecoder, joinFrames } from '../../../main/host/network/frame.codec.ts';
import { streamLink } from '../../../main/host/network/stream-link.ts';
import { Refusal } from '../../../protocol/errors.ts';
import { MAX_FRAME_BYTES } from '../../../protocol/limits.ts';
import { ACCEPTED, type Target, type Verdict, bytesTarget, codeOf, mustHold, refusedWith, sameBytes } from '../engine/target.ts';

/** Cuts of different kinds: none, every byte, after heads, in the middle. */
const CUTS: readonly ((length: number) => number)[] = [() => Infinity, () => 1, () => 2, (length) => Math.max(1, Math.floor(length / 3)), () => 7];

function* piecesOf(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Everything that a decoder made of the bytes, and how it ended. */
interface Outcome { readonly frames: readonly Uint8Array[]; readonly end: string }

function framesOf(bytes: Uint8Array, size: number): Outcome {
  const decoder = createFrameDecoder();
  const frames: Uint8Array[] = [];
  try {
    for (const piece of piecesOf(bytes, size)) frames.push(...decoder.push(piece));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // A decoder that has refused gives no frames of the same piece; compared is what an undivided stream gives.
    return { frames, end: error.failure.code };
  }
  return { frames, end: decoder.unfinished ? 'unfinished' : 'whole' };
}

const LINE_LIMIT = 2048;

async function linesOf(bytes: Uint8Array, size: number): Promise<{ lines: string[]; end: string }> {
  const lines: string[] = [];
  const stream = async function* () { yield* piecesOf(bytes, size); };
  try {
    for await (const line of readLines(stream(), LINE_LIMIT)) {
      mustHold(line.length <= LINE_LIMIT && !line.includes('\n') && line.trim() !== '', 'no line');
      lines.push(line);
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { lines, end: error.failure.code };
  }
  return { lines, end: 'whole' };
}

/** A libp2p stream as far as a link looks at it. */
class StandIn extends EventTarget {
  readonly direction = 'inbound';
  readStatus = 'readable';
  status = 'open';
  readonly readBufferLength = 0;
  readonly writeBufferLength = 0;
  pause(): void { this.readStatus = 'paused'; }
  resume(): void { this.readStatus = 'readable'; }
  send(): boolean { return true; }
  close(): Promise<void> { this.status = 'closed'; return Promise.resolve(); }
  say(data: Uint8Array): void { this.dispatchEvent(Object.assign(new Event('message'), { data })); }
}

const CONNECTION = { remotePeer: 'peer', remoteAddr: '/ip4/127.0.0.1/tcp/1', close: () => Promise.resolve(), abort: () => {} };

export const STREAM_TARGETS: readonly Target[] = [
  bytesTarget('frame-stream', {
    covers: ['main/host/network/frame.codec.ts'], cost: 2,
    run(bytes) {
      const [whole, ...others] = CUTS.map((cut) => framesOf(bytes, cut(bytes.length)));
      if (!whole) throw new Error('no cut');
      mustHold(whole.frames.every((frame) => frame.length >= 1 && frame.length <= MAX_FRAME_BYTES), 'a frame that is too small or too large');
      for (const other of others) {
        mustHold(other.end === whole.end, `cut otherwise it ends as ${other.end}, not ${whole.end}`);
        // A refusal comes before the frames of its own piece, so a stream cut finely may have given some already.
        mustHold(other.frames.length >= whole.frames.length && whole.frames.every((frame, at) => sameBytes(frame, other.frames[at] ?? new Uint8Array())), 'cut otherwise it gives other frames');
      }
      if (whole.end === 'whole') mustHold(sameBytes(joinFrames(whole.frames), bytes), 'what was read is written otherwise');
      return whole.end === 'whole' || whole.end === 'unfinished' ? ACCEPTED : refusedWith(whole.end);
    },
  }),
  bytesTarget('stream-link', {
    covers: ['main/host/network/stream-link.ts', 'main/host/network/link-mailbox.ts'], cost: 3,
    async run(bytes): Promise<Verdict> {
      const stream = new StandIn();
      let ended = 0;
      const { link } = streamLink({ id: 1, localPeer: 'own', stream: stream as never, connection: CONNECTION as never, onEnded: () => { ended++; } });
      let reason = 'open';
      link.onFrame((frame) => {
        mustHold(reason === 'open', 'a frame after the end');
        mustHold(frame.length >= 1 && frame.length <= MAX_FRAME_BYTES, 'a frame that is too small or too large');
        return undefined;
      });
      link.onClose((failure) => {
        mustHold(reason === 'open', 'ended twice');
        reason = failure ? failure.code : 'closed';
        if (failure) codeOf(failure);
      });
      for (const piece of piecesOf(bytes, 5)) stream.say(piece);
      stream.dispatchEvent(new Event('remoteCloseWrite'));
      await new Promise((resolve) => setImmediate(resolve));
      mustHold(ended === 1 && reason !== 'open', 'the link never ended');
      return reason === 'closed' ? ACCEPTED : refusedWith(reason);
    },
  }),
  bytesTarget('json-lines', {
    covers: ['main/host/transports/json-lines.ts#readLines', 'main/host/transports/json-lines.ts'], cost: 2,
    async run(bytes) {
      const [whole, ...others] = await Promise.all(CUTS.map((cut) => linesOf(bytes, cut(bytes.length))));
      if (!whole) throw new Error('no cut');
      for (const other of others) mustHold(JSON.stringify(other) === JSON.stringify(whole), 'cut otherwise it gives other lines');
      return whole.end === 'whole' ? ACCEPTED : refusedWith(whole.end);
    },
  }),
];
