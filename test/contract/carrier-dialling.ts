/** Whom every carrier must reach, whom it must not, and who is let in: one link between two, and none with somebody else. */
import { describe, expect } from 'vitest';
import type { CarrierLink } from '../../main/host/network/carrier.port.ts';
import type { Refusal } from '../../protocol/errors.ts';
import { closeOf, framesOf, hintOf, nextLink, settled, text } from '../support/links.ts';
import { codeOf } from '../support/refusals.ts';
import type { CarrierTest } from './carrier-world.ts';

export function describeDialling(name: string, it: CarrierTest): void {
  describe(name, () => {
    it('keeps one link when both dial at the same moment', async ({ alice, bob }) => {
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

    it('does not dial a peer twice', async ({ alice, bob }) => {
      const first = alice.dial(hintOf(bob));
      expect(await codeOf(alice.dial(hintOf(bob)))).toBe('busy');
      await first;
      expect(await codeOf(alice.dial(hintOf(bob)))).toBe('busy');
    });

    it('says peer_unreachable where nobody is', async ({ alice, bob }) => {
      const gone = hintOf(bob);
      await bob.stop();
      expect(await codeOf(alice.dial(gone))).toBe('peer_unreachable');
    });

    it('does not link to somebody else than was meant', async ({ start, alice, bob }) => {
      const carol = await start();
      const addresses = carol.addresses().map((address) => address.split('/p2p/')[0]!);
      expect(await codeOf(alice.dial({ peerId: bob.peerId, addresses, foundBy: 'known' }))).toBe('peer_unreachable');
    });

    it.for([
      ['nothing', []],
      ['words', ['next door']],
      ['another transport', ['/ip4/127.0.0.1/udp/4001/quic-v1']],
      ['a relay', ['/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf/p2p-circuit']],
      ['port 0', ['/ip4/127.0.0.1/tcp/0']],
      ['everybody', ['/ip4/255.255.255.255/tcp/4001']],
      ['a path', ['/unix/tmp%2Fsocket']],
    ] as const)('does not dial %s', async ([, addresses], { alice, bob }) => {
      expect(await codeOf(alice.dial({ peerId: bob.peerId, addresses, foundBy: 'address' }))).toBe('bad_address');
    });

    it('does not dial itself', async ({ alice }) => {
      expect(await codeOf(alice.dial(hintOf(alice)))).toBe('bad_address');
    });

    it('lets only allowed peers in, and dials whom it likes', async ({ alice, bob, linked }) => {
      bob.setAllowedPeers(new Set());
      let came = 0;
      bob.onLink(() => (came += 1));
      const outcome = await alice.dial(hintOf(bob)).then(closeOf, () => null);
      expect([undefined, 'peer_unreachable']).toContain(outcome?.code);
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

    it('gives up a dial when asked to', async ({ alice, bob }) => {
      const reason = new AbortController();
      const dial = codeOf(alice.dial({ peerId: bob.peerId, addresses: bob.addresses(), foundBy: 'known' }, { signal: reason.signal }));
      reason.abort();
      expect(await dial).toBe('peer_unreachable');
    });

    it('stops while dialling', async ({ alice, bob }) => {
      const dial = alice.dial(hintOf(bob)).then(closeOf, (error: unknown) => (error as Refusal).failure);
      await alice.stop();
      const outcome = await dial;
      expect([undefined, 'peer_unreachable']).toContain(outcome?.code);
      expect(await codeOf(alice.dial(hintOf(bob)))).toBe('peer_unreachable');
    });

    it('says that discovery is off when it was not wanted', ({ alice }) => {
      expect(alice.discovery()).toEqual({ state: 'off', trouble: null });
    });
  });
}
