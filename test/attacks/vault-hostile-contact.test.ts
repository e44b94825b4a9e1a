/** What contacts and strangers might do to a vault without breaking a rule: fill it, freeze it, keep others out, or confuse its person. */
import { describe, expect, it } from 'vitest';
import { digest } from '../../enclave/vault/bytes.ts';
import { MAX_STRANGER_SESSIONS } from '../../protocol/limits.ts';
import { encodeMessage } from '../../protocol/messages.codec.ts';
import { encodeStrict } from '../../protocol/cbor.codec.ts';
import { type Ask, AskSchema } from '../../protocol/module-port.ts';
import { MemoryHost } from '../support/memory-host.ts';
import { credit, descriptor, laneFrames, RawContact } from '../support/raw-contact.ts';
import { rawIdentity, RawPeer } from '../support/raw-peer.ts';
import { fundedPair, pairedPair } from '../support/vault-pair.ts';
import { MemoryNetwork } from '../support/memory-network.ts';

const ID = 'ab'.repeat(16);

describe('a vault', () => {
  it('makes no package that the host will not store', async () => {
    const ada = new MemoryHost('Ada', 'big package');
    await ada.boot(true);
    const mallory = await RawContact.of(ada, 'Mallory', 'big package');
    const asks: Ask[] = [];
    ada.beforeAsk = (ask) => void asks.push(ask);
    // A frame for a lane that does not exist: well-formed, without effect, and kept in the journal all the same.
    const frame = encodeStrict({ version: 1, kind: 'commit', lane: '00'.repeat(32), seq: 1, nonce: new Uint8Array(24), box: new Uint8Array(65_000) });
    for (let i = 0; i < 300; i++) mallory.peer.sayBytes(encodeMessage({ type: 'lane-frames', frames: [frame] }));
    mallory.peer.sayBytes(encodeMessage({ type: 'offer', id: ID, give: [credit(descriptor(mallory.identity, 'BAD'), 1)], take: [], memo: '', purpose: 'payment' }));
    await mallory.peer.settle();
    const appends = asks.filter((ask) => ask.op === 'store.append');
    expect(appends.length).toBeGreaterThan(0);
    // What vault-link.ts does with each ask: one that does not fit is dropped, and the vault waits for ever.
    expect(appends.map((ask) => [AskSchema.safeParse(ask).success, ask.op === 'store.append' ? ask.sealed.length : 0]).filter(([fits]) => !fits)).toEqual([]);
  }, 60_000);

  it('one message that does nothing costs nothing on the disk', async () => {
    const ada = new MemoryHost('Ada', 'amplify');
    await ada.boot(true);
    const mallory = await RawContact.of(ada, 'Mallory', 'amplify');
    const size = () => [...ada.store.snapshot().packages.values()].reduce((sum, sealed) => sum + sealed.length, 0);
    const before = size();
    const frame = encodeStrict({ version: 1, kind: 'commit', lane: '00'.repeat(32), seq: 1, nonce: new Uint8Array(24), box: new Uint8Array(65_000) });
    for (let i = 0; i < 20; i++) mallory.peer.sayBytes(encodeMessage({ type: 'lane-frames', frames: [frame] }));
    mallory.peer.sayBytes(encodeMessage({ type: 'offer', id: ID, give: [credit(descriptor(mallory.identity, 'BAD'), 1)], take: [], memo: '', purpose: 'payment' }));
    await mallory.peer.settle();
    expect(size() - before).toBeLessThan(50_000);
  });

  it('strangers who ask to be paired with and leave it at that do not keep contacts out', async () => {
    const { ada, ben, network, settle } = await pairedPair('locked out');
    network.cutAll();
    await settle();
    for (let i = 0; i < MAX_STRANGER_SESSIONS; i++) {
      const peer = await new RawPeer(rawIdentity(`Eve${i}`, 'locked out'), ada).meet();
      await peer.say({ type: 'pair-request', commitment: digest('tallystick pairing commitment', peer.handshakeHash, new Uint8Array(32)) });
    }
    network.connect(ben, ada, { expect: ada.instance });
    await settle();
    expect((await ada.must('people.contacts', {})).map(({ name, online }) => [name, online])).toEqual([['Ben', true]]);
  });

  it('a vault that a witness has stopped stays stopped when it is started again', async () => {
    const { ada, ben, currency, settle, network } = await fundedPair('sticky');
    const old = ada.save();
    const sent = await ada.must('transfers.send', { contact: ben.instance as never, currency: currency as never, amount: '100' });
    await settle();
    await ben.must('transfers.accept', { id: sent.id });
    await settle();
    network.cutAll();
    await settle();
    network.connect(ada, ben);
    await settle();
    network.cutAll();
    await settle();
    // The whole computer is set back, register and all (row 13), and meets Ben, who remembers.
    const back = new MemoryHost('Ada', 'sticky back', old);
    const meeting = new MemoryNetwork();
    for (const host of [back, ben]) meeting.join(host);
    await back.boot();
    meeting.connect(back, ben);
    await meeting.settle([back, ben]);
    expect(back.fault).toMatchObject({ code: 'rollback_detected' });
    // Start again, as `app.retry` and every start of the app do.
    meeting.cutAll();
    back.crash();
    await back.boot();
    expect(back.fault, 'it is open again and has 100 TEA to spend a second time').toMatchObject({ code: 'rollback_detected' });
  });

  it('a contact cannot use up the table of currencies', async () => {
    const ada = new MemoryHost('Ada', 'currencies');
    await ada.boot(true);
    const mallory = await RawContact.of(ada, 'Mallory', 'currencies');
    let made = 0;
    const junk = () => credit(descriptor(mallory.identity, `J${made.toString(36).toUpperCase().padStart(4, '0')}`, `j${made++}`), 1);
    for (let i = 0; i < 128; i++) {
      const id = i.toString(16).padStart(32, '0');
      await mallory.say({ type: 'offer', id, give: Array.from({ length: 16 }, junk), take: Array.from({ length: 16 }, junk), memo: '', purpose: 'payment' }, { type: 'withdraw', id });
    }
    const made2 = await ada.call('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
    expect(made2.ok, 'Ada can still make a currency').toBe(true);
  }, 120_000);

  it('a contact cannot put another transfer in the place of one of mine that has ended', async () => {
    const ada = new MemoryHost('Ada', 'shadow');
    await ada.boot(true);
    const { id: tea } = await ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
    await ada.must('credits.issue', { currency: tea, amount: '100' });
    const mallory = await RawContact.of(ada, 'Mallory', 'shadow');
    const { id } = await ada.must('transfers.send', { contact: mallory.identity.instance, currency: tea, amount: '30' });
    const frames = laneFrames(await mallory.say({ type: 'accept', id }));
    expect(frames).toHaveLength(1);
    await mallory.sayFrame(mallory.answer('ack', 1, { take: [] }));
    expect(await ada.must('transfers.get', { id })).toMatchObject({ direction: 'out', state: 'done' });
    await mallory.say({ type: 'offer', id, give: [credit(descriptor(mallory.identity, 'BAD'), 1)], take: [], memo: '', purpose: 'payment' }, { type: 'withdraw', id });
    expect(await ada.must('transfers.get', { id })).toMatchObject({ direction: 'out', state: 'done' });
  });
});
