/**
 * What a paired contact can do who breaks every rule (assurance rows 20–23, 38): nothing but lose. Each attack ends with
 * a vault that has not stopped, starts again, and has exactly the credits that its person agreed to.
 */
import { describe, expect, it } from 'vitest';
import { MAX_LANE_WINDOW, MAX_OPEN_OFFERS, MAX_OPEN_REQUESTS } from '../../protocol/limits.ts';
import { creditsAmong } from '../support/credits-among.ts';
import type { CurrencyDescriptor } from '../../protocol/currency.codec.ts';
import { encodeMessage, type Message } from '../../protocol/messages.codec.ts';
import type { CurrencyId, LaneId, TransferId } from '../../protocol/identifiers.ts';
import { encodeAnything } from '../support/hostile-encoding.ts';
import { MemoryHost } from '../support/memory-host.ts';
import { amounts } from '../support/outcome.ts';
import { credit, descriptor, idOf, laneFrames, RawContact } from '../support/raw-contact.ts';
import { rawIdentity, RawPeer } from '../support/raw-peer.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const ID = 'ab'.repeat(16);

/** Ada with 100 TEA, and Mallory, who is her contact. */
async function adaAndMallory(seed: string): Promise<{ ada: MemoryHost; mallory: RawContact; tea: CurrencyId; wire: CurrencyDescriptor }> {
  const ada = new MemoryHost('Ada', seed);
  await ada.boot(true);
  const { id } = await ada.must('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
  await ada.must('credits.issue', { currency: id, amount: '100' });
  const mallory = await RawContact.of(ada, 'Mallory', seed);
  const sent = await ada.must('transfers.send', { contact: mallory.identity.instance, currency: id, amount: '1' });
  await mallory.peer.settle();
  const offer = mallory.peer.heard.find((message) => message.type === 'offer');
  await mallory.say({ type: 'decline', id: sent.id, reason: 'declined' });
  return { ada, mallory, tea: id, wire: creditsAmong(offer!.give)[0]!.currency };
}

/** Ada is well: no fault, now or after a restart, and her TEA are what they should be. */
async function expectWell(ada: MemoryHost, tea: CurrencyId, expected: { held: string; inTransit?: string }): Promise<void> {
  expect(ada.fault).toBeNull();
  const look = async () => (await ada.must('credits.balances', {})).find(({ currency }) => currency.id === tea);
  expect(await look()).toMatchObject({ held: expected.held, inTransit: expected.inTransit ?? '0' });
  ada.crash();
  await ada.boot();
  expect(ada.fault).toBeNull();
  expect(await look()).toMatchObject({ held: expected.held, inTransit: expected.inTransit ?? '0' });
}

/** Ada commits `amount` to Mallory, who accepts but does not answer the commit. */
async function commitTo(ada: MemoryHost, mallory: RawContact, tea: CurrencyId, amount: string): Promise<{ id: TransferId; frame: Uint8Array }> {
  const { id } = await ada.must('transfers.send', { contact: mallory.identity.instance, currency: tea, amount });
  const [frame] = laneFrames(await mallory.say({ type: 'accept', id }));
  return { id, frame: frame! };
}

const allow = (ada: MemoryHost, mallory: RawContact, currency: CurrencyId, amount: string) =>
  ada.must('people.setRule', { contact: mallory.identity.instance, rule: { mode: 'auto', upTo: [{ currency, amount }] } });

describe('a contact without scruples', () => {
  it('cannot touch a transfer of mine by using its id for one of its own', async () => {
    const { ada, mallory, tea, wire } = await adaAndMallory('colliding');
    await allow(ada, mallory, tea, '5');
    const { id, frame } = await commitTo(ada, mallory, tea, '30');
    expect(mallory.read(frame).id).toBe(id);
    const foreign = descriptor(mallory.identity, 'BAD');
    for (const [at, give] of [[credit(wire, 1)], [credit(foreign, 1)], []].entries()) await mallory.sayFrame(mallory.commit(at + 1, { id, give }));
    await mallory.say({ type: 'offer', id, give: [credit(foreign, 1)], take: [], memo: '', purpose: 'payment' }, { type: 'withdraw', id }, { type: 'decline', id, reason: 'x' });
    expect(await ada.must('transfers.get', { id })).toMatchObject({ direction: 'out', state: 'in-transit' });
    await expectWell(ada, tea, { held: '70', inTransit: '30' });
    await mallory.reconnect();
    await mallory.sayFrame(mallory.answer('ack', 1, { take: [] }));
    expect(await ada.must('transfers.get', { id })).toMatchObject({ direction: 'out', state: 'done' });
    await expectWell(ada, tea, { held: '70' });
  });

  it('cannot take back what it acknowledged, nor acknowledge twice, nor answer what was never sent', async () => {
    const { ada, mallory, tea } = await adaAndMallory('answers');
    await commitTo(ada, mallory, tea, '30');
    await mallory.sayFrame(mallory.answer('ack', 2, { take: [] }));
    await expectWell(ada, tea, { held: '70', inTransit: '30' });
    await mallory.reconnect();
    for (const frame of [mallory.answer('ack', 1, { take: [] }), mallory.answer('nack', 1, { reason: 'x' }), mallory.answer('ack', 1, { take: [] })]) await mallory.sayFrame(frame);
    await expectWell(ada, tea, { held: '70' });
  });

  it('cannot answer with more or less than was agreed', async () => {
    const { ada, mallory, tea, wire } = await adaAndMallory('take');
    await commitTo(ada, mallory, tea, '30');
    for (const content of [{ take: [credit(wire, 50)] }, { take: [], more: 1 }, { take: 'all' }, {}, { reason: 'x' }]) await mallory.sayFrame(mallory.answer('ack', 1, content));
    for (const content of [{ take: [] }, { reason: 5 }, { reason: 'x'.repeat(65) }]) await mallory.sayFrame(mallory.answer('nack', 1, content));
    await expectWell(ada, tea, { held: '70', inTransit: '30' });
  });

  it('gives no reason that would forge a line where it is shown, or turn it round', async () => {
    const { ada, mallory, tea } = await adaAndMallory('reasons');
    await commitTo(ada, mallory, tea, '30');
    for (const reason of ['declined\nab12cd34  30 TEA to Bob: done', '\u001b[2J', 'safe\u202eesaelp']) await mallory.sayFrame(mallory.answer('nack', 1, { reason }));
    await expectWell(ada, tea, { held: '70', inTransit: '30' });
  });

  it('gets the same answer to the same commit, months later, over another session, and nothing else', async () => {
    const { ada, mallory, tea, wire } = await adaAndMallory('replay');
    await allow(ada, mallory, tea, '5');
    // Mallory has 30 TEA to give.
    await commitTo(ada, mallory, tea, '30');
    await mallory.sayFrame(mallory.answer('ack', 1, { take: [] }));
    const commits = [1, 2, 3, 4].map((seq) => mallory.commit(seq, { id: `${seq}`.repeat(32), give: [credit(wire, seq === 2 ? 20 : 5)], closedUpTo: seq === 4 ? 2 : 0 }));
    const answers: Uint8Array[] = [];
    for (const commit of commits) answers.push(...(await mallory.sayFrame(commit)));
    expect(answers).toHaveLength(4);
    expect((await amounts([ada])).get(tea)).toMatchObject({ exists: 85n });
    ada.now += 200 * 24 * 3_600_000;
    ada.crash();
    await ada.boot();
    await mallory.reconnect({ closed: [{ lane: mallory.laneOut.id, upTo: 2 }] });
    // The second was refused and its answer is closed: a repeat of it gets silence, the others the same bytes.
    for (const [at, commit] of commits.entries()) expect((await mallory.sayFrame(commit)).map(hex), `commit ${at + 1}`).toEqual(at === 1 ? [] : [hex(answers[at]!)]);
    const carol = await RawContact.of(ada, 'Carol', 'replay');
    expect(await carol.sayFrame(commits[0]!)).toEqual([]);
    await expectWell(ada, tea, { held: '85' });
  });

  it('cannot have a commit taken by another instance than the one it names', async () => {
    const { ada, mallory, tea, wire } = await adaAndMallory('misdirected');
    await allow(ada, mallory, tea, '5');
    const ben = new MemoryHost('Ben', 'misdirected');
    await ben.boot(true);
    const there = await RawContact.of(ben, 'Mallory', 'misdirected');
    const before = ben.store.snapshot().packages.size;
    expect(await there.sayFrame(mallory.commit(1, { id: ID, give: [credit(wire, 5)] }))).toEqual([]);
    expect(ben.store.snapshot().packages.size).toBe(before);
    expect(await ben.must('credits.balances', {})).toEqual([]);
    expect(ben.fault).toBeNull();
  });

  it('has its commits taken in any order, each once, and none of them holds up the others', async () => {
    const { ada, mallory, tea, wire } = await adaAndMallory('any order');
    await commitTo(ada, mallory, tea, '30');
    await mallory.sayFrame(mallory.answer('ack', 1, { take: [] }));
    await allow(ada, mallory, tea, '5');
    const commits = [1, 2, 3, 4, 5].map((seq) => mallory.commit(seq, { id: `${seq}`.repeat(32), give: [credit(wire, seq)] }));
    const order = [5, 2, 2, 4, 1, 5, 1];
    for (const seq of order) expect(await mallory.sayFrame(commits[seq - 1]!), `commit ${seq}`).toHaveLength(1);
    await expectWell(ada, tea, { held: '82' });
    await mallory.reconnect();
    expect(await mallory.sayFrame(commits[2]!)).toHaveLength(1);
    await expectWell(ada, tea, { held: '85' });
  });

  it('cannot use a key twice: another commit under a seq that was used gets the first one’s answer', async () => {
    const { ada, mallory, tea, wire } = await adaAndMallory('same seq');
    await commitTo(ada, mallory, tea, '30');
    await mallory.sayFrame(mallory.answer('ack', 1, { take: [] }));
    await allow(ada, mallory, tea, '5');
    const first = await mallory.sayFrame(mallory.commit(1, { id: ID, give: [credit(wire, 5)] }));
    expect(await mallory.sayFrame(mallory.commit(1, { id: 'cd'.repeat(16), give: [credit(wire, 4)] }))).toEqual(first);
    await expectWell(ada, tea, { held: '75' });
  });

  it('is not told anything, and changes nothing, with a commit beyond the window or under a wrong key', async () => {
    const { ada, mallory, tea, wire } = await adaAndMallory('window');
    await allow(ada, mallory, tea, '5');
    const packages = ada.store.snapshot().packages.size;
    const wrongKey = mallory.commit(1, { id: ID, give: [credit(wire, 5)] }, { ...mallory.laneOut, chainKey: new Uint8Array(32) });
    for (const frame of [wrongKey, mallory.commit(MAX_LANE_WINDOW + 1, { id: ID, give: [credit(wire, 5)] }), mallory.commit(1, { id: ID }, { ...mallory.laneOut, id: 'ee'.repeat(32) as LaneId })]) {
      expect(await mallory.sayFrame(frame)).toEqual([]);
    }
    expect(ada.store.snapshot().packages.size).toBe(packages);
    await expectWell(ada, tea, { held: '100' });
  });

  it('cannot make answers pile up: commits far beyond what it has closed are not taken', async () => {
    const { ada, mallory, tea } = await adaAndMallory('pile');
    // Refused ones cost it nothing, and it never closes any.
    for (const frame of mallory.commits(MAX_LANE_WINDOW + 40, { id: ID })) mallory.peer.sayBytes(encodeMessage({ type: 'lane-frames', frames: [frame] }));
    await mallory.peer.settle();
    const answered = laneFrames(mallory.peer.heard).length;
    expect(answered).toBeLessThanOrEqual(MAX_LANE_WINDOW);
    await expectWell(ada, tea, { held: '100' });
  });

  it('sees its messages out of place ignored, or the session ended, and nothing changed', async () => {
    const { ada, mallory, tea, wire } = await adaAndMallory('out of place');
    const lane = mallory.laneIn.id;
    const strange: Message[] = [
      { type: 'accept', id: ID }, { type: 'decline', id: ID, reason: '' }, { type: 'withdraw', id: ID }, { type: 'request-decline', id: ID }, { type: 'request-cancel', id: ID },
      { type: 'pair-nonce', nonce: new Uint8Array(32) }, { type: 'pair-reveal', nonce: new Uint8Array(32) }, { type: 'pair-confirm' }, { type: 'pair-abort', reason: '' },
      { type: 'evidence', statement: new Uint8Array(9), signature: new Uint8Array(64) }, { type: 'lane-frames', frames: [new Uint8Array(99)] },
      { type: 'lane-ready', sourceKey: new Uint8Array(32), destinationKey: new Uint8Array(32), signature: new Uint8Array(64) },
      { type: 'lane-open', sourceKey: new Uint8Array(32), nonce: new Uint8Array(32) },
      mallory.resume({ closed: [{ lane, upTo: 2 ** 50 }] }), mallory.resume({ closed: [{ lane: 'ff'.repeat(32), upTo: 0 }] }),
      mallory.resume({ closed: [{ lane: mallory.laneOut.id, upTo: 1 }] }), mallory.resume({ transfers: [ID], requests: [ID] }),
      { type: 'offer', id: ID, give: [], take: [], memo: '', purpose: 'payment' }, { type: 'offer', id: ID, give: [credit({ ...wire, name: 'Gold' }, 5)], take: [], memo: '', purpose: 'payment' },
      { type: 'offer', id: ID, give: [credit(descriptor(mallory.identity, 'BAD'), 5)], take: [], memo: '', purpose: 'redemption' },
      { type: 'request', id: ID, asset: credit({ ...wire, decimals: 3 }, 5), memo: '' },
    ];
    for (const message of strange) {
      if (mallory.peer.hungUp) await mallory.reconnect();
      await mallory.say(message);
      expect(ada.fault, message.type).toBeNull();
    }
    expect(await ada.must('transfers.pending', {})).toEqual([]);
    expect(await ada.must('requests.list', {})).toEqual([]);
    expect((await ada.must('credits.balances', {})).map(({ currency }) => currency.code)).toEqual(['TEA']);
    await expectWell(ada, tea, { held: '100' });
  });

  it('cannot hide one amount behind another: what the history shows is what came', async () => {
    const { ada, mallory } = await adaAndMallory('two terms');
    const bad = descriptor(mallory.identity, 'BAD');
    await mallory.say({ type: 'offer', id: ID, give: [credit(bad, 100)], take: [], memo: 'a lot', purpose: 'payment' });
    await allow(ada, mallory, idOf(bad), '5');
    await mallory.sayFrame(mallory.commit(1, { id: ID, give: [credit(bad, 1)] }));
    const { items } = await ada.must('transfers.history', {});
    const shown = items.find(({ id }) => id === ID);
    expect(shown).toMatchObject({ state: 'done', give: [{ amount: '1' }] });
  });

  it('cannot redeem more than was ever given out', async () => {
    const { ada, mallory, tea, wire } = await adaAndMallory('forged');
    await commitTo(ada, mallory, tea, '10');
    await mallory.sayFrame(mallory.answer('ack', 1, { take: [] }));
    await allow(ada, mallory, tea, '1000');
    await mallory.sayFrame(mallory.commit(1, { id: '1'.repeat(32), give: [credit(wire, 11)], purpose: 'redemption' }));
    await mallory.sayFrame(mallory.commit(2, { id: '2'.repeat(32), give: [credit(wire, 10)] }));
    await mallory.sayFrame(mallory.commit(3, { id: '3'.repeat(32), give: [credit(wire, 1)] }));
    await expectWell(ada, tea, { held: '100' });
    expect((await ada.must('credits.balances', {}))[0]).toMatchObject({ received: '10', redeemed: '0' });
  });

  it.each(['-1', '0', '00', '1.5', '1e3', 'NaN', '', ' 1', '1x', '0x10', '９', '9'.repeat(19), '9'.repeat(30), 5, -5, 1.5, null, true])('is hung up on for an amount of %j, as is a stranger, and nothing changes', async (amount) => {
    const { ada, mallory, tea, wire } = await adaAndMallory(`amount ${amount}`);
    const packages = ada.store.snapshot().packages.size;
    const offer = { type: 'offer', id: ID, give: [{ kind: 'credit', currency: wire, amount }], take: [], memo: '', purpose: 'payment' };
    for (const peer of [mallory.peer, await new RawPeer(rawIdentity('Sam', 'amount'), ada).meet()]) {
      peer.sayBytes(encodeAnything(offer));
      await peer.settle();
      expect(peer.hungUp).toEqual({ code: 'peer_protocol' });
    }
    expect(ada.store.snapshot().packages.size).toBe(packages);
    await expectWell(ada, tea, { held: '100' });
  });

  it('cannot fill me with offers, requests or lanes', async () => {
    const { ada, mallory, tea } = await adaAndMallory('full');
    const bad = descriptor(mallory.identity, 'BAD');
    const id = (n: number) => n.toString(16).padStart(32, '0');
    for (let n = 0; n < MAX_OPEN_OFFERS + 10; n++) mallory.peer.sayBytes(encodeMessage({ type: 'offer', id: id(n), give: [credit(bad, 1)], take: [], memo: '', purpose: 'payment' }));
    for (let n = 0; n < MAX_OPEN_REQUESTS + 10; n++) mallory.peer.sayBytes(encodeMessage({ type: 'request', id: id(5000 + n), asset: credit(bad, 1), memo: '' }));
    await mallory.peer.settle();
    expect(await ada.must('transfers.pending', {})).toHaveLength(MAX_OPEN_OFFERS);
    expect(await ada.must('requests.list', {})).toHaveLength(MAX_OPEN_REQUESTS);
    // Its offers do not keep me from making mine.
    expect(await ada.call('transfers.send', { contact: mallory.identity.instance, currency: tea, amount: '1' })).toMatchObject({ ok: true });
    for (let n = 0; n < 20; n++) {
      if (mallory.peer.hungUp) await mallory.reconnect();
      await mallory.say({ type: 'lane-open', sourceKey: rawIdentity(`lane ${n}`, 'full').publicKey, nonce: new Uint8Array(32) });
    }
    expect(ada.fault).toBeNull();
  });

  it('hears of what I declined once; the offer is then forgotten, so that a hundred in a row are no hindrance', async () => {
    const { ada, mallory } = await adaAndMallory('hundred');
    const bad = descriptor(mallory.identity, 'BAD');
    for (let n = 0; n < 2 * MAX_OPEN_OFFERS; n++) {
      const id = n.toString(16).padStart(32, '0') as TransferId;
      await mallory.say({ type: 'offer', id, give: [credit(bad, 1)], take: [], memo: '', purpose: 'payment' });
      expect(await ada.call('transfers.decline', { id }), `offer ${n}`).toMatchObject({ ok: true });
      // What an honest source says to a decline.
      await mallory.say({ type: 'withdraw', id });
    }
  });
});
