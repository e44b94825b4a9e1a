/** When a contact is dialled again: the reconnect state machine. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { CarrierLink, PeerHint } from '../../../main/host/network/carrier.port.ts';
import { keepInTouch } from '../../../main/host/network/keep-in-touch.ts';
import { FIRST_PAUSE_MS, GRACE_MS, LONGEST_PAUSE_MS, NUDGE_INTERVAL_MS, type ContactState, dialsFirst, nextContactState, pauseMs, wantedContact } from '../../../main/host/network/reconnect.machine.ts';
import { newerWins } from '../../../main/host/network/rivals.ts';
import { RIVAL_WINDOW_MS } from '../../../main/host/network/carrier-limits.ts';
import { createMemoryNetwork } from '../../support/memory-carrier.ts';
import { hintOf } from '../../support/links.ts';

const failTimes = (times: number): { state: ContactState; now: number } => {
  let state = wantedContact(true, 0);
  let now = 0;
  for (let n = 0; n < times; n++) {
    state = nextContactState(state, { type: 'due' }, true, now);
    state = nextContactState(state, { type: 'failed', random: 1 }, true, now);
    now = state.phase === 'waiting' ? state.dueAt : now;
  }
  return { state, now };
};

describe('When to dial again', () => {
  it('one side at once, the other after a grace, never both first', () => {
    expect(wantedContact(true, 100)).toMatchObject({ phase: 'waiting', dueAt: 100 });
    expect(wantedContact(false, 100)).toMatchObject({ phase: 'waiting', dueAt: 100 + GRACE_MS });
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => a === b || dialsFirst(a, b) !== dialsFirst(b, a)));
  });

  it('pauses double up to a minute and differ by chance', () => {
    expect([0, 1, 2, 3].map((n) => pauseMs(n, 1))).toEqual([1, 2, 4, 8].map((n) => n * FIRST_PAUSE_MS));
    expect([0, 1, 2, 3].map((n) => pauseMs(n, 0))).toEqual([0.5, 1, 2, 4].map((n) => n * FIRST_PAUSE_MS));
    expect(pauseMs(1e9, 1)).toBe(LONGEST_PAUSE_MS);
  });

  it('news starts over, but not more often than it may', () => {
    const { state, now } = failTimes(10);
    const later = nextContactState(state, { type: 'nudged' }, true, now - 1);
    expect(later).toMatchObject({ phase: 'waiting', dueAt: now - 1, failures: 0 });
    const failed = nextContactState(nextContactState(later, { type: 'due' }, true, now), { type: 'failed', random: 1 }, true, now);
    expect(nextContactState(failed, { type: 'nudged' }, true, now)).toBe(failed);
    expect(nextContactState(failed, { type: 'nudged' }, true, now - 1 + NUDGE_INTERVAL_MS)).toMatchObject({ failures: 0 });
  });

  it('a flood of news brings at most one dial per interval', () => {
    let state = wantedContact(true, 0);
    let dials = 0;
    for (let now = 0; now < 60_000; now += 10) {
      state = nextContactState(state, { type: 'nudged' }, true, now);
      if (state.phase === 'waiting' && state.dueAt <= now) {
        dials += 1;
        state = nextContactState(nextContactState(state, { type: 'due' }, true, now), { type: 'failed', random: 0 }, true, now);
      }
    }
    expect(dials).toBeLessThanOrEqual(60_000 / NUDGE_INTERVAL_MS * 3);
  });

  it('a linked contact is not dialled, whatever the news', () => {
    const linked = nextContactState(wantedContact(true, 0), { type: 'linked' }, true, 0);
    for (const event of [{ type: 'nudged' }, { type: 'due' }, { type: 'failed', random: 0 }] as const) expect(nextContactState(linked, event, true, 9e9)).toBe(linked);
    expect(nextContactState(linked, { type: 'closed', random: 0 }, true, 1000)).toMatchObject({ phase: 'waiting', dueAt: 1000 + FIRST_PAUSE_MS / 2 });
  });

  it('any order of events leaves a contact waiting, dialling or linked, and waiting ends', () => {
    const event = fc.oneof(fc.constantFrom('nudged', 'due', 'linked').map((type) => ({ type })), fc.record({ type: fc.constantFrom('failed', 'closed'), random: fc.double({ min: 0, max: 1, noNaN: true }) }));
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.integer({ min: 0, max: 100_000 }))), fc.boolean(), (events, first) => {
        let state: ContactState = wantedContact(first, 0);
        let now = 0;
        for (const [e, passed] of events) {
          state = nextContactState(state, e as Parameters<typeof nextContactState>[1], first, (now += passed));
          if (state.phase === 'waiting') expect(state.dueAt).toBeLessThanOrEqual(now + LONGEST_PAUSE_MS + GRACE_MS);
        }
      }),
    );
  });
});

it('of two links to one peer, both sides keep the same one', () => {
  const seenBy = (self: string, dialler: string) => ({ role: self === dialler ? ('initiator' as const) : ('responder' as const), localPeer: self, remotePeer: self === 'a' ? 'b' : 'a' });
  for (const [firstAtA, firstAtB] of [['a', 'b'], ['b', 'a'], ['a', 'a'], ['b', 'b']] as const) {
    const keptBy = (self: string, first: string) => {
      const second = first === 'a' ? 'b' : 'a';
      return newerWins(seenBy(self, first), seenBy(self, second), RIVAL_WINDOW_MS) ? second : first;
    };
    expect([keptBy('a', firstAtA), keptBy('b', firstAtB)]).toEqual(['a', 'a']);
  }
  expect(newerWins(seenBy('a', 'b'), seenBy('a', 'b'), 0)).toBe(true);
  expect(newerWins(seenBy('a', 'a'), seenBy('a', 'b'), RIVAL_WINDOW_MS + 1)).toBe(true);
});

describe('Keeping in touch', () => {
  const pair = async () => {
    const network = createMemoryNetwork();
    const [alice, bob] = [await network.start(), await network.start()];
    const links: CarrierLink[] = [];
    for (const carrier of [alice, bob]) carrier.onLink((link) => void links.push(link));
    const keep = (carrier: typeof alice, wanted: PeerHint[]) => keepInTouch(carrier, { onLink: (link) => void links.push(link), wanted, random: () => 0, now: () => Date.now() });
    return { network, alice, bob, links, keep };
  };
  const standing = (...reconnectors: Array<{ isLinked(peerId: string): boolean }>) => (peers: string[]) => vi.waitFor(() => reconnectors.forEach((r, n) => {
    if (!r.isLinked(peers[n]!)) throw new Error('not linked yet');
  }), { timeout: 30_000, interval: 5 });

  it('both sides want each other and get one link', async () => {
    const { alice, bob, links, keep } = await pair();
    const [a, b] = [keep(alice, [hintOf(bob, 'known')]), keep(bob, [hintOf(alice, 'known')])];
    await standing(a, b)([bob.peerId, alice.peerId]);
    expect(links).toHaveLength(2);
    const first = links.find((link) => link.role === 'initiator')!;
    expect(first.localPeer < first.remotePeer).toBe(true);
    a.stop();
    b.stop();
  });

  it('links again by itself after the cable was out', async () => {
    const { network, alice, bob, links, keep } = await pair();
    const [a, b] = [keep(alice, [hintOf(bob, 'known')]), keep(bob, [hintOf(alice, 'known')])];
    await standing(a, b)([bob.peerId, alice.peerId]);
    const gone = Promise.all(links.map((link) => new Promise((resolve) => link.onClose(resolve))));
    network.cut();
    await gone;
    expect([a.isLinked(bob.peerId), b.isLinked(alice.peerId)]).toEqual([false, false]);
    network.heal();
    await standing(a, b)([bob.peerId, alice.peerId]);
    a.stop();
    b.stop();
  });

  it('dials a sighting’s address when the known one is stale', async () => {
    const { alice, bob, keep } = await pair();
    const a = keep(alice, [{ peerId: bob.peerId, addresses: ['/ip4/10.77.0.99/tcp/4001'], foundBy: 'known' }]);
    await alice.setDiscovery(true);
    await bob.setDiscovery(true);
    await standing(a)([bob.peerId]);
    a.stop();
  });

  it('dials the wanted for ever, and those who are not wanted any more never', async () => {
    const { network, alice, bob, keep } = await pair();
    const carol = await network.start();
    const a = keep(alice, [hintOf(bob, 'known'), hintOf(carol, 'known')]);
    await standing(a, a)([bob.peerId, carol.peerId]);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));
    try {
      a.setWanted([hintOf(carol, 'known')]);
      network.cut();
      for (let n = 0; n < 100; n++) {
        vi.advanceTimersByTime(LONGEST_PAUSE_MS);
        await settled();
      }
      expect(a.isLinked(carol.peerId)).toBe(false);
      network.heal();
      vi.advanceTimersByTime(LONGEST_PAUSE_MS);
      await settled();
      expect([a.isLinked(carol.peerId), a.isLinked(bob.peerId)]).toEqual([true, false]);
    } finally {
      a.stop();
      vi.useRealTimers();
    }
  });

  it('knows of links that others dialled', async () => {
    const { alice, bob, keep } = await pair();
    const a = keep(alice, []);
    const link = await alice.dial(hintOf(bob));
    expect(a.isLinked(bob.peerId)).toBe(false);
    a.adopt(link);
    a.setWanted([hintOf(bob, 'known')]);
    expect(a.isLinked(bob.peerId)).toBe(true);
    a.stop();
  });
});
