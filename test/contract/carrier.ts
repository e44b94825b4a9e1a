/**
 * What every Carrier must do, whatever is underneath (main/host/network/carrier.port.ts). No times are asserted.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Failure, Refusal } from '../../protocol/errors.ts';
import { CHUNK_BYTES, MAX_FRAME_BYTES } from '../../protocol/limits.ts';
import { CHUNK_TAG_BYTES } from '../../protocol/publication.codec.ts';
import type { FrameStream } from '../../main/host/library/frame-stream.port.ts';
import type { Carrier, CarrierLink, PeerHint } from '../../main/host/network/carrier.port.ts';

export interface CarrierWorld {
  /** A carrier of its own on the network that all of them share. */
  start(): Promise<Carrier>;
  /** Stops everything that `start` started. */
  end(): Promise<void>;
}

export const hintOf = (carrier: Carrier, foundBy: PeerHint['foundBy'] = 'address'): PeerHint => ({ peerId: carrier.peerId, addresses: carrier.addresses(), foundBy });
export const nextLink = (carrier: Carrier): Promise<CarrierLink> => new Promise((resolve) => carrier.onLink(resolve));
export const closeOf = (link: CarrierLink): Promise<Failure | null> => new Promise((resolve) => link.onClose(resolve));
/** The first `count` frames of a link. */
export const framesOf = (link: CarrierLink, count: number): Promise<Uint8Array[]> =>
  new Promise((resolve) => {
    const frames: Uint8Array[] = [];
    link.onFrame((frame) => {
      frames.push(frame);
      if (frames.length === count) resolve(frames);
    });
  });
export const refusalOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) return error.failure.code;
    throw error;
  }
  throw new Error('nothing was refused');
};
const text = (value: string) => new TextEncoder().encode(value);
const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

