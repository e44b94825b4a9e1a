/**
 * Sessions with someone who is not who they say, not where they say, or not what they say (assurance rows 33–37): nothing
 * is pinned, nothing is shown that was not shown to be true, and strangers can do nothing but ask to pair.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, it } from 'vitest';
import { digest } from '../../enclave/vault/bytes.ts';
import type { InstanceId } from '../../protocol/identifiers.ts';
import { MAX_STRANGER_SESSIONS } from '../../protocol/limits.ts';
import { encodeMessage, type Message } from '../../protocol/messages.codec.ts';
import { encodeEvidence, type Evidence, signingInput } from '../../protocol/statements.codec.ts';
import { MemoryHost } from '../support/memory-host.ts';
import { MemoryNetwork } from '../support/memory-network.ts';
import { RawContact } from '../support/raw-contact.ts';
import { rawIdentity, type RawOptions, RawPeer } from '../support/raw-peer.ts';
import { pairedPair } from '../support/vault-pair.ts';

async function wallet(name: string, seed: string): Promise<MemoryHost> {
  const host = new MemoryHost(name, seed);
  await host.boot(true);
  return host;
}
const strangersOf = async (host: MemoryHost) => (await host.must('people.strangers', {})).map(({ name }) => name);
const durable = (host: MemoryHost) => [host.store.snapshot().packages.size, (host.register.snapshot() ?? []).toString()];

async function expectRefused(host: MemoryHost, options: RawOptions, code: string, name = 'Mallory'): Promise<void> {
  for (const role of ['initiator', 'responder'] as const) {
    const before = durable(host);
    const peer = await new RawPeer(rawIdentity(name, 'session'), host, { ...options, role }).meet();
    expect(peer.hungUp, `as ${role}`).toEqual({ code });
    expect(durable(host)).toEqual(before);
    expect(await strangersOf(host)).toEqual([]);
    expect(host.fault).toBeNull();
  }
}

describe('evidence', () => {
  it('that is true opens a session, as initiator and as responder', async () => {
    const ada = await wallet('Ada', 'true');
    for (const role of ['initiator', 'responder'] as const) {
      const peer = await new RawPeer(rawIdentity(role, 'true'), ada, { role }).meet();
      expect(peer.hungUp).toBeNull();
      expect(peer.theirEvidence).not.toBeNull();
    }
    expect(await strangersOf(ada)).toEqual(['initiator', 'responder']);
  });

  it('relayed from a genuine module in another session is refused: it is bound to that one', async () => {
    const [ada, ben] = [await wallet('Ada', 'relay'), await wallet('Ben', 'relay')];
    // Mallory meets Ben as herself, and shows Ada what Ben showed her.
    const withBen = await new RawPeer(rawIdentity('Mallory', 'relay'), ben).meet();
    await expectRefused(ada, { evidence: () => withBen.theirEvidence! }, 'peer_protocol');
  });

  const changed: [string, (evidence: Evidence) => Evidence, string][] = [
    ['of another session', (e) => ({ ...e, binder: new Uint8Array(32).fill(1) }), 'peer_protocol'],
    ['with an old nonce', (e) => ({ ...e, eat_nonce: new Uint8Array(32).fill(1) }), 'peer_protocol'],
    ['of the other role', (e) => ({ ...e, role: e.role === 'initiator' ? 'responder' : 'initiator' }), 'peer_protocol'],
    ['in another’s name, signed with one’s own key', (e) => ({ ...e, ueid: rawIdentity('Ben', 'x').publicKey }), 'peer_protocol'],
    ['of code that nobody knows', (e) => ({ ...e, measurement: new Uint8Array(32).fill(1) }), 'measurement_unknown'],
    ['with a name that cannot be shown', (e) => ({ ...e, name: 'Ada\u202e' }), 'peer_protocol'],
    ['with a name whose digits could be turned round', (e) => ({ ...e, name: 'Ada\u061c12' }), 'peer_protocol'],
  ];
  it.each(changed)('%s is refused', async (what, claims, code) => {
    await expectRefused(await wallet('Ada', what), { claims }, code);
  });

  it('signed for another purpose, or not signed, or not evidence at all is refused', async () => {
    const ada = await wallet('Ada', 'purpose');
    const { secretKey } = rawIdentity('Mallory', 'session');
    await expectRefused(ada, { evidence: (own) => ({ ...own, signature: ed25519.sign(signingInput('position', own.statement), secretKey) }) }, 'peer_protocol');
    await expectRefused(ada, { evidence: (own) => ({ ...own, signature: new Uint8Array(64) }) }, 'peer_protocol');
    await expectRefused(ada, { evidence: () => ({ type: 'pair-confirm' }) }, 'peer_protocol');
  });

  it('of this wallet itself is refused', async () => {
    const ada = await wallet('Ada', 'self');
    const network = new MemoryNetwork();
    network.join(ada);
    network.connect(ada, ada);
    await network.settle([ada]);
    expect(await strangersOf(ada)).toEqual([]);
    expect(ada.emitted.filter(({ type }) => type === 'met')).toEqual([]);
  });

  it('of a contact must not be of a weaker tier than when they paired', async () => {
    const ada = await wallet('Ada', 'tier');
    const claims = (evidence: Evidence): Evidence => ({ ...evidence, tier: 'tpm2' });
    const { identity, peer } = await RawContact.of(ada, 'Tim', 'tier', { claims });
    await peer.leave();
    const again = await new RawPeer(identity, ada, { expect: identity.instance, role: 'responder' }).meet();
    expect(again.hungUp).toEqual({ code: 'tier_weaker' });
    expect((await ada.must('people.contacts', {}))[0]).toMatchObject({ tier: 'tpm2', trouble: 'tier_weaker', online: false });
    expect((await new RawPeer(identity, ada, { claims }).meet()).hungUp).toBeNull();
  });

  it('of a contact that is protected better than before is what counts from then on', async () => {
    const ada = await wallet('Ada', 'stronger');
    const { identity, peer } = await RawContact.of(ada, 'Tim', 'stronger');
    await peer.leave();
    const stronger = await new RawPeer(identity, ada, { claims: (evidence) => ({ ...evidence, tier: 'tpm2' }) }).meet();
    expect((await ada.must('people.contacts', {}))[0]).toMatchObject({ tier: 'tpm2' });
    await stronger.leave();
    expect((await new RawPeer(identity, ada).meet()).hungUp).toEqual({ code: 'tier_weaker' });
  });
});

describe('a contact', () => {
  it('whose place is taken by another key is blocked and the person is told; the contact itself is not', async () => {
    const { ada, ben, network, settle } = await pairedPair('changed');
    network.cutAll();
    await settle();
    const impostor = await new RawPeer(rawIdentity('Ben', 'changed'), ada, { role: 'responder', expect: ben.instance }).meet();
    expect(impostor.hungUp).toEqual({ code: 'key_changed' });
    expect((await ada.must('people.contacts', {}))[0]).toMatchObject({ instance: ben.instance, keyChanged: { seen: impostor.identity.instance }, online: false });
    expect(await strangersOf(ada)).toEqual([]);
    network.connect(ada, ben, { expect: ben.instance });
    await settle();
    expect((await ada.must('people.contacts', {}))[0]).toMatchObject({ online: true });
  });

  it('whose name a stranger bears is named beside it, so that nobody takes one for the other', async () => {
    const { ada, ben, network, settle } = await pairedPair('resembling');
    network.cutAll();
    await settle();
    for (const name of ['ben', 'Benno']) await new RawPeer(rawIdentity(name, 'resembling'), ada).meet();
    const strangers = await ada.must('people.strangers', {});
    expect(strangers.map(({ name, resembles }) => [name, resembles])).toEqual([['ben', 'Ben'], ['Benno', null]]);
    expect(strangers.map(({ instance }) => instance)).not.toContain(ben.instance);
  });

  it('is the only one who learns who we are, when strangers are not welcome', async () => {
    const { ada, ben, network, settle } = await pairedPair('hidden');
    network.cutAll();
    await settle();
    const stranger = await new RawPeer(rawIdentity('Sam', 'hidden'), ada, { strangersWelcome: false }).meet();
    expect(stranger.hungUp).toEqual({ code: 'not_paired' });
    expect(stranger.theirEvidence, 'nothing was shown to the stranger').toBeNull();
    network.connect(ben, ada, { strangersWelcome: false });
    await settle();
    expect((await ada.must('people.contacts', {}))[0]).toMatchObject({ online: true });
  });
});

/** Asks to be paired with, as an honest asker would. */
async function pairAsAsker(peer: RawPeer, nonce = new Uint8Array(32).fill(5)): Promise<void> {
  await peer.say({ type: 'pair-request', commitment: digest('tallystick pairing commitment', peer.handshakeHash, nonce) });
  await peer.say({ type: 'pair-reveal', nonce });
}

