/**
 * In every session `resume` comes first (docs/PROTOCOL.md §7): before it has been heard what others remember of this wallet,
 * nothing of value is taken from them, so that an older copy does nothing twice (assurance rows 13, 29, 32).
 */
import { describe, expect, it } from 'vitest';
import type { Message } from '../../protocol/messages.codec.ts';
import { MemoryHost } from '../support/memory-host.ts';
import { credit, descriptor, laneFrames, RawContact } from '../support/raw-contact.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { pairUp, PureNetwork, PureVault } from '../support/pure-vault.ts';
import { TeaVault } from '../support/tea-vault.ts';

const ID = 'ab'.repeat(16);

async function adaAndMallory(seed: string) {
  const ada = new MemoryHost('Ada', seed);
  await ada.boot(true);
  const mallory = await RawContact.of(ada, 'Mallory', seed);
  const wire = descriptor(mallory.identity, 'MAL');
  const packages = () => ada.store.snapshot().packages.size;
  return { ada, mallory, wire, packages };
}

describe('before resume', () => {
  it('nothing that has to do with value is heard: the session ends, and nothing has changed', async () => {
    const { ada, mallory, wire, packages } = await adaAndMallory('first words');
    const terms = { id: ID, give: [credit(wire, 5)], take: [], memo: '', purpose: 'payment' as const };
    const messages: Message[] = [
      { type: 'witness', positions: [], proofs: [] }, { type: 'rule', rule: [] }, { type: 'lane-open', sourceKey: mallory.random(32), nonce: mallory.random(32) },
      { type: 'lane-ready', sourceKey: mallory.random(32), destinationKey: mallory.random(32), signature: mallory.random(64) },
      { type: 'offer', ...terms }, { type: 'accept', id: ID }, { type: 'decline', id: ID, reason: '' }, { type: 'withdraw', id: ID },
      { type: 'request', id: ID, asset: credit(wire, 1), memo: '' }, { type: 'request-decline', id: ID }, { type: 'request-cancel', id: ID },
      { type: 'lane-frames', frames: [mallory.commit(1, terms)] },
    ];
    await mallory.peer.leave();
    const before = packages();
    for (const message of messages) {
      const peer = await new RawPeer(mallory.identity, ada).meet();
      const said = (await peer.say(message)).filter(({ type }) => type !== 'resume');
      expect([message.type, peer.hungUp?.code, said]).toEqual([message.type, 'peer_protocol', []]);
    }
    expect(packages()).toBe(before);
    expect(ada.fault).toBeNull();
  });

  it('the same words are welcome after it, the commit as well', async () => {
    const { ada, mallory, wire } = await adaAndMallory('second words');
    await mallory.reconnect();
    await mallory.say({ type: 'offer', id: ID, give: [credit(wire, 5)], take: [], memo: '', purpose: 'payment' });
    await ada.must('transfers.accept', { id: ID as never });
    expect(await mallory.sayFrame(mallory.commit(1, { id: ID, give: [credit(wire, 5)] }))).toHaveLength(1);
    expect(await ada.must('credits.balances', {})).toMatchObject([{ held: '5' }]);
  });

  it('an older copy of a receiver takes no commit: what it does not know of stays as it was, until it hears that it is old', async () => {
    const { ada, mallory, wire, packages } = await adaAndMallory('older copy');
    const older = ada.save();
    const commit = mallory.commit(1, { id: ID, give: [credit(wire, 5)] });
    expect(await mallory.sayFrame(commit)).toHaveLength(1);
    const [hers] = (await mallory.reconnect()).filter((message) => message.type === 'resume');
    await mallory.peer.leave();
    await ada.goBackTo(older);
    const before = packages();
    const peer = await new RawPeer(mallory.identity, ada).meet();
    expect(laneFrames(await peer.say({ type: 'lane-frames', frames: [commit] }))).toEqual([]);
    expect([peer.hungUp?.code, packages(), ada.fault]).toEqual(['peer_protocol', before, null]);
    await (await new RawPeer(mallory.identity, ada).meet()).say(mallory.resume({ witnessed: hers!.position }));
    expect(ada.fault?.code).toBe('rollback_detected');
  });
});

describe('somebody who was forgotten', () => {
  it('can still stop an older copy that does not know them yet, before it refuses what it had taken', async () => {
    const { ada, mallory, wire } = await adaAndMallory('forgotten, then not');
    await ada.must('people.forget', { contact: mallory.identity.instance });
    // A copy from the time when Mallory was a stranger with a lane.
    const older = ada.save();
    await mallory.pairAgain();
    await mallory.say({ type: 'offer', id: ID, give: [credit(wire, 5)], take: [], memo: '', purpose: 'payment' });
    await ada.must('transfers.accept', { id: ID as never });
    const commit = mallory.commit(1, { id: ID, give: [credit(wire, 5)] });
    expect(await mallory.sayFrame(commit)).toHaveLength(1);
    const [hers] = (await mallory.reconnect()).filter((message) => message.type === 'resume');
    await mallory.peer.leave();
    await ada.goBackTo(older);
    const peer = await new RawPeer(mallory.identity, ada).meet();
    expect(laneFrames(await peer.say(mallory.resume({ witnessed: hers!.position }), { type: 'lane-frames', frames: [commit] }))).toEqual([]);
    expect(ada.fault?.code).toBe('rollback_detected');
  });

  it('gets back what was in transit, although those who have forgotten them say no resume', () => {
    const network = new PureNetwork();
    const [ada, ben] = [new TeaVault('forgotten', { network }), new PureVault('Ben', 'forgotten', network)];
    const line = pairUp(network, ada, ben);
    const { id } = ada.must('transfers.send', { contact: ben.instance, currency: ada.tea, amount: '30' });
    network.settle();
    ben.must('transfers.accept', { id });
    // Ada commits, and Ben has forgotten her before it comes.
    network.deliver(line, true);
    expect(ada.book(ada.tea)).toMatchObject({ held: 70n, transit: 30n });
    ben.call('people.forget', { contact: ada.instance });
    network.connect(ada, ben);
    network.settle();
    expect(ada.book(ada.tea)).toMatchObject({ held: 100n, transit: 0n });
  });
});
