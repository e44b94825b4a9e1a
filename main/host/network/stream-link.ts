/**
 * A CarrierLink over one libp2p stream (design §6). Back-pressure on both sides: a listener that is slow pauses the
 * stream, so that at most one window is in flight; a peer that does not read gets the link closed with `busy` once the
 * send queue is full or stands still. libp2p's streams are half-closed: both ends close, or the connection leaks.
 */
import type { Connection, Stream } from '@libp2p/interface';
import type { Failure } from '../../../protocol/errors.ts';
import { Refusal } from '../../../protocol/errors.ts';
import { CLOSE_TIMEOUT_MS, MAX_SEND_QUEUE_BYTES, MAX_TOGETHER_BYTES, SEND_STALL_MS } from './carrier-limits.ts';
import type { CarrierLink } from './carrier.port.ts';
import { createFrameDecoder, isFrame, joinFrames } from './frame.codec.ts';
import { createLinkMailbox } from './link-mailbox.ts';
import type { OwnedLink } from './link-register.ts';

export const LOST: Failure = { code: 'peer_unreachable', detail: 'The connection was lost. It is dialled again by itself.' };
export const NOT_READING: Failure = { code: 'busy', detail: 'The other wallet does not take what is sent to it. It is dialled again later.' };
export const OVERSIZED: Failure = { code: 'bad_input', detail: 'A frame is 1 to 65535 bytes. The link was closed, since leaving one out would break the order.' };
const BROKEN_OFF: Failure = { code: 'peer_protocol', detail: 'The other wallet stopped in the middle of a frame.' };

export interface StreamLinkParts {
  readonly id: number;
  readonly localPeer: string;
  readonly stream: Stream;
  readonly connection: Connection;
  /** Called once when the link has ended, for the carrier's own books. */
  readonly onEnded: () => void;
}

export function streamLink({ id, localPeer, stream, connection, onEnded }: StreamLinkParts): OwnedLink {
  const decoder = createFrameDecoder();
  let wantPaused = false;
  // Applied later: a stream that is paused from inside its own resume() goes on granting the sender new windows.
  const applyPressure = () => {
    if (stream.readStatus === 'readable' && wantPaused) stream.pause();
    else if (stream.readStatus === 'paused' && !wantPaused) stream.resume();
  };
  const mailbox = createLinkMailbox({
    onPressure: (full) => {
      wantPaused = full;
      queueMicrotask(applyPressure);
    },
    onDefect: (reason) => abort(reason),
  });
  let saidGoodbye = false;
  let stallTimer: ReturnType<typeof setTimeout> | null = null;

  const end = (reason: Failure | null, drop: boolean): boolean => {
    if (mailbox.ended) return false;
    if (stallTimer) clearTimeout(stallTimer);
    mailbox.end(reason, drop);
    onEnded();
    return true;
  };
  /** A connection is there for its link and goes with it. */
  const hangUp = () => void connection.close({ signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) }).catch((error: unknown) => connection.abort(asError(error)));
  const abort = (reason: Failure | null) => {
    if (end(reason, true)) connection.abort(new Error(reason?.detail ?? 'closed'));
  };
  const watchStall = (before: number) => {
    stallTimer = setTimeout(() => {
      stallTimer = null;
      if (stream.writeBufferLength === 0) return;
      if (stream.writeBufferLength >= before) abort(NOT_READING);
      else watchStall(stream.writeBufferLength);
    }, SEND_STALL_MS);
    stallTimer.unref();
  };
  // What is sent in one turn of the event loop leaves together: each piece would be encrypted, framed and written by itself.
  let leaving: Uint8Array[] = [];
  let leavingBytes = 0;
  const leave = (): void => {
    if (leaving.length === 0 || mailbox.ended) return;
    const frames = leaving;
    [leaving, leavingBytes] = [[], 0];
    try {
      stream.send(joinFrames(frames));
    } catch {
      return abort(LOST);
    }
    const queued = stream.writeBufferLength;
    if (queued > MAX_SEND_QUEUE_BYTES) abort(NOT_READING);
    else if (queued > 0 && !stallTimer) watchStall(queued);
  };
  const finish = (reason: Failure | null) => {
    leave();
    if (!end(reason, true)) return;
    const deadline = AbortSignal.timeout(CLOSE_TIMEOUT_MS);
    stream.close({ signal: deadline }).then(() => (stream.status === 'closed' ? undefined : closed(stream, deadline))).catch(() => undefined).finally(hangUp);
  };

  stream.addEventListener('message', ({ data }) => {
    if (mailbox.ended) return;
    try {
      for (const piece of data instanceof Uint8Array ? [data] : data) for (const frame of decoder.push(piece)) mailbox.deliver(frame);
    } catch (error) {
      abort(error instanceof Refusal ? error.failure : LOST);
    }
  });
  const ended = () => {
    // Broken streams come here too, before their 'close' event says so.
    if (stream.status === 'aborted' || stream.status === 'reset') return;
    const reason = !saidGoodbye ? LOST : decoder.unfinished ? BROKEN_OFF : null;
    if (end(reason, false)) stream.close({ signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) }).catch(() => undefined).finally(hangUp);
  };
  stream.addEventListener('remoteCloseWrite', () => {
    saidGoodbye = true;
    // What is still buffered in a paused stream is read before the end is believed: 'end' comes after it.
    if (stream.readBufferLength === 0) ended();
  });
  stream.addEventListener('end', ended);
  stream.addEventListener('close', ({ error }) => {
    if (error) end(LOST, false);
    else ended();
  });

  const link: CarrierLink = {
    id,
    role: stream.direction === 'outbound' ? 'initiator' : 'responder',
    localPeer,
    remotePeer: connection.remotePeer.toString(),
    remoteAddress: connection.remoteAddr.toString(),
    onFrame: mailbox.onFrame,
    onClose: mailbox.onClose,
    close: () => finish(null),
    send(frame) {
      if (mailbox.ended) return;
      if (!isFrame(frame)) return finish(OVERSIZED);
      leaving.push(frame);
      leavingBytes += frame.length;
      if (leaving.length === 1) queueMicrotask(leave);
      if (leavingBytes >= MAX_TOGETHER_BYTES) leave();
    },
  };
  return { link, abort };
}

const asError = (value: unknown): Error => (value instanceof Error ? value : new Error(String(value)));

/** Resolves when the stream is closed at both ends, rejects at the deadline. */
const closed = (stream: Stream, deadline: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.addEventListener('close', () => resolve(), { once: true });
    deadline.addEventListener('abort', () => reject(new Error('not closed in time')), { once: true });
  });