describe('pairing', () => {
  it('with a stranger in the middle shows different words on the two screens', async () => {
    const [ada, ben] = [await wallet('Ada', 'middle'), await wallet('Ben', 'middle')];
    // Mallory calls herself Ben to Ada and Ada to Ben, and passes on what the two say.
    const toAda = await new RawPeer(rawIdentity('Ben', 'middle'), ada).meet();
    const toBen = await new RawPeer(rawIdentity('Ada', 'middle'), ben).meet();
    await ada.must('pairing.start', { instance: toAda.identity.instance });
    await toAda.settle();
    for (let round = 0; round < 4; round++) {
      await toBen.say(...toAda.heard.splice(0));
      await toAda.say(...toBen.heard.splice(0));
    }
    // A relay that keeps the commitment cannot open it in the other session; one that makes its own gets other words.
    expect(await ben.must('pairing.list', {})).toEqual([]);
    await toBen.leave();
    const own = await new RawPeer(rawIdentity('Ada', 'middle'), ben).meet();
    await pairAsAsker(own);
    const words = async (host: MemoryHost) => (await host.must('pairing.list', {}))[0]?.words;
    expect(await words(ada)).toHaveLength(3);
    expect(await words(ben)).toHaveLength(3);
    expect(await words(ada)).not.toEqual(await words(ben));
    for (const host of [ada, ben]) expect(await host.must('people.contacts', {})).toEqual([]);
  });

  it('does not show words for a nonce that was not committed to before ours was known', async () => {
    const ada = await wallet('Ada', 'commitment');
    const peer = await new RawPeer(rawIdentity('Mallory', 'commitment'), ada).meet();
    const commitment = digest('tallystick pairing commitment', peer.handshakeHash, new Uint8Array(32).fill(1));
    const [answer] = await peer.say({ type: 'pair-request', commitment });
    expect(answer?.type).toBe('pair-nonce');
    await peer.say({ type: 'pair-reveal', nonce: new Uint8Array(32).fill(2) });
    expect(peer.hungUp).toEqual({ code: 'pairing_failed' });
    expect(await ada.must('pairing.list', {})).toEqual([]);
    expect(await ada.must('people.contacts', {})).toEqual([]);
  });

  it('is locked after the words were different three times in a row, also after a restart, and opens again', async () => {
    const ada = await wallet('Ada', 'lock');
    for (let attempt = 0; attempt < 3; attempt++) {
      const peer = await new RawPeer(rawIdentity('Mallory', 'lock'), ada).meet();
      await pairAsAsker(peer);
      await ada.must('pairing.confirm', { instance: peer.identity.instance, matches: false });
      await peer.leave();
    }
    ada.crash();
    await ada.boot();
    const peer = await new RawPeer(rawIdentity('Mallory', 'lock'), ada).meet();
    const ask: Message = { type: 'pair-request', commitment: new Uint8Array(32) };
    expect(await peer.say(ask)).toEqual([{ type: 'pair-abort', reason: 'pairing_locked' }]);
    expect(await ada.call('pairing.start', { instance: peer.identity.instance })).toMatchObject({ ok: false, failure: { code: 'pairing_locked' } });
    ada.now += 11 * 60_000;
    expect((await peer.say(ask))[0]?.type).toBe('pair-nonce');
  });

  it('can be asked for three times in one session, then the session ends', async () => {
    const ada = await wallet('Ada', 'patience');
    const peer = await new RawPeer(rawIdentity('Mallory', 'patience'), ada).meet();
    const ask: Message = { type: 'pair-request', commitment: new Uint8Array(32) };
    for (let n = 0; n < 3; n++) await peer.say(ask);
    expect(peer.hungUp).toBeNull();
    await peer.say(ask);
    expect(peer.hungUp).toEqual({ code: 'pairing_failed' });
  });

  it('works when both have dialled each other at once and hold two connections', async () => {
    const [ada, ben] = [await wallet('Ada', 'crossing'), await wallet('Ben', 'crossing')];
    const network = new MemoryNetwork();
    for (const host of [ada, ben]) network.join(host);
    network.connect(ada, ben);
    network.connect(ben, ada);
    await network.settle([ada, ben]);
    await ada.must('pairing.start', { instance: ben.instance as InstanceId });
    await network.settle([ada, ben]);
    for (const [host, peer] of [[ada, ben], [ben, ada]] as const) await host.must('pairing.confirm', { instance: peer.instance as InstanceId, matches: true });
    await network.settle([ada, ben]);
    for (const host of [ada, ben]) expect(await host.must('people.contacts', {})).toMatchObject([{ online: true }]);
  });

  it('needs both people: whoever says that the words match pins alone, and is told nothing', async () => {
    const ada = await wallet('Ada', 'alone');
    const peer = await new RawPeer(rawIdentity('Mallory', 'alone'), ada).meet();
    await pairAsAsker(peer);
    await peer.say({ type: 'pair-confirm' });
    const contact = new ContactTalk(peer);
    await peer.say(...contact.everything());
    expect(await ada.must('people.contacts', {})).toEqual([]);
    expect(peer.heard.map(({ type }) => type)).toEqual(['pair-nonce']);
  });
});

