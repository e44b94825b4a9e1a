/**
 * Contacts who have a book, or ask for one, and do it so that it costs the other side most (design §7; assurance rows 39,
 * 50): in crumbs, at a trickle, or in questions that are broken off as soon as they are asked.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stream } from '@libp2p/interface';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FrameStream } from '../../main/host/library/frame-stream.port.ts';
import { type Library, openLibrary } from '../../main/host/library/library.ts';
import { QUESTIONS_WAITING } from '../../main/host/library/peer-line.ts';
import { CONTENT_STALL_MS } from '../../main/host/network/carrier-limits.ts';
import { MAX_CONTENT_FRAME_BYTES, contentPrefix, createContentFrames } from '../../main/host/network/content-frames.ts';
import { frameStream } from '../../main/host/network/content-streams.ts';

afterEach(() => void vi.restoreAllMocks());

describe('a part of a book that comes byte by byte', () => {
  const chunk = Uint8Array.from({ length: MAX_CONTENT_FRAME_BYTES }, (_, at) => at % 251);

  it('is put together from few pieces, and comes out as it is', () => {
    const frames = createContentFrames();
    frames.push(contentPrefix(chunk.length));
    for (let at = 0; at < chunk.length; at++) frames.push(chunk.subarray(at, at + 1));
    const shifts = vi.spyOn(Array.prototype, 'shift');
    const frame = frames.take();
    const pieces = shifts.mock.calls.length;
    shifts.mockRestore();
    expect(Buffer.compare(frame ?? new Uint8Array(), chunk)).toBe(0);
    expect(pieces).toBeLessThan(100);
  });

  it('does not hold on to the messages that its bytes were cut out of', () => {
    const frames = createContentFrames();
    frames.push(contentPrefix(3));
    const messages = [1, 2, 3].map((byte) => new Uint8Array(60_000).fill(byte));
    for (const message of messages) {
      frames.push(message.subarray(700, 701));
      message.fill(9);
    }
    expect(frames.take()).toEqual(Uint8Array.of(1, 2, 3));
  });
});

describe('a part of a book that trickles', () => {
  /** As much of a libp2p stream as speaks. */
  class Speaking extends EventTarget {
    readonly readStatus = 'readable';
    readonly remoteWriteStatus = 'writable';
    readonly readBufferLength = 0;
    say(data: Uint8Array): void { this.dispatchEvent(Object.assign(new Event('message'), { data })); }
  }
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is given up when all of it should have been there, however often a bit of it comes', async () => {
    const stream = new Speaking();
    const read = frameStream(stream as unknown as Stream).read();
    let given: unknown = null;
    read.catch((error: unknown) => { given = error; });
    stream.say(contentPrefix(MAX_CONTENT_FRAME_BYTES));
    for (let waited = 0; waited < 2 * CONTENT_STALL_MS; waited += CONTENT_STALL_MS / 10) {
      stream.say(Uint8Array.of(1));
      await vi.advanceTimersByTimeAsync(CONTENT_STALL_MS / 10);
    }
    expect(given).toMatchObject({ message: 'the other side stands still' });
  });

  it('has its time anew for each part', async () => {
    const stream = new Speaking();
    const frames = frameStream(stream as unknown as Stream);
    for (let part = 0; part < 4; part++) {
      const read = frames.read();
      stream.say(Uint8Array.of(2, 7));
      await vi.advanceTimersByTimeAsync(0.8 * CONTENT_STALL_MS);
      stream.say(Uint8Array.of(7));
      expect(await read).toEqual(Uint8Array.of(7, 7));
    }
  });
});

describe('questions for a book that are broken off and asked again', () => {
  let folder = '';
  let library: Library;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tallystick-crumbs-'));
    // Neither a vault nor a reader has a part in answering.
    const nobody = { close: () => Promise.resolve() } as never;
    library = await openLibrary({ dataDir: folder, readers: nobody, vault: nobody, chooseFiles: undefined, onChange: () => undefined });
    library.connect({ peers: () => ['mallory', 'ada'], open: () => Promise.reject(new Error('nobody is asked')) });
  });
  afterEach(async () => {
    await library.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** A stream on which nothing comes. */
  function silent(): { stream: FrameStream; read: () => boolean; aborted: () => boolean } {
    let [read, aborted] = [false, false];
    const stream: FrameStream = {
      read: () => new Promise(() => { read = true; }), write: () => Promise.resolve(), close: () => Promise.resolve(), abort: () => { aborted = true; },
    };
    return { stream, read: () => read, aborted: () => aborted };
  }

  it('wait for their turn in a bounded number, whoever asks, and keep nobody else from theirs', async () => {
    const asked = Array.from({ length: 1000 }, silent);
    for (const { stream } of asked) library.asked('mallory', stream);
    const ada = silent();
    library.asked('ada', ada.stream);
    await vi.waitFor(() => expect(ada.read()).toBe(true));
    expect(asked.filter(({ aborted }) => !aborted())).toHaveLength(QUESTIONS_WAITING);
    expect(ada.aborted()).toBe(false);
  });
});
