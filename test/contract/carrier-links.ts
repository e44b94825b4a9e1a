/** What every carrier's links must do: frames whole and in order, however fast either end is, and an end that both hear of once. */
import { describe, expect } from 'vitest';
import { MAX_FRAME_BYTES } from '../../protocol/limits.ts';
import { closeOf, framesOf, settled, text } from '../support/links.ts';
import type { CarrierTest } from './carrier-world.ts';

export function describeLinks(name: string, it: CarrierTest): void {
  describe(name, () => {
    it('names both ends and who dialled', async ({ alice, bob, linked }) => {
      const { near, far } = await linked();
      expect([near.role, near.localPeer, near.remotePeer]).toEqual(['initiator', alice.peerId, bob.peerId]);
      expect([far.role, far.localPeer, far.remotePeer]).toEqual(['responder', bob.peerId, alice.peerId]);
      expect(near.id).not.toBe(far.id);
      expect(near.remoteAddress).toMatch(/^\/ip4\//);
    });

    it('carries frames of every size whole and in order, both ways', async ({ linked }) => {
      const { near, far } = await linked();
      const sizes = [1, 2, 255, 256, 257, 1000, 32_768, MAX_FRAME_BYTES - 1, MAX_FRAME_BYTES, 1];
      for (const [from, to] of [[near, far], [far, near]] as const) {
        const arrived = framesOf(to, sizes.length);
        sizes.forEach((size, index) => from.send(new Uint8Array(size).fill(index)));
        const frames = await arrived;
        expect(frames.map((frame) => frame.length)).toEqual(sizes);
        frames.forEach((frame, index) => expect(frame.every((byte) => byte === index)).toBe(true));
      }
    });

    it('carries thousands of frames at once', async ({ linked }) => {
      const { near, far } = await linked();
      const arrived = framesOf(far, 5000);
      for (let n = 0; n < 5000; n++) near.send(new Uint8Array(new Uint32Array([n]).buffer.slice(0)));
      expect((await arrived).map((frame) => new DataView(frame.buffer, frame.byteOffset).getUint32(0, true))).toEqual(Array.from({ length: 5000 }, (_, n) => n));
    });

    it('keeps frames that arrive before somebody listens', async ({ linked }) => {
      const { near, far } = await linked();
      for (let n = 0; n < 40; n++) near.send(Uint8Array.of(n));
      near.send(text('last'));
      await settled();
      const frames = await framesOf(far, 41);
      expect(frames.slice(0, 40).map((frame) => frame[0])).toEqual(Array.from({ length: 40 }, (_, n) => n));
    });

    it('waits for a listener that is not ready for the next frame', async ({ linked }) => {
      const { near, far } = await linked();
      let open = 0;
      let most = 0;
      const done = new Promise<void>((resolve) => {
        let count = 0;
        far.onFrame(async () => {
          most = Math.max(most, ++open);
          await new Promise((later) => setImmediate(later));
          open -= 1;
          if (++count === 200) resolve();
        });
      });
      for (let n = 0; n < 200; n++) near.send(new Uint8Array(10_000));
      await done;
      expect(most).toBe(1);
    });

    it('reports the end once at both ends, after the last frame', async ({ linked }) => {
      const { near, far } = await linked();
      const order: string[] = [];
      far.onFrame((frame) => void order.push(new TextDecoder().decode(frame)));
      const ends = { near: 0, far: 0 };
      near.onClose(() => (ends.near += 1));
      far.onClose(() => {
        ends.far += 1;
        order.push('end');
      });
      const both = Promise.all([closeOf(near), closeOf(far)]);
      near.send(text('one'));
      near.send(text('two'));
      near.close();
      near.close();
      expect(await both).toEqual([null, null]);
      far.close();
      await settled();
      expect(order).toEqual(['one', 'two', 'end']);
      expect(ends).toEqual({ near: 1, far: 1 });
    });

    it('tells a listener that comes after the end', async ({ linked }) => {
      const { near, far } = await linked();
      far.close();
      await closeOf(near);
      expect(await closeOf(near)).toBeNull();
    });

    it('ignores frames sent after the end', async ({ linked }) => {
      const { near, far } = await linked();
      let heard = 0;
      far.onFrame(() => void (heard += 1));
      near.close();
      near.send(text('too late'));
      await closeOf(far);
      near.send(text('much too late'));
      far.send(text('also too late'));
      await settled();
      expect(heard).toBe(0);
    });

    it.for([0, MAX_FRAME_BYTES + 1])('refuses a frame of %i bytes and ends the link, so that nothing is missing in between', async (size, { linked }) => {
      const { near, far } = await linked();
      const heard: number[] = [];
      far.onFrame((frame) => void heard.push(frame.length));
      near.send(new Uint8Array(7));
      near.send(new Uint8Array(size));
      near.send(new Uint8Array(8));
      expect((await closeOf(near))?.code).toBe('bad_input');
      await closeOf(far);
      expect(heard).toEqual([7]);
    });

    it('closes a link whose other end does not read, instead of piling up memory', async ({ linked }) => {
      const { near, far } = await linked();
      far.onFrame(() => new Promise(() => undefined));
      const ended = closeOf(near);
      for (let n = 0; n < 200; n++) near.send(new Uint8Array(MAX_FRAME_BYTES));
      expect((await ended)?.code).toBe('busy');
    });

    it('ends the link when a listener throws', async ({ linked }) => {
      const { near, far } = await linked();
      far.onFrame(() => {
        throw new Error('a defect');
      });
      near.send(text('poison'));
      expect((await closeOf(far))?.code).toBe('internal');
      expect((await closeOf(near))?.code).toBe('peer_unreachable');
    });

    it('can be linked again after the end', async ({ linked }) => {
      const first = await linked();
      const gone = Promise.all([closeOf(first.near), closeOf(first.far)]);
      first.far.close();
      await gone;
      const { near, far } = await linked();
      const arrived = framesOf(far, 1);
      near.send(text('again'));
      expect(new TextDecoder().decode((await arrived)[0])).toBe('again');
    });

    it('ends its links when it stops, and stops twice without harm', async ({ alice, linked }) => {
      const { near, far } = await linked();
      const ends = Promise.all([closeOf(near), closeOf(far)]);
      await alice.stop();
      expect((await ends)[0]).toBeNull();
      await alice.stop();
    });

    it('keeps living links through a refresh', async ({ alice, bob, linked }) => {
      const { near, far } = await linked();
      await Promise.all([alice.refresh(), bob.refresh()]);
      const arrived = framesOf(far, 1);
      near.send(text('still here'));
      expect((await arrived)[0]).toEqual(text('still here'));
    });
  });
}