describe('a stranger', () => {
  it('can do nothing but ask to pair', async () => {
    const ada = await wallet('Ada', 'stranger');
    const before = durable(ada);
    const peer = await new RawPeer(rawIdentity('Sam', 'stranger'), ada).meet();
    const contact = new ContactTalk(peer);
    for (const message of contact.everything()) {
      const session = peer.hungUp ? await new RawPeer(peer.identity, ada).meet() : peer;
      expect(await session.say(message), message.type).toEqual([]);
    }
    expect(durable(ada)).toEqual(before);
    expect(await ada.must('people.contacts', {})).toEqual([]);
    expect(await ada.must('transfers.pending', {})).toEqual([]);
    expect(ada.fault).toBeNull();
  });

  it('cannot crowd out a contact, however many of them come', async () => {
    const ada = await wallet('Ada', 'crowd');
    const friend = await RawContact.of(ada, 'Friend', 'crowd');
    await friend.peer.leave();
    for (let n = 0; n < MAX_STRANGER_SESSIONS + 20; n++) await new RawPeer(rawIdentity(`Sam ${n}`, 'crowd'), ada).meet();
    expect((await strangersOf(ada)).length).toBeLessThanOrEqual(MAX_STRANGER_SESSIONS);
    await friend.reconnect();
    expect(friend.peer.hungUp).toBeNull();
    expect((await ada.must('people.contacts', {}))[0]).toMatchObject({ online: true });
  });

  it('who says nothing is hung up on', async () => {
    const ada = await wallet('Ada', 'silent');
    ada.runtime.handle({ type: 'connected', now: ada.now, connection: 7, role: 'responder', localPeer: 'a', remotePeer: 'b', expect: null, strangersWelcome: true });
    ada.now += 21_000;
    ada.runtime.handle({ type: 'tick', now: ada.now });
    await ada.settled();
    expect(ada.emitted).toContainEqual(expect.objectContaining({ type: 'hang-up', connection: 7 }));
  });
});

