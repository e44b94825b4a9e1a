/** What contacts tell each other of others is bounded (design §5.7), and chosen so that nobody is left out for ever. */
import { describe, expect, it } from 'vitest';
import { digest } from '../../../enclave/vault/bytes.ts';
import { onWitnessPart, witnessPart } from '../../../enclave/vault/people/witnesses.ts';
import { instanceIdOf } from '../../../protocol/identifiers.ts';
import { MAX_PLAINTEXT_BYTES, MAX_WITNESSED_CONTACTS } from '../../../protocol/limits.ts';
import { decodeMessage, encodeMessage, type Message, type MessageOf } from '../../../protocol/messages.codec.ts';
import { bytesFrom, forkProofOf, positionOf, signerOf } from '../../support/fork-proofs.ts';
import { MemoryHost } from '../../support/memory-host.ts';
import { PureNetwork, PureVault } from '../../support/pure-vault.ts';
import { RawContact } from '../../support/raw-contact.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('what is said of others is bounded', () => {
  const MANY = MAX_WITNESSED_CONTACTS + 50;
  /** A vault with more contacts than it may name, all of them with a position, and `forked` of them proven copies. Nobody checks their signatures here. */
  function popular(seed: string, order: (crowd: Uint8Array[]) => Uint8Array[], forked = 0) {
    const vault = new PureVault('Ada', seed, new PureNetwork());
    const peer = signerOf('the one who is met');
    const keys = order(Array.from({ length: MANY }, (_, at) => bytesFrom(`crowd ${at}`)));
    const crowd = keys.map((publicKey) => ({ publicKey, instance: instanceIdOf(publicKey) }));
    const saying = (instance: Uint8Array, head: string) => ({ instance, n: Number.MAX_SAFE_INTEGER, head: bytesFrom(head), signature: new Uint8Array(64) });
    vault.within(({ state }) => {
      const contact = { petname: null, theirName: 'x', tier: 'software', measurement: bytesFrom('m'), rule: { mode: 'ask' }, pairedAt: 0, mutual: true, keyChanged: null } as const;
      for (const signer of [peer, ...crowd]) state.put('contact', signer.instance, { ...contact, instance: signer.instance });
      for (const [at, signer] of crowd.entries()) {
        if (at < forked) state.put('forkProof', signer.instance, { first: saying(signer.publicKey, 'one'), second: saying(signer.publicKey, 'other') });
        else state.put('position', signer.instance, saying(signer.publicKey, 'one'));
      }
      const session = { phase: 'open', connection: 1, role: 'initiator', startedAt: 0, send: KEY, receive: KEY, handshakeHash: bytesFrom('this session'), instance: peer.instance, name: 'x', tier: 'software', measurement: bytesFrom('m'), resumed: true, pairRequests: 0, theirRule: [], unsaid: [] } as const;
      state.put('session', '1', session);
      state.put('presence', peer.instance, [1]);
    });
    const says = vault.within((turn) => witnessPart(turn, peer.instance));
    const hears = (acquaintances: Uint8Array[]) => vault.within((turn) => {
      onWitnessPart(turn, peer.instance, { position: positionOf(peer, 1, bytesFrom('p')), acquaintances } as MessageOf<'resume'>);
      return turn.said.flatMap(({ message }) => (message.type === 'witness' ? [message] : []));
    });
    const tags = new Map(crowd.map(({ publicKey, instance }) => [hex(digest('tallystick acquaintance', bytesFrom('this session'), publicKey).slice(0, 8)), instance] as const));
    return { vault, crowd, says, hears, tags };
  }
  const KEY = { key: bytesFrom('key'), nonce: 0 };

  it('by so many tags, which are chosen alike on both sides and say nothing about whom one met first', () => {
    const [ada, ben] = [popular('ada', (all) => all), popular('ben', (all) => all.toReversed())];
    const tagsOf = ({ says }: typeof ada) => says.acquaintances.map(hex);
    expect(tagsOf(ada)).toHaveLength(MAX_WITNESSED_CONTACTS);
    expect(tagsOf(ada)).toEqual([...ada.tags.keys()].sort().slice(0, MAX_WITNESSED_CONTACTS));
    expect(tagsOf(ben)).toEqual(tagsOf(ada));
    // Whoever names one of those that were left out is answered all the same.
    const last = [...ada.tags.keys()].sort().at(-1)!;
    expect(ada.hears([Uint8Array.from(Buffer.from(last, 'hex'))]).map(({ positions }) => positions.map(({ instance }) => instanceIdOf(instance)))).toEqual([[ada.tags.get(last)]]);
  });

  it('by so many proofs at one meeting; what is proven is not asked for again, so that others have their turn', () => {
    const { says, hears, tags, crowd } = popular('proofs', (all) => all, 40);
    const forked = new Set(crowd.slice(0, 40).map(({ instance }) => instance));
    expect(says.acquaintances.filter((each) => forked.has(tags.get(hex(each))!))).toEqual([]);
    const all = [...tags.keys()].sort().map((each) => Uint8Array.from(Buffer.from(each, 'hex')));
    const [said] = hears(all.filter((each) => forked.has(tags.get(hex(each))!)));
    expect([said?.proofs.length, said?.positions.length]).toEqual([16, 0]);
    const [full] = hears(all.slice(0, MAX_WITNESSED_CONTACTS));
    const sent = encodeMessage(full!);
    expect([full!.proofs.length, sent.length <= MAX_PLAINTEXT_BYTES, decodeMessage(sent).ok]).toEqual([16, true, true]);
  });

  it.each([
    ['tags', (contact: RawContact) => contact.resume({ acquaintances: Array.from({ length: MAX_WITNESSED_CONTACTS + 1 }, () => new Uint8Array(8)) })],
    ['positions', (contact: RawContact) => ({ type: 'witness', positions: Array.from({ length: MAX_WITNESSED_CONTACTS + 1 }, () => positionOf(contact.identity, 1, bytesFrom('x'))), proofs: [] })],
    ['proofs', () => ({ type: 'witness', positions: [], proofs: Array.from({ length: 17 }, () => forkProofOf(signerOf('x'))) })],
  ] satisfies [string, (contact: RawContact) => Message][])('and a contact who says more %s is hung up on', async (_what, more) => {
    const ada = new MemoryHost('Ada', 'too much');
    await ada.boot(true);
    const mallory = await RawContact.of(ada, 'Mallory', 'too much');
    await mallory.say(more(mallory));
    expect(mallory.peer.hungUp?.code).toBe('peer_protocol');
  });
});
