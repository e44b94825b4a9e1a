/** Frames of ciphertext on a byte stream, and how a slow reader holds a sender back. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Stream } from '@libp2p/interface';
import { MAX_CONTENT_FRAME_BYTES, contentPrefix, createContentFrames } from '../../../main/host/network/content-frames.ts';
import { frameStream } from '../../../main/host/network/content-streams.ts';
import { refusalCode } from '../../support/refusals.ts';

const framed = (frames: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(frames.flatMap((frame) => [contentPrefix(frame.length), frame])));

describe('frames of ciphertext', () => {
  it('come out as they went in, wherever the stream is cut', () => {
    const lengths = fc.array(fc.oneof(fc.constantFrom(0, 1, 127, 128, 16_383, 16_384), fc.nat(40_000)), { maxLength: 6 });
    fc.assert(fc.property(lengths, fc.integer({ min: 1, max: 70_000 }), (sizes, cut) => {
      const sent = sizes.map((size, at) => new Uint8Array(size).fill(at + 1));
      const bytes = framed(sent);
      const frames = createContentFrames();
      const came: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += cut) {
        frames.push(bytes.subarray(at, at + cut));
        for (let frame = frames.take(); frame; frame = frames.take()) came.push(frame);
      }
      expect(came.map((frame) => Buffer.from(frame).toString('hex'))).toEqual(sent.map((frame) => Buffer.from(frame).toString('hex')));
      expect([frames.bytes, frames.take()]).toEqual([0, null]);
    }), { numRuns: 60 });
  });

  it('are one part of a book at most', () => {
    const largest = createContentFrames();
    largest.push(contentPrefix(MAX_CONTENT_FRAME_BYTES));
    expect(largest.take()).toBeNull();
    for (const prefix of [contentPrefix(MAX_CONTENT_FRAME_BYTES + 1), Uint8Array.of(0xff, 0xff, 0xff), Uint8Array.of(0x80, 0x80, 0x80, 0x01)]) {
      const frames = createContentFrames();
      frames.push(prefix);
      expect(refusalCode(() => frames.take())).toBe('peer_protocol');
    }
  });
});

/** As much of a libp2p stream as is needed to be paused. */
class Pausable extends EventTarget {
  readStatus = 'readable';
  readonly remoteWriteStatus = 'writable';
  readonly readBufferLength = 0;
  readonly changes: string[] = [];
  pause(): void { [this.readStatus] = ['paused']; this.changes.push('paused'); }
  resume(): void { [this.readStatus] = ['readable']; this.changes.push('resumed'); }
  say(data: Uint8Array): void { this.dispatchEvent(Object.assign(new Event('message'), { data })); }
}

it('a stream is paused while more than a part of a book waits to be taken, and goes on when it was', async () => {
  const stream = new Pausable();
  const frames = frameStream(stream as unknown as Stream);
  const chunk = new Uint8Array(MAX_CONTENT_FRAME_BYTES).fill(3);
  stream.say(framed([chunk, chunk]));
  await Promise.resolve();
  expect(stream.changes).toEqual(['paused']);
  expect((await frames.read()).length).toBe(chunk.length);
  expect(stream.changes).toEqual(['paused']);
  expect((await frames.read()).length).toBe(chunk.length);
  expect(stream.changes).toEqual(['paused', 'resumed']);
});
