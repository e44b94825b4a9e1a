/** A link whose other end stands still: only the clock is pretended, and of the stream as much as the link looks at. */
import type { Connection, Stream } from '@libp2p/interface';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MAX_SEND_QUEUE_BYTES, SEND_STALL_MS } from '../../../main/host/network/carrier-limits.ts';
import { streamLink } from '../../../main/host/network/stream-link.ts';

const connection = { remotePeer: 'b', remoteAddr: '/ip4/127.0.0.1/tcp/1', abort: () => undefined, close: async () => undefined } as unknown as Connection;
const standStill = (queued: () => number) => {
  const stream = Object.assign(new EventTarget(), { direction: 'outbound', status: 'open', readStatus: 'readable', readBufferLength: 0, send: () => false });
  Object.defineProperty(stream, 'writeBufferLength', { get: queued });
  const { link } = streamLink({ id: 1, localPeer: 'a', stream: stream as unknown as Stream, connection, onEnded: () => undefined });
  const reasons: Array<string | null> = [];
  link.onClose((reason) => reasons.push(reason?.code ?? null));
  return { link, reasons };
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('is closed when what is queued does not become less', async () => {
  const { link, reasons } = standStill(() => 100);
  link.send(Uint8Array.of(1));
  await vi.advanceTimersByTimeAsync(SEND_STALL_MS - 1);
  expect(reasons).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(reasons).toEqual(['busy']);
});

it('stays while the other end reads, however slowly', async () => {
  let left = 100;
  const { link, reasons } = standStill(() => left--);
  link.send(Uint8Array.of(1));
  await vi.advanceTimersByTimeAsync(10 * SEND_STALL_MS);
  expect(reasons).toEqual([]);
});

it('is closed at once when more is queued than a link may hold', async () => {
  for (const [queued, expected] of [[MAX_SEND_QUEUE_BYTES, []], [MAX_SEND_QUEUE_BYTES + 1, ['busy']]] as const) {
    const { link, reasons } = standStill(() => queued);
    link.send(Uint8Array.of(1));
    await vi.advanceTimersByTimeAsync(0);
    expect(reasons, `${queued} bytes`).toEqual(expected);
  }
});
