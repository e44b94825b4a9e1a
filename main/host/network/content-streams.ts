/**
 * Streams for ciphertext beside a standing link (design §7): they use the link's connection and end with it. Only peers whose
 * vaults have met as contacts are answered; whom that is, the caller knows.
 *
 * Whoever reads slower than the other side sends (each chunk is checked and written before the next one is taken) pauses the
 * stream: what is here then is a frame, and what the window let through.
 */
import type { Connection, Libp2p, Stream } from '@libp2p/interface';
import { Refusal } from '../../../protocol/errors.ts';
import type { FrameStream } from '../library/frame-stream.port.ts';
import { CLOSE_TIMEOUT_MS, CONTENT_PROTOCOL, CONTENT_STALL_MS, MAX_CONTENT_STREAMS, MAX_TOGETHER_BYTES } from './carrier-limits.ts';
import { MAX_CONTENT_FRAME_BYTES, contentPrefix, createContentFrames } from './content-frames.ts';

const STOOD_STILL = 'the other side stands still';

export function frameStream(stream: Stream): FrameStream {
  const frames = createContentFrames();
  const piecesOf = createPieces();
  let ended: Error | null = null;
  /** Who waits for the next piece, or for the end. */
  let wake = (): void => undefined;
  /** Who waits for room at the other side, or for the end of the stream. */
  let sendOn = (): void => undefined;

  // Applied later: a stream that is paused from inside its own resume() goes on granting the sender new windows.
  const applyPressure = (): void => {
    const isFull = frames.bytes > MAX_CONTENT_FRAME_BYTES;
    if (stream.readStatus === 'readable' && isFull) stream.pause();
    else if (stream.readStatus === 'paused' && !isFull) stream.resume();
  };
  const over = (error: Error): void => {
    ended ??= error;
    wake();
  };
  stream.addEventListener('message', ({ data }) => {
    for (const piece of data instanceof Uint8Array ? [data] : data) frames.push(piece);
    queueMicrotask(applyPressure);
    wake();
  });
  const done = (): void => over(new Error('the stream has ended'));
  // What a paused stream still holds is read before the end is believed: 'end' comes after it.
  stream.addEventListener('remoteCloseWrite', () => { if (stream.readBufferLength === 0) done(); });
  stream.addEventListener('end', done);
  stream.addEventListener('close', ({ error }) => { if (error || stream.readBufferLength === 0) over(error ?? new Error('the stream was closed')); });

  // The stream's own listener came first: when whoever waits goes on, it has sent what it could.
  for (const event of ['drain', 'close'] as const) stream.addEventListener(event, () => sendOn());

  // It may have been over before anybody could look: the other side wants nothing to do with us.
  if (stream.remoteWriteStatus !== 'writable' && stream.readBufferLength === 0) done();

  /** The next piece or the end. */
  const more = (until: number): Promise<void> => inTime((woken) => (wake = woken), until - performance.now());

  /** All that was sent has left, or is about to. The stream's own `onDrain` waits the first time only (@libp2p/utils 7.4). */
  async function drain(): Promise<void> {
    if (stream.status !== 'open') throw ended ?? new Error('the stream was closed');
    await inTime((woken) => (sendOn = woken), CONTENT_STALL_MS);
  }

  return {
    async read(into) {
      // For all of it: who sends a byte now and then would keep what they were asked for from everybody else.
      const until = performance.now() + CONTENT_STALL_MS;
      for (;;) {
        const frame = frames.take(into);
        queueMicrotask(applyPressure);
        if (frame) return frame;
        if (ended) throw ended;
        await more(until);
      }
    },
    async write(frame) {
      // In pieces, so that the window is given back while the rest is on its way, not when all of it has been used.
      for (const piece of piecesOf(frame)) {
        stream.send(piece);
        while (stream.writableNeedsDrain) await drain();
      }
    },
    close: () => stream.close({ signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) }),
    abort: () => stream.abort(new Error('broken off')),
  };
}

/** @throws Error if what is waited for does not happen for as long as nobody should wait */
async function inTime(wait: (happened: () => void) => void, ms: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = await new Promise<boolean>((resolve) => {
    wait(() => resolve(false));
    timer = setTimeout(() => resolve(true), ms);
  });
  clearTimeout(timer);
  if (late) throw new Error(STOOD_STILL);
}

/** Cuts frames into pieces, each frame with its length before it; the first piece lies in memory that is used for one frame after the other. */
function createPieces(): (frame: Uint8Array) => Generator<Uint8Array> {
  let room = new Uint8Array();
  return function* (frame) {
    const prefix = contentPrefix(frame.length);
    const begun = frame.subarray(0, MAX_TOGETHER_BYTES - prefix.length);
    const length = prefix.length + begun.length;
    if (room.length < length) room = new Uint8Array(length);
    room.set(prefix);
    room.set(begun, prefix.length);
    yield room.subarray(0, length);
    for (let at = begun.length; at < frame.length; at += MAX_TOGETHER_BYTES) yield frame.subarray(at, at + MAX_TOGETHER_BYTES);
  };
}

/** Lets others ask; `onStream` decides whether to answer. */
export async function listenForContent(node: Libp2p, onStream: (peerId: string, stream: FrameStream) => void): Promise<void> {
  await node.handle(
    CONTENT_PROTOCOL,
    (stream, connection) => onStream(connection.remotePeer.toString(), frameStream(stream)),
    { maxInboundStreams: MAX_CONTENT_STREAMS, maxOutboundStreams: MAX_CONTENT_STREAMS },
  );
}

/** @throws Refusal `peer_unreachable` if there is no connection any more */
export async function openContentStream(connection: Connection | undefined, signal?: AbortSignal): Promise<FrameStream> {
  if (!connection) throw new Refusal('peer_unreachable', 'They are not there any more.');
  const until = AbortSignal.any([AbortSignal.timeout(CONTENT_STALL_MS), ...(signal ? [signal] : [])]);
  return frameStream(await connection.newStream([CONTENT_PROTOCOL], { signal: until }));
}
