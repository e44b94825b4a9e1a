/** Ciphertext between two hosts over loopback: who sends is held back by who reads, each time, and may use a chunk's memory again once it was written. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { FrameStream } from '../../../main/host/library/frame-stream.port.ts';
import type { Carrier } from '../../../main/host/network/carrier.port.ts';
import { MAX_CONTENT_FRAME_BYTES } from '../../../main/host/network/content-frames.ts';
import { startCarrier } from '../../../main/host/network/libp2p-carrier.ts';

let folder = '';
let carriers: Carrier[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-pressure-'));
  carriers = await Promise.all(['ada', 'ben'].map((name) => startCarrier({ dataDir: join(folder, name), listen: ['/ip4/127.0.0.1/tcp/0'], discovery: false })));
});
afterEach(async () => {
  await Promise.all(carriers.map((carrier) => carrier.stop()));
  await rm(folder, { recursive: true, force: true });
});

/** A stream that Ada opened to Ben, from both ends. */
async function openStream(): Promise<{ near: FrameStream; far: FrameStream }> {
  const [ada, ben] = carriers as [Carrier, Carrier];
  const came = new Promise<FrameStream>((resolve) => ben.onContent((_, stream) => resolve(stream)));
  const linked = new Promise<void>((resolve) => ben.onLink(() => resolve()));
  await ada.dial({ peerId: ben.peerId, addresses: ben.addresses(), foundBy: 'address' });
  await linked;
  const near = await ada.openContent(ben.peerId);
  await near.write(Uint8Array.of(1));
  const far = await came;
  await far.read();
  return { near, far };
}

/** What is on the way: a frame at the reader, the window's, one that is being written, and one for which there is room in between. */
const ON_THE_WAY = 4;
const CHUNKS = 40;

it('a reader that stops holds the sender back each time, and every chunk comes as it was written, from memory that was used again', async () => {
  const { near, far } = await openStream();
  let written = 0;
  const sending = (async () => {
    const memory = new Uint8Array(MAX_CONTENT_FRAME_BYTES);
    for (let at = 0; at < CHUNKS; at++) {
      await far.write(memory.fill(at));
      written++;
    }
    await far.close();
  })();
  const into = new Uint8Array(MAX_CONTENT_FRAME_BYTES);
  for (let at = 0; at < CHUNKS; at++) {
    const frame = await near.read(into);
    expect([frame.length, frame.buffer === into.buffer, frame.every((byte) => byte === at)]).toEqual([MAX_CONTENT_FRAME_BYTES, true, true]);
    if (at % 8 !== 0) continue;
    // Long enough for all of it to come, if nothing held it back.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(written).toBeLessThanOrEqual(at + 1 + ON_THE_WAY);
  }
  await sending;
});

it('a sender who waits for room hears of it when the stream ends', async () => {
  const { near, far } = await openStream();
  const sending = (async () => { for (;;) await far.write(new Uint8Array(MAX_CONTENT_FRAME_BYTES)); })();
  await near.read();
  near.abort();
  await expect(sending).rejects.toThrow();
});