/** Everything that only a contact may say. */
class ContactTalk {
  readonly #peer: RawPeer;
  constructor(peer: RawPeer) { this.#peer = peer; }
  everything(): Message[] {
    const id = 'ab'.repeat(16);
    const { publicKey, secretKey } = this.#peer.identity;
    const statement = encodeEvidence({
      eat_profile: 'tallystick-evidence-1', eat_nonce: new Uint8Array(32), ueid: publicKey, binder: this.#peer.handshakeHash, role: 'initiator',
      measurement: new Uint8Array(32), tier: 'software', n: 0, head: new Uint8Array(32), name: 'x',
    });
    return [
      { type: 'resume', transfers: [id], requests: [id], closed: [], rule: [], acquaintances: [], position: { instance: publicKey, n: 1, head: new Uint8Array(32), signature: new Uint8Array(64) } },
      { type: 'rule', rule: [] }, { type: 'lane-open', sourceKey: publicKey, nonce: new Uint8Array(32) },
      { type: 'lane-ready', sourceKey: publicKey, destinationKey: publicKey, signature: new Uint8Array(64) },
      { type: 'offer', id, give: [], take: [], memo: '', purpose: 'payment' }, { type: 'accept', id }, { type: 'decline', id, reason: '' }, { type: 'withdraw', id },
      { type: 'lane-frames', frames: [encodeMessage({ type: 'accept', id })] }, { type: 'request-decline', id }, { type: 'request-cancel', id },
      { type: 'witness', positions: [], proofs: [] },
      { type: 'evidence', statement, signature: ed25519.sign(statement, secretKey) },
    ];
  }
}
