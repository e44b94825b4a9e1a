/** What every carrier's streams for ciphertext must do: whole chunks beside the link, at the reader's pace, and an end with the link. */
import { describe, expect } from 'vitest';
import type { FrameStream } from '../../main/host/library/frame-stream.port.ts';
import type { Carrier } from '../../main/host/network/carrier.port.ts';
import { CHUNK_BYTES } from '../../protocol/limits.ts';
import { CHUNK_TAG_BYTES } from '../../protocol/publication.codec.ts';
import { closeOf, framesOf, text } from '../support/links.ts';
import { codeOf } from '../support/refusals.ts';
import type { CarrierTest } from './carrier-world.ts';

const asked = (carrier: Carrier): Promise<{ peerId: string; stream: FrameStream }> => new Promise((resolve) => carrier.onContent((peerId, stream) => resolve({ peerId, stream })));

export function describeCiphertext(name: string, it: CarrierTest): void {
  describe(`${name}, for ciphertext`, () => {
    it('carries frames both ways beside the link, in order, and says who asks', async ({ alice, bob, linked }) => {
      await linked();
      const incoming = asked(bob);
      const near = await alice.openContent(bob.peerId);
      // Over a real network the other side hears of a stream with its first frame.
      await near.write(text('chunk 7?'));
      const { peerId, stream: far } = await incoming;
      expect(peerId).toBe(alice.peerId);
      expect(await far.read()).toEqual(text('chunk 7?'));
      for (const part of ['one', 'two', 'three']) await far.write(text(part));
      await far.close();
      expect([await near.read(), await near.read(), await near.read()]).toEqual([text('one'), text('two'), text('three')]);
      await expect(near.read()).rejects.toThrow();
    });

    it('carries a whole chunk with its tag, and several streams at once', async ({ alice, bob, linked }) => {
      await linked();
      const streams: FrameStream[] = [];
      const all = new Promise<void>((resolve) => bob.onContent((_, stream) => { if (streams.push(stream) === 2) resolve(); }));
      const near = await Promise.all([alice.openContent(bob.peerId), alice.openContent(bob.peerId)]);
      for (const [at, stream] of near.entries()) await stream.write(text(String(at)));
      await all;
      const chunk = new Uint8Array(CHUNK_BYTES + CHUNK_TAG_BYTES).fill(5);
      const answers = await Promise.all(streams.map(async (stream) => {
        const [question] = await stream.read();
        const answer = chunk.slice();
        answer[0] = question ?? 0;
        await stream.write(answer);
        return question;
      }));
      expect(new Set(answers).size).toBe(2);
      for (const [at, stream] of near.entries()) {
        const frame = await stream.read();
        expect([frame.length, frame[0]]).toEqual([chunk.length, text(String(at))[0]]);
      }
    });

    it('loses nothing to a reader that is slower than the sender', async ({ alice, bob, linked }) => {
      await linked();
      const incoming = asked(bob);
      const near = await alice.openContent(bob.peerId);
      await near.write(text('?'));
      const { stream: far } = await incoming;
      await far.read();
      const chunks = Array.from({ length: 12 }, (_, at) => new Uint8Array(CHUNK_BYTES + CHUNK_TAG_BYTES).fill(at));
      const sending = (async () => {
        for (const chunk of chunks) await far.write(chunk);
        await far.close();
      })();
      // One who checks and stores each chunk before taking the next: everything that is on the way comes in the meantime.
      await new Promise((resolve) => setTimeout(resolve, 300));
      for (const [at, chunk] of chunks.entries()) {
        const frame = await near.read();
        expect([at, Buffer.compare(frame, chunk)]).toEqual([at, 0]);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await expect(near.read()).rejects.toThrow();
      await sending;
    });

    it('ends both ends of a stream that one breaks off, and the link stays', async ({ alice, bob, linked }) => {
      const { near: link, far: farLink } = await linked();
      const incoming = asked(bob);
      const near = await alice.openContent(bob.peerId);
      await near.write(text('?'));
      const { stream: far } = await incoming;
      await far.read();
      far.abort();
      await expect(near.read()).rejects.toThrow();
      const arrived = framesOf(farLink, 1);
      link.send(text('still here'));
      expect((await arrived)[0]).toEqual(text('still here'));
    });

    it('ends streams with the link', async ({ alice, bob, linked }) => {
      const { near: link } = await linked();
      const near = await alice.openContent(bob.peerId);
      const reading = expect(near.read()).rejects.toThrow();
      link.close();
      await reading;
    });

    it('opens none to somebody who is not there', async ({ alice, bob, linked }) => {
      expect(await codeOf(alice.openContent(bob.peerId))).toBe('peer_unreachable');
      const { near: link } = await linked();
      const gone = closeOf(link);
      link.close();
      await gone;
      expect(await codeOf(alice.openContent(bob.peerId))).toBe('peer_unreachable');
    });
  });
}