export function describeCarrier(name: string, createWorld: () => Promise<CarrierWorld>): void {
  describe(name, () => {
    let world: CarrierWorld;
    let alice: Carrier;
    let bob: Carrier;
    const linked = async () => {
      const incoming = nextLink(bob);
      const near = await alice.dial(hintOf(bob));
      return { near, far: await incoming };
    };

    beforeEach(async () => {
      world = await createWorld();
      alice = await world.start();
      bob = await world.start();
    });
    afterEach(() => world.end());

    it('names both ends and who dialled', async () => {
      const { near, far } = await linked();
      expect([near.role, near.localPeer, near.remotePeer]).toEqual(['initiator', alice.peerId, bob.peerId]);
      expect([far.role, far.localPeer, far.remotePeer]).toEqual(['responder', bob.peerId, alice.peerId]);
      expect(near.id).not.toBe(far.id);
      expect(near.remoteAddress).toMatch(/^\/ip4\//);
    });

    it('carries frames of every size whole and in order, both ways', async () => {
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

    it('carries thousands of frames at once', async () => {
      const { near, far } = await linked();
      const arrived = framesOf(far, 5000);
      for (let n = 0; n < 5000; n++) near.send(new Uint8Array(new Uint32Array([n]).buffer.slice(0)));
      expect((await arrived).map((frame) => new DataView(frame.buffer, frame.byteOffset).getUint32(0, true))).toEqual(Array.from({ length: 5000 }, (_, n) => n));
    });

    it('keeps frames that arrive before somebody listens', async () => {
      const { near, far } = await linked();
      for (let n = 0; n < 40; n++) near.send(Uint8Array.of(n));
      near.send(text('last'));
      await settled();
      const frames = await framesOf(far, 41);
      expect(frames.slice(0, 40).map((frame) => frame[0])).toEqual(Array.from({ length: 40 }, (_, n) => n));
    });

    it('waits for a listener that is not ready for the next frame', async () => {
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

    it('reports the end once at both ends, after the last frame', async () => {
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

    it('tells a listener that comes after the end', async () => {
      const { near, far } = await linked();
      far.close();
      await closeOf(near);
      expect(await closeOf(near)).toBeNull();
    });

    it('ignores frames sent after the end', async () => {
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

    it.each([0, MAX_FRAME_BYTES + 1])('refuses a frame of %i bytes and ends the link, so that nothing is missing in between', async (size) => {
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

    it('closes a link whose other end does not read, instead of piling up memory', async () => {
      const { near, far } = await linked();
      far.onFrame(() => new Promise(() => undefined));
      const ended = closeOf(near);
      for (let n = 0; n < 200; n++) near.send(new Uint8Array(MAX_FRAME_BYTES));
      expect((await ended)?.code).toBe('busy');
    });

    it('ends the link when a listener throws', async () => {
      const { near, far } = await linked();
      far.onFrame(() => {
        throw new Error('a defect');
      });
      near.send(text('poison'));
      expect((await closeOf(far))?.code).toBe('internal');
      expect((await closeOf(near))?.code).toBe('peer_unreachable');
    });

    it('can be linked again after the end', async () => {
      const first = await linked();
      const gone = Promise.all([closeOf(first.near), closeOf(first.far)]);
      first.far.close();
      await gone;
      const { near, far } = await linked();
      const arrived = framesOf(far, 1);
      near.send(text('again'));
      expect(new TextDecoder().decode((await arrived)[0])).toBe('again');
    });

    it('keeps one link when both dial at the same moment', async () => {
      const links: CarrierLink[] = [];
      for (const carrier of [alice, bob]) carrier.onLink((link) => void links.push(link));
      const dials = await Promise.allSettled([alice.dial(hintOf(bob)), bob.dial(hintOf(alice))]);
      for (const dial of dials) if (dial.status === 'fulfilled') links.push(dial.value);
      await settled();
      const open = new Map(links.map((link) => [link.id, link]));
      for (const link of links) link.onClose(() => void open.delete(link.id));
      await settled();
      const standing = [...open.values()];
      expect(standing.map((link) => link.localPeer).sort()).toEqual([alice.peerId, bob.peerId].sort());
      const [one, other] = standing as [CarrierLink, CarrierLink];
      const arrived = framesOf(other, 1);
      one.send(text('through'));
      expect((await arrived)[0]).toEqual(text('through'));
    });

    it('does not dial a peer twice', async () => {
      const first = alice.dial(hintOf(bob));
      expect(await refusalOf(alice.dial(hintOf(bob)))).toBe('busy');
      await first;
      expect(await refusalOf(alice.dial(hintOf(bob)))).toBe('busy');
    });

    it('says peer_unreachable where nobody is', async () => {
      const gone = hintOf(bob);
      await bob.stop();
      expect(await refusalOf(alice.dial(gone))).toBe('peer_unreachable');
    });

    it('does not link to somebody else than was meant', async () => {
      const carol = await world.start();
      const addresses = carol.addresses().map((address) => address.split('/p2p/')[0]!);
      expect(await refusalOf(alice.dial({ peerId: bob.peerId, addresses, foundBy: 'known' }))).toBe('peer_unreachable');
    });

    it.each([
      ['nothing', []],
      ['words', ['next door']],
      ['another transport', ['/ip4/127.0.0.1/udp/4001/quic-v1']],
      ['a relay', ['/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf/p2p-circuit']],
      ['port 0', ['/ip4/127.0.0.1/tcp/0']],
      ['everybody', ['/ip4/255.255.255.255/tcp/4001']],
      ['a path', ['/unix/tmp%2Fsocket']],
    ])('does not dial %s', async (_, addresses) => {
      expect(await refusalOf(alice.dial({ peerId: bob.peerId, addresses, foundBy: 'address' }))).toBe('bad_address');
    });

    it('does not dial itself', async () => {
      expect(await refusalOf(alice.dial(hintOf(alice)))).toBe('bad_address');
    });

    it('lets only allowed peers in, and dials whom it likes', async () => {
      bob.setAllowedPeers(new Set());
      let came = 0;
      bob.onLink(() => (came += 1));
      const outcome = await alice.dial(hintOf(bob)).then(closeOf, () => null);
      expect(outcome === null || outcome.code === 'peer_unreachable').toBe(true);
      expect(came).toBe(0);
      const incoming = nextLink(alice);
      const link = await bob.dial(hintOf(alice));
      expect((await incoming).remotePeer).toBe(bob.peerId);
      const gone = closeOf(link);
      link.close();
      await gone;
      await settled();
      bob.setAllowedPeers(new Set([alice.peerId]));
      await linked();
      expect(came).toBe(1);
    });

    it('gives up a dial when asked to', async () => {
      const reason = new AbortController();
      const dial = refusalOf(alice.dial({ peerId: bob.peerId, addresses: bob.addresses(), foundBy: 'known' }, { signal: reason.signal }));
      reason.abort();
      expect(await dial).toBe('peer_unreachable');
    });

    it('stops while dialling', async () => {
      const dial = alice.dial(hintOf(bob)).then(closeOf, (error: unknown) => (error as Refusal).failure);
      await alice.stop();
      const outcome = await dial;
      expect(outcome === null || outcome.code === 'peer_unreachable').toBe(true);
      expect(await refusalOf(alice.dial(hintOf(bob)))).toBe('peer_unreachable');
    });

    it('ends its links when it stops, and stops twice without harm', async () => {
      const { near, far } = await linked();
      const ends = Promise.all([closeOf(near), closeOf(far)]);
      await alice.stop();
      expect((await ends)[0]).toBeNull();
      await alice.stop();
    });

    it('keeps living links through a refresh', async () => {
      const { near, far } = await linked();
      await Promise.all([alice.refresh(), bob.refresh()]);
      const arrived = framesOf(far, 1);
      near.send(text('still here'));
      expect((await arrived)[0]).toEqual(text('still here'));
    });

    describe('for ciphertext', () => {
      const asked = (carrier: Carrier): Promise<{ peerId: string; stream: FrameStream }> => new Promise((resolve) => carrier.onContent((peerId, stream) => resolve({ peerId, stream })));

      it('carries frames both ways beside the link, in order, and says who asks', async () => {
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

      it('carries a whole chunk with its tag, and several streams at once', async () => {
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

      it('loses nothing to a reader that is slower than the sender', async () => {
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

      it('ends both ends of a stream that one breaks off, and the link stays', async () => {
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

      it('ends streams with the link', async () => {
        const { near: link } = await linked();
        const near = await alice.openContent(bob.peerId);
        const reading = expect(near.read()).rejects.toThrow();
        link.close();
        await reading;
      });

      it('opens none to somebody who is not there', async () => {
        expect(await refusalOf(alice.openContent(bob.peerId))).toBe('peer_unreachable');
        const { near: link } = await linked();
        const gone = closeOf(link);
        link.close();
        await gone;
        expect(await refusalOf(alice.openContent(bob.peerId))).toBe('peer_unreachable');
      });
    });

    it('says that discovery is off when it was not wanted', () => {
      expect(alice.discovery()).toEqual({ state: 'off', trouble: null });
    });
  });
}
