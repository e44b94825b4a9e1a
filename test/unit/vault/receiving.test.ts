/**
 * The destination's side of a transfer (design §6, phase 2), frame by frame: what is taken, what is refused with which
 * reason, what meets silence, and that each seq is consumed once and answered for ever with the same bytes.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Finished, Incoming, Terms } from '../../../enclave/vault/records.ts';
import { closeUpTo } from '../../../enclave/vault/transfers/receiving.machine.ts';
import { hasEnded } from '../../../enclave/vault/sessions/ended.ts';
import type { CurrencyId, RequestId, TransferId } from '../../../protocol/identifiers.ts';
import { MAX_AMOUNT, MAX_LANE_WINDOW } from '../../../protocol/limits.ts';
import type { Commit } from '../../../protocol/messages.codec.ts';
import { BEGINNING } from '../../support/memory-host.ts';
import { idNumber, PureLane } from '../../support/pure-lane.ts';
import { PureNetwork, PureVault } from '../../support/pure-vault.ts';
import { credit, descriptor, idOf } from '../../support/raw-contact.ts';

let ada: PureVault;
let ben: PureLane;
/** Ben's own currency, of which he can give any amount, and Ada's. */
let bun: ReturnType<typeof descriptor>;
let tea: CurrencyId;

beforeEach(() => {
  ada = new PureVault('Ada', 'receiving', new PureNetwork());
  ben = new PureLane(ada, 'Ben');
  bun = descriptor({ ...ben, instance: ben.instance }, 'BUN');
  const made = ada.call('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
  if (!made.ok) throw new Error(made.failure.detail);
  tea = made.value.id;
  ada.call('credits.issue', { currency: tea, amount: '100' });
  ada.within(({ state }) => state.put('currency', idOf(bun), bun));
});

const wireTea = (amount: string) => credit(ada.state.get('currency', tea)!, amount);
const give = (amount: number): Partial<Commit> => ({ give: [credit(bun, amount)] });
const id = (number: number): TransferId => idNumber(number) as TransferId;
const allow = (amount: string): void => void ada.call('people.setRule', { contact: ben.instance, rule: { mode: 'auto', upTo: [{ currency: idOf(bun), amount }] } });
/** Puts an offer of Ben's on record. */
const onRecord = (number: number, terms: Partial<Terms>, state: Incoming['state'] = 'accepted'): void =>
  ada.within((turn) => turn.state.put('transfer', id(number), {
    id: id(number), contact: ben.instance, direction: 'in', state, reason: null, timeline: [{ state: 'offered', at: 5 }], give: [], take: [], memo: '', purpose: 'payment', request: null, ...terms,
  }));
const bunFor = (amount: bigint): Partial<Terms> => ({ give: [{ kind: 'credit', currency: idOf(bun), amount }] });
const held = (): bigint => ada.book(idOf(bun)).held;

describe('a COMMIT', () => {
  it('of what was accepted is credited, answered with ACK, archived with its receipt, and the person is told', () => {
    onRecord(1, bunFor(7n));
    const came = ben.deliver(ben.commit(1, { ...give(7), memo: 'for tea' }));
    expect(ben.read(came.answers[0])).toEqual({ kind: 'ack', seq: 1, content: { take: [] } });
    expect(came.answers).toHaveLength(1);
    expect(held()).toBe(7n);
    expect(came.ended).toMatchObject([{ id: id(1), state: 'done', reason: null, memo: 'for tea', receipt: { lane: ben.inward, seq: 1, package: ada.n } }]);
    expect(came.ended[0]?.timeline).toEqual([{ state: 'offered', at: 5 }, { state: 'done', at: BEGINNING }]);
    expect(came.outputs).toEqual([{ type: 'notify', event: 'received', contact: ben.instance, name: 'Ben', text: 'for tea' }]);
    expect(came.events).toMatchObject([{ event: 'received', amount: 7n, contact: ben.instance, transfer: id(1) }]);
    expect(ada.state.get('transfer', id(1))).toBeUndefined();
  });

  it('that was never offered takes no place among what is remembered to have ended', () => {
    ben.meet();
    ben.answerTo(1, give(50));
    expect(hasEnded(ada.state, ben.instance, idNumber(1) as TransferId)).toBe(false);
  });

  it('gets the same bytes each time it comes, and does nothing more', () => {
    onRecord(1, bunFor(7n));
    const frame = ben.commit(1, give(7));
    const first = ben.deliver(frame);
    const before = [...ada.state.records()];
    for (let n = 0; n < 3; n++) expect(ben.deliver(frame)).toEqual({ answers: first.answers, ended: [], events: [], outputs: [] });
    // Not even another commit under that seq.
    expect(ben.deliver(ben.commit(1, give(50))).answers).toEqual(first.answers);
    expect([...ada.state.records()]).toEqual(before);
  });

  it('comes in any order, and each is taken once, also where a seq was skipped', () => {
    allow('100');
    for (const seq of [5, 2, 1, 5, 4, 2, 3]) expect(ben.answerTo(seq, give(seq))).toBe('ack');
    expect(held()).toBe(15n);
    expect(ben.lane).toMatchObject({ consumedUpTo: 5, consumedAbove: [], ratchet: 6 });
    // The keys that were laid aside are gone with their use.
    expect([...ada.state.all('laneKey')]).toEqual([]);
  });

  it('lays the keys of what it skips aside, one each, and only if it is authentic', () => {
    allow('100');
    const forged = { ...ben.commit(4, give(1)), box: new Uint8Array(80) };
    expect(ben.deliver(forged)).toEqual({ answers: [], ended: [], events: [], outputs: [] });
    expect([...ada.state.all('laneKey')]).toEqual([]);
    expect(ben.lane.ratchet).toBe(1);
    ben.deliver(ben.commit(4, give(1)));
    expect([...ada.state.all('laneKey')].map(([key]) => key)).toEqual([1, 2, 3].map((seq) => `${ben.inward}/${seq}`));
    expect(ben.lane.ratchet).toBe(5);
    // A forged one of a skipped seq does not use its key up, and one whose key is not there opens nothing.
    expect(ben.deliver({ ...ben.commit(2, give(1)), box: new Uint8Array(80) }).answers).toEqual([]);
    expect(ben.answerTo(2, give(1))).toBe('ack');
    expect(ben.lane).toMatchObject({ ratchet: 5, consumedUpTo: 0, consumedAbove: [2, 4] });
    ada.within(({ state }) => state.remove('laneKey', `${ben.inward}/1`));
    expect(ben.answerTo(1, give(1))).toBe('silence');
  });

  it('for a lane that is unknown, or goes the other way, meets silence', () => {
    expect(ben.deliver({ ...ben.commit(1, give(1)), lane: '0'.repeat(64) }).answers).toEqual([]);
    expect(ben.deliver({ ...ben.commit(1, give(1)), lane: ben.outward }).answers).toEqual([]);
    expect(ben.lane.consumedUpTo).toBe(0);
  });

  it('is taken as far ahead as the window reaches, and not one seq further', () => {
    allow('100');
    expect(ben.answerTo(MAX_LANE_WINDOW + 1, give(1))).toBe('silence');
    expect(ben.answerTo(MAX_LANE_WINDOW, give(1))).toBe('ack');
  });

  it('is taken as far as the window reaches beyond what was closed, be it by an earlier word or by its own', () => {
    allow('100');
    const ahead = { ...ben.lane, ratchet: MAX_LANE_WINDOW + 1, consumedUpTo: MAX_LANE_WINDOW };
    const chainKeyed = () => {
      ben.lane = { ...ahead, chainKey: ben.chainKeyOf(MAX_LANE_WINDOW + 1) };
      // Answers that are not closed yet.
      ada.within(({ state }) => { for (let seq = 1; seq <= 3; seq++) state.put('answer', `${ben.inward}/${seq}`, { frame: new Uint8Array(1), plain: true }); });
    };
    chainKeyed();
    expect(ben.answerTo(MAX_LANE_WINDOW + 1, give(1))).toBe('silence');
    expect(ben.answerTo(MAX_LANE_WINDOW + 1, { ...give(1), closedUpTo: 1 })).toBe('ack');
    expect(ben.lane).toMatchObject({ closedUpTo: 1 });
    // By an earlier word.
    expect(ben.answerTo(MAX_LANE_WINDOW + 2, give(1))).toBe('silence');
    ben.lane = { ...ben.lane, closedUpTo: 2 };
    expect(ben.answerTo(MAX_LANE_WINDOW + 2, give(1))).toBe('ack');
    // What nobody has answered cannot have been closed.
    chainKeyed();
    ben.lane = { ...ben.lane, consumedUpTo: 0, consumedAbove: [] };
    expect(ben.answerTo(MAX_LANE_WINDOW + 1, { ...give(1), closedUpTo: 500 })).toBe('silence');
  });
});

describe('a COMMIT is refused, and its seq consumed all the same', () => {
  const refusal = (content: Partial<Commit>, seq = 1): { reason: unknown; ended: readonly Finished[] } => {
    const came = ben.deliver(ben.commit(seq, content));
    const { kind, content: said } = ben.read(came.answers[0]);
    expect(kind).toBe('nack');
    expect(ben.lane.consumedUpTo).toBe(seq);
    expect(came.events).toEqual([]);
    expect(came.outputs).toEqual([]);
    expect(ben.deliver(ben.commit(seq, content)).answers).toEqual(came.answers);
    return { reason: (said as { reason: string }).reason, ended: came.ended };
  };

  it('when nobody has agreed to it, and that is kept', () => {
    const { reason, ended } = refusal(give(7));
    expect(reason).toBe('declined');
    expect(ended).toMatchObject([{ id: id(1), state: 'refused', reason: 'declined', direction: 'in', contact: ben.instance, receipt: { lane: ben.inward, seq: 1, package: ada.n } }]);
  });

  it('when it is nothing that a COMMIT can be', () => {
    const came = ben.deliver(ben.sealed(1, Uint8Array.of(0xa0)));
    expect(ben.read(came.answers[0])).toMatchObject({ kind: 'nack', content: { reason: 'peer_protocol' } });
    expect(came.ended).toEqual([]);
    expect(ben.lane.consumedUpTo).toBe(1);
  });

  it('when it moves nothing, brings a forged currency, or redeems what is not ours: of that nothing is kept or learnt', () => {
    const forged = { ...descriptor({ ...ben, instance: ben.instance }, 'NEW'), name: 'Another' };
    const known = ada.size('currency');
    expect(refusal({}, 1)).toEqual({ reason: 'bad_input', ended: [] });
    expect(refusal({ give: [credit(forged, 1)] }, 2)).toEqual({ reason: 'bad_input', ended: [] });
    expect(refusal({ take: [credit(forged, 1)] }, 3)).toEqual({ reason: 'bad_input', ended: [] });
    expect(refusal({ ...give(1), purpose: 'redemption' }, 4)).toEqual({ reason: 'bad_input', ended: [] });
    // What came before the forged one is not learnt either.
    expect(refusal({ give: [credit(descriptor({ ...ben, instance: ben.instance }, 'NEW'), 1), credit(forged, 1)] }, 5)).toEqual({ reason: 'bad_input', ended: [] });
    expect(ada.size('currency')).toBe(known);
  });

  it('when it differs from what was accepted in what is given, what is taken, or what for', () => {
    ada.within(({ state }) => state.put('book', tea, { ...state.get('book', tea)!, held: 90n, sent: 10n }));
    const mine: Terms['give'] = [{ kind: 'credit', currency: tea, amount: 5n }];
    const cases: [Partial<Terms>, Partial<Commit>][] = [
      [bunFor(7n), give(8)],
      [bunFor(7n), { ...give(7), take: [wireTea('1')] }],
      [{ ...bunFor(7n), take: mine }, { ...give(7), take: [wireTea('6')] }],
      [{ give: mine }, { give: [wireTea('5')], purpose: 'redemption' }],
    ];
    cases.forEach(([agreed, said], at) => {
      onRecord(at + 1, agreed);
      expect(refusal(said, at + 1)).toMatchObject({ reason: 'declined', ended: [{ state: 'refused' }] });
      expect(ada.state.get('transfer', id(at + 1))).toBeUndefined();
    });
    onRecord(9, { give: mine, purpose: 'redemption' });
    expect(ben.answerTo(9, { give: [wireTea('5')], purpose: 'redemption' })).toBe('ack');
    expect(ada.book(tea)).toMatchObject({ received: 5n, redeemed: 5n });
  });

  it('when it was offered and nobody has answered yet', () => {
    onRecord(1, bunFor(7n), 'offered');
    expect(refusal(give(7))).toMatchObject({ reason: 'declined', ended: [{ state: 'refused', reason: 'declined' }] });
    expect(ada.state.get('transfer', id(1))).toBeUndefined();
  });

  it('when it was declined, although a rule would take it: that was written down then, and not again', () => {
    allow('100');
    onRecord(1, bunFor(7n), 'declined');
    expect(refusal(give(7))).toEqual({ reason: 'declined', ended: [] });
    expect(ada.state.get('transfer', id(1))).toBeUndefined();
  });

  it('when its source was forgotten, unless it had been accepted before', () => {
    allow('100');
    ada.within(({ state }) => state.remove('contact', ben.instance));
    expect(refusal(give(7))).toMatchObject({ reason: 'declined' });
    onRecord(2, bunFor(7n));
    expect(ben.answerTo(2, give(7))).toBe('ack');
  });

  it('when its id is that of another transfer, of mine or of somebody else’s, which is not touched', () => {
    allow('100');
    onRecord(1, bunFor(7n));
    ada.within(({ state }) => state.put('transfer', id(1), { ...(state.get('transfer', id(1)) as Incoming), contact: 'cleo' as never }));
    const other = ada.state.get('transfer', id(1));
    expect(refusal(give(7))).toEqual({ reason: 'bad_input', ended: [] });
    expect(ada.state.get('transfer', id(1))).toBe(other);
  });

  it('when it brings keys although no book is in it', () => {
    allow('100');
    expect(refusal({ ...give(7), keys: [new Uint8Array(32)] })).toMatchObject({ reason: 'bad_input', ended: [{ state: 'refused', reason: 'bad_input' }] });
  });

  it('when there is no room for it, when there are more of our credits than ever left, and when the price is not here', () => {
    allow(String(MAX_AMOUNT));
    ada.within(({ state }) => state.put('book', idOf(bun), { held: 1n, received: 1n, transit: 0n, writtenOff: 0n, sent: 0n, issued: 0n, redeemed: 0n }));
    expect(refusal({ give: [credit(bun, String(MAX_AMOUNT))] }, 1).reason).toBe('amount_overflow');
    onRecord(2, { give: [{ kind: 'credit', currency: tea, amount: 1n }] });
    expect(refusal({ give: [wireTea('1')] }, 2).reason).toBe('bad_input');
    onRecord(3, { ...bunFor(7n), take: [{ kind: 'credit', currency: tea, amount: 101n }] });
    expect(refusal({ ...give(7), take: [wireTea('101')] }, 3).reason).toBe('insufficient_funds');
    expect(held()).toBe(1n);
  });
});

describe('a COMMIT that asks for something', () => {
  it('is paid in the same package, and the ACK brings it', () => {
    onRecord(1, { ...bunFor(7n), take: [{ kind: 'credit', currency: tea, amount: 30n }] });
    const came = ben.deliver(ben.commit(1, { ...give(7), take: [wireTea('30')] }));
    expect(ben.read(came.answers[0])).toEqual({ kind: 'ack', seq: 1, content: { take: [wireTea('30')] } });
    expect(ada.book(tea)).toMatchObject({ held: 70n, sent: 30n, transit: 0n });
    expect(held()).toBe(7n);
  });

  it('is never taken by a rule', () => {
    allow('100');
    expect(ben.answerTo(1, { ...give(7), take: [wireTea('1')] })).toBe('declined');
    expect(ben.answerTo(2, { take: [wireTea('1')] })).toBe('declined');
  });
});

describe('a rule', () => {
  it('takes what it names up to its amount, summed, and nothing else', () => {
    allow('10');
    expect(ben.answerTo(1, give(10))).toBe('ack');
    expect(ben.answerTo(2, give(11))).toBe('declined');
    expect(ben.answerTo(3, { give: [credit(bun, 6), credit(bun, 5)] })).toBe('declined');
    expect(ben.answerTo(4, { give: [credit(bun, 1), credit(descriptor({ ...ben, instance: ben.instance }, 'NEW'), 1)] })).toBe('declined');
    ada.call('people.setRule', { contact: ben.instance, rule: { mode: 'ask' } });
    expect(ben.answerTo(5, give(1))).toBe('declined');
    expect(held()).toBe(10n);
  });
});

describe('a request of mine', () => {
  const ask = (amount = 7n): RequestId => {
    const asked = ada.call('requests.create', { contact: ben.instance, currency: idOf(bun), amount: String(amount) });
    if (!asked.ok) throw new Error(asked.failure.detail);
    return asked.value.id;
  };

  it('that is paid exactly is taken without being asked again, and is over', () => {
    const request = ask();
    expect(ben.answerTo(1, { ...give(7), request })).toBe('ack');
    expect(ada.state.get('request', request)).toBeUndefined();
    // Once is enough.
    expect(ben.answerTo(2, { ...give(7), request })).toBe('declined');
  });

  it('opens the door to nothing else: another amount, a payment that does not name it, or one by somebody else', () => {
    const request = ask();
    expect(ben.answerTo(1, { ...give(8), request })).toBe('declined');
    expect(ben.answerTo(2, give(7))).toBe('declined');
    expect(ben.answerTo(3, { ...give(7), request: idNumber(77) })).toBe('declined');
    const cleo = new PureLane(ada, 'Cleo');
    expect(cleo.answerTo(1, { ...give(7), request })).toBe('declined');
    ada.within(({ state }) => state.put('request', request, { ...state.get('request', request)!, direction: 'in' }));
    expect(ben.answerTo(4, { ...give(7), request })).toBe('declined');
    expect(ada.state.get('request', request)).toMatchObject({ direction: 'in', state: 'open' });
  });

  it('is over when another amount is paid for it with the person’s consent, and only if it is theirs to pay', () => {
    const request = ask();
    onRecord(1, bunFor(3n));
    expect(ben.answerTo(1, { ...give(3), request })).toBe('ack');
    expect(ada.state.get('request', request)).toBeUndefined();
    const other = ask();
    const cleo = new PureLane(ada, 'Cleo');
    ada.call('people.setRule', { contact: cleo.instance, rule: { mode: 'auto', upTo: [{ currency: idOf(bun), amount: '9' }] } });
    expect(cleo.answerTo(1, { ...give(3), request: other })).toBe('ack');
    expect(ada.state.get('request', other)).toMatchObject({ direction: 'out', state: 'open', contact: ben.instance });
  });
});

describe('what a lane remembers of closed seqs', () => {
  const closed = (upTo: number) => ada.within((turn) => closeUpTo(turn, ben.inward, upTo));

  it('is the plain ACK, made again byte for byte; other answers are not known any more and meet silence', () => {
    allow('10');
    const frames = [give(1), give(50), give(2)].map((content, at) => ben.commit(at + 1, content));
    const answers = frames.map((frame) => ben.deliver(frame).answers);
    expect([...ada.state.all('answer')].map(([, { plain }]) => plain)).toEqual([true, false, true]);
    expect(closed(2)).toBeNull();
    expect([...ada.state.all('answer')].map(([key]) => key)).toEqual([`${ben.inward}/3`]);
    expect(ben.lane).toMatchObject({ closedUpTo: 2, exceptions: [2], silentUpTo: 0 });
    expect(frames.map((frame) => ben.deliver(frame).answers)).toEqual([answers[0], [], answers[2]]);
    expect(closed(3)).toBeNull();
    expect(frames.map((frame) => ben.deliver(frame).answers)).toEqual([answers[0], [], answers[2]]);
    expect(ben.lane).toMatchObject({ closedUpTo: 3, exceptions: [2] });
  });

  it('an ACK that brought something is not plain', () => {
    onRecord(1, { ...bunFor(7n), take: [{ kind: 'credit', currency: tea, amount: 30n }] });
    const frame = ben.commit(1, { ...give(7), take: [wireTea('30')] });
    ben.deliver(frame);
    closed(1);
    expect(ben.deliver(frame).answers).toEqual([]);
  });

  it('what is not closed any longer than it was is not closed again, and nothing is closed that was not answered', () => {
    allow('10');
    for (const seq of [1, 2]) ben.deliver(ben.commit(seq, give(1)));
    expect(closed(3)).toMatchObject({ code: 'peer_protocol' });
    expect(closed(2)).toBeNull();
    const lane = ben.lane;
    expect([closed(1), closed(2), closed(0)]).toEqual([null, null, null]);
    expect(ben.lane).toBe(lane);
    expect(ada.within((turn) => closeUpTo(turn, ben.outward, 0))).toMatchObject({ code: 'peer_protocol' });
    expect(ada.within((turn) => closeUpTo(turn, '0'.repeat(64) as never, 0))).toMatchObject({ code: 'peer_protocol' });
  });

  it('a COMMIT closes with its own word what was closed by then, but not itself', () => {
    allow('10');
    ben.deliver(ben.commit(1, give(1)));
    ben.deliver(ben.commit(2, { ...give(1), closedUpTo: 1 }));
    expect(ben.lane).toMatchObject({ closedUpTo: 1 });
    expect([...ada.state.all('answer')].map(([key]) => key)).toEqual([`${ben.inward}/2`]);
  });

  it('refused ones are remembered 64 at a time; the older ones, and all before them, meet silence', () => {
    allow('10');
    const frames = Array.from({ length: 70 }, (_, at) => ben.commit(at + 1, give(at < 67 && at !== 1 ? 50 : 1)));
    const answers = frames.map((frame) => ben.deliver(frame).answers);
    expect(closed(65)).toBeNull();
    // 1, 3 … 65 were refused: 64 of them.
    expect(ben.lane).toMatchObject({ silentUpTo: 0 });
    expect(ben.lane.exceptions).toHaveLength(64);
    expect(ben.deliver(frames[1]!).answers).toEqual(answers[1]);
    expect(closed(66)).toBeNull();
    expect(ben.lane).toMatchObject({ silentUpTo: 1 });
    expect(closed(67)).toBeNull();
    expect(ben.lane).toMatchObject({ silentUpTo: 3, exceptions: Array.from({ length: 64 }, (_, at) => at + 4) });
    expect(ben.deliver(frames[1]!).answers).toEqual([]);
    expect(closed(70)).toBeNull();
    expect(ben.lane).toMatchObject({ silentUpTo: 3 });
    expect([68, 69, 70].map((seq) => ben.deliver(frames[seq - 1]!).answers)).toEqual(answers.slice(67));
    for (const seq of [1, 2, 3, 4, 67]) expect(ben.deliver(frames[seq - 1]!).answers, String(seq)).toEqual([]);
  });
});
