/**
 * The source's side of a transfer (design §6, phase 2), step by step: what is offered and what is committed at once, what
 * leaves and when, and that from then on only the destination's own answer ends it.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Outgoing, Transfer } from '../../../enclave/vault/records.ts';
import { begin, cancel, onAccept, onDecline, type NewTransfer, resendCommits, resendOffers } from '../../../enclave/vault/transfers/sending.machine.ts';
import type { CurrencyId, RequestId, TransferId } from '../../../protocol/identifiers.ts';
import { MAX_AMOUNT, MAX_LANE_WINDOW, MAX_OPEN_OFFERS } from '../../../protocol/limits.ts';
import { BEGINNING } from '../../support/memory-host.ts';
import { idNumber, PureLane } from '../../support/pure-lane.ts';
import { PureNetwork, PureVault } from '../../support/pure-vault.ts';
import { credit, descriptor, idOf } from '../../support/raw-contact.ts';

let ada: PureVault;
let ben: PureLane;
let tea: CurrencyId;

beforeEach(() => {
  ada = new PureVault('Ada', 'sending', new PureNetwork());
  ben = new PureLane(ada, 'Ben');
  const made = ada.call('credits.createCurrency', { code: 'TEA', decimals: 0, name: 'Tea' });
  if (!made.ok) throw new Error(made.failure.detail);
  tea = made.value.id;
  ada.call('credits.issue', { currency: tea, amount: '100' });
});

const send = (amount = '7', extra: object = {}) => ada.call('transfers.send', { contact: ben.instance, currency: tea, amount, memo: 'for tea', ...extra });
function offered(amount = '7', extra: object = {}): TransferId {
  const sent = send(amount, extra);
  if (!sent.ok) throw new Error(sent.failure.detail);
  return sent.value.id;
}
const accepted = (id: TransferId) => ben.doing((turn) => onAccept(turn, ben.instance, id));
function committed(amount = '7', extra: object = {}): TransferId {
  const id = offered(amount, extra);
  accepted(id);
  return id;
}
const transfer = (id: TransferId): Transfer | undefined => ada.state.get('transfer', id);
const frameOf = (id: TransferId): Uint8Array => (transfer(id) as Exclude<Outgoing, { state: 'offered' }>).frame;
const selling = (more: Partial<NewTransfer>): NewTransfer => ({ contact: ben.instance, give: [{ kind: 'credit', currency: tea, amount: 7n }], take: [], memo: '', purpose: 'payment', request: null, ...more });
const takes = (amount: bigint) => [{ currency: tea, upTo: amount }];

describe('an offer', () => {
  it('is made to somebody who has confirmed the words, of what is here', () => {
    expect(send('101')).toMatchObject({ failure: { code: 'insufficient_funds' } });
    ada.within(({ state }) => state.put('contact', ben.instance, { ...state.get('contact', ben.instance)!, mutual: false }));
    expect(send()).toMatchObject({ failure: { code: 'not_paired' } });
    expect(ada.size('transfer')).toBe(0);
  });

  it('moves nothing, and says what it would', () => {
    ben.meet();
    const { said, value: id } = ben.doing((turn) => begin(turn, selling({ memo: 'tea', request: idNumber(5) as RequestId })));
    expect(said).toEqual([{ type: 'offer', id, give: [credit(ada.state.get('currency', tea)!, 7)], take: [], memo: 'tea', purpose: 'payment', request: idNumber(5) }]);
    expect(transfer(id)).toMatchObject({ direction: 'out', state: 'offered', timeline: [{ state: 'offered', at: BEGINNING }] });
    expect(ada.book(tea)).toMatchObject({ held: 100n, transit: 0n });
    expect(id).toMatch(/^[0-9a-f]{32}$/);
  });

  it('waits, unsaid, until there is a lane to carry what follows', () => {
    ben.meet();
    ada.within(({ state }) => state.remove('laneTo', ben.instance));
    const { said, value: id } = ben.doing((turn) => begin(turn, selling({})));
    expect(said).toEqual([]);
    expect(transfer(id)).toMatchObject({ state: 'offered' });
    ada.within(({ state }) => state.put('laneTo', ben.instance, ben.outward));
    expect(ben.doing((turn) => resendOffers(turn, ben.instance)).said).toMatchObject([{ type: 'offer', id }]);
  });

  it('is one of 64 at most; those that were committed, or come from the other side, do not count', () => {
    for (let n = 1; n < MAX_OPEN_OFFERS; n++) offered('1');
    committed('1');
    const last = offered('1');
    expect(send('1')).toMatchObject({ failure: { code: 'too_many' } });
    // One from the other side, and one on its way, are no offers of mine.
    ada.within(({ state }) => state.put('transfer', last, { ...transfer(last)!, direction: 'in', reason: null } as Transfer));
    expect(send('1').ok).toBe(true);
    expect(send('1')).toMatchObject({ failure: { code: 'too_many' } });
  });
});

describe('a transfer that their rule covers', () => {
  const stateAfter = (rule: Parameters<PureLane['meet']>[0], wanted: Partial<NewTransfer> = {}): string | undefined => {
    ben.meet(rule);
    return transfer(ben.doing((turn) => begin(turn, selling(wanted))).value)?.state;
  };

  it('is committed at once: up to the amount they said, in this session', () => {
    expect(stateAfter(takes(7n))).toBe('in-transit');
    expect(stateAfter(takes(6n))).toBe('offered');
    expect(stateAfter([])).toBe('offered');
    expect(stateAfter([{ currency: 'other' as CurrencyId, upTo: 7n }])).toBe('offered');
    expect(stateAfter(takes(7n), { give: [{ kind: 'credit', currency: tea, amount: 4n }, { kind: 'credit', currency: tea, amount: 4n }] })).toBe('offered');
    const ale = ada.call('credits.createCurrency', { code: 'ALE', decimals: 0, name: 'Ale' });
    if (!ale.ok) throw new Error(ale.failure.detail);
    ada.call('credits.issue', { currency: ale.value.id, amount: '9' });
    expect(stateAfter(takes(7n), { give: [{ kind: 'credit', currency: tea, amount: 4n }, { kind: 'credit', currency: ale.value.id, amount: 4n }] })).toBe('offered');
  });

  it('is offered all the same if it asks for something back', () => {
    expect(stateAfter(takes(7n), { take: [{ kind: 'credit', currency: tea, amount: 1n }] })).toBe('offered');
  });

  it('is offered while they are away', () => {
    expect(transfer(ben.doing((turn) => begin(turn, selling({}))).value)?.state).toBe('offered');
  });

  it('is refused when the window is full, and then nothing has happened', () => {
    ben.meet(takes(7n));
    ben.outLane = { ...ben.outLane, nextSeq: MAX_LANE_WINDOW + 2, closedUpTo: 1 };
    expect(send()).toMatchObject({ failure: { code: 'too_many' } });
    expect([ada.book(tea).held, ada.size('transfer')]).toEqual([100n, 0]);
    ben.outLane = { ...ben.outLane, closedUpTo: 2 };
    expect(send()).toMatchObject({ ok: true, value: { state: 'in-transit' } });
  });
});

describe('the commit', () => {
  it('takes what is given out of the books and fixes the bytes, in one step, under the next seq and key', () => {
    ben.meet();
    const [first, second] = [offered('7'), offered('8', { memo: 'more' })];
    const { said, events } = accepted(first);
    expect(said).toEqual([{ type: 'lane-frames', frames: [frameOf(first)] }]);
    expect(events).toMatchObject([{ event: 'committed', amount: 7n, contact: ben.instance, transfer: first }]);
    expect(transfer(first)).toMatchObject({ state: 'in-transit', lane: ben.outward, seq: 1, package: ada.n, timeline: [{ state: 'offered' }, { state: 'in-transit', at: BEGINNING }] });
    expect(ada.book(tea)).toMatchObject({ held: 93n, transit: 7n });
    expect(ben.readCommit(frameOf(first))).toEqual({
      seq: 1, commit: { id: first, give: [credit(ada.state.get('currency', tea)!, 7)], take: [], memo: 'for tea', purpose: 'payment', closedUpTo: 0 },
    });
    expect(ben.outLane).toMatchObject({ nextSeq: 2, closedUpTo: 0 });
    accepted(second);
    expect(ben.readCommit(frameOf(second))).toMatchObject({ seq: 2, commit: { id: second, closedUpTo: 0 } });
    ben.hear(ben.answer('ack', 1, { take: [] }));
    expect(ben.readCommit(frameOf(committed('1')))).toMatchObject({ seq: 3, commit: { closedUpTo: 1 } });
    // No two frames under one nonce.
    expect(Buffer.from(frameOf(second)).equals(Buffer.from(frameOf(committed('8', { memo: 'more' }))))).toBe(false);
  });

  it('comes of their ACCEPT once; a second one changes nothing', () => {
    const id = committed();
    const before = [...ada.state.records()];
    ben.meet();
    expect(accepted(id).said).toEqual([]);
    expect([...ada.state.records()]).toEqual(before);
  });

  it('does not come of an ACCEPT by somebody else, or of what is not mine or not there: that is withdrawn', () => {
    ben.meet();
    const cleo = new PureLane(ada, 'Cleo');
    cleo.meet();
    const id = offered();
    expect(cleo.doing((turn) => onAccept(turn, cleo.instance, id)).said).toEqual([{ type: 'withdraw', id }]);
    expect(transfer(id)?.state).toBe('offered');
    expect(accepted(idNumber(5) as TransferId).said).toEqual([{ type: 'withdraw', id: idNumber(5) }]);
    ada.within(({ state }) => state.put('transfer', id, { ...transfer(id)!, direction: 'in', reason: null } as Transfer));
    expect(accepted(id).said).toEqual([{ type: 'withdraw', id }]);
    expect(ada.book(tea).transit).toBe(0n);
  });

  it('waits when there is no lane, or when its window is full', () => {
    ben.meet();
    const id = offered();
    ben.outLane = { ...ben.outLane, nextSeq: MAX_LANE_WINDOW + 2, closedUpTo: 1 };
    expect([accepted(id).said, transfer(id)?.state]).toEqual([[], 'offered']);
    ada.within(({ state }) => state.remove('laneTo', ben.instance));
    ben.outLane = { ...ben.outLane, closedUpTo: 2 };
    expect([accepted(id).said, transfer(id)?.state]).toEqual([[], 'offered']);
    ada.within(({ state }) => state.put('laneTo', ben.instance, ben.outward));
    accepted(id);
    expect(transfer(id)?.state).toBe('in-transit');
  });

  it('does not come when what was offered has been spent meanwhile: the offer ends, and they hear of it', () => {
    ben.meet();
    const id = offered('60');
    ada.call('credits.retire', { currency: tea, amount: '50' });
    const { said, ended } = accepted(id);
    expect(said).toEqual([{ type: 'withdraw', id }]);
    expect(ended).toMatchObject([{ id, state: 'cancelled', reason: 'insufficient_funds', receipt: null }]);
    expect([transfer(id), ada.book(tea).held]).toEqual([undefined, 50n]);
  });

  it('is said again at every meeting in the order of its seqs, also when it was written off; offers are not', () => {
    const [first, second, third] = [committed('1'), committed('2'), committed('3')];
    const open = offered('4');
    ada.call('transfers.writeOff', { id: second });
    // In whatever order they lie in memory.
    const kept = transfer(first)!;
    ada.within(({ state }) => state.remove('transfer', first));
    ada.within(({ state }) => state.put('transfer', first, kept));
    ben.meet();
    expect(ben.doing((turn) => resendCommits(turn, ben.instance)).said).toEqual([first, second, third].map((id) => ({ type: 'lane-frames', frames: [frameOf(id)] })));
    expect(ben.doing((turn) => resendOffers(turn, ben.instance)).said).toMatchObject([{ type: 'offer', id: open }]);
  });
});

describe('before the commit', () => {
  it('the person may cancel, and they hear of it', () => {
    ben.meet();
    const id = offered();
    const { said, ended } = ben.doing((turn) => cancel(turn, id));
    expect(said).toEqual([{ type: 'withdraw', id }]);
    expect(ended).toMatchObject([{ id, state: 'cancelled', reason: null, receipt: null }]);
    expect(transfer(id)).toBeUndefined();
    expect(ada.call('transfers.cancel', { id })).toMatchObject({ failure: { code: 'unknown_transfer' } });
  });

  it('they may decline, with their reason, and hear that it is over; nobody else may', () => {
    ben.meet();
    const id = offered();
    const cleo = new PureLane(ada, 'Cleo');
    cleo.meet();
    expect(cleo.doing((turn) => onDecline(turn, cleo.instance, id, 'x')).said).toEqual([{ type: 'withdraw', id }]);
    expect(transfer(id)?.state).toBe('offered');
    const { said, ended } = ben.doing((turn) => onDecline(turn, ben.instance, id, 'too dear'));
    expect(said).toEqual([{ type: 'withdraw', id }]);
    expect(ended).toMatchObject([{ id, state: 'declined', reason: 'too dear', receipt: null }]);
    expect(transfer(id)).toBeUndefined();
    // Said again, in case they had not heard.
    expect(ben.doing((turn) => onDecline(turn, ben.instance, id, 'too dear'))).toMatchObject({ said: [{ type: 'withdraw', id }], ended: [] });
  });
});

describe('after the commit', () => {
  it('neither the person nor their DECLINE takes it back', () => {
    ben.meet();
    const id = committed();
    const before = [...ada.state.records()];
    expect(ada.call('transfers.cancel', { id })).toMatchObject({ failure: { code: 'already_committed' } });
    expect(ben.doing((turn) => onDecline(turn, ben.instance, id, 'no'))).toMatchObject({ said: [], ended: [] });
    expect([...ada.state.records()]).toEqual(before);
  });

  it('the person may write it off, once, and only what is in transit', () => {
    expect(ada.call('transfers.writeOff', { id: offered() })).toMatchObject({ failure: { code: 'wrong_state' } });
    const id = committed();
    expect(ada.call('transfers.writeOff', { id })).toMatchObject({ ok: true, value: { state: 'written-off' } });
    expect(ada.book(tea)).toMatchObject({ held: 93n, transit: 0n, writtenOff: 7n });
    expect(transfer(id)?.timeline.map(({ state }) => state)).toEqual(['offered', 'in-transit', 'written-off']);
    expect(ada.call('transfers.writeOff', { id })).toMatchObject({ failure: { code: 'wrong_state' } });
    expect(ada.call('transfers.writeOff', { id: idNumber(5) as TransferId })).toMatchObject({ failure: { code: 'unknown_transfer' } });
    expect(ada.call('transfers.cancel', { id })).toMatchObject({ failure: { code: 'already_committed' } });
  });

  it.each(['in-transit', 'written-off'] as const)('an ACK ends it as done, %s', (state) => {
    const id = committed();
    if (state === 'written-off') ada.call('transfers.writeOff', { id });
    const { ended, outputs, events } = ben.hear(ben.answer('ack', 1, { take: [] }));
    expect(ended).toMatchObject([{ id, state: 'done', reason: null, receipt: { lane: ben.outward, seq: 1 } }]);
    expect(outputs).toEqual([{ type: 'notify', event: 'done', contact: ben.instance, name: 'Ben', text: 'for tea' }]);
    expect(events).toMatchObject([{ event: 'delivered', amount: 7n, contact: ben.instance, transfer: id }]);
    expect(ada.book(tea)).toMatchObject({ held: 93n, transit: 0n, writtenOff: 0n, sent: 7n });
    expect([transfer(id), [...ada.state.all('inFlight')], ben.outLane.closedUpTo]).toEqual([undefined, [], 1]);
  });

  it.each(['in-transit', 'written-off'] as const)('a NACK brings it back, with their reason, %s', (state) => {
    const id = committed();
    if (state === 'written-off') ada.call('transfers.writeOff', { id });
    const { ended, outputs, events } = ben.hear(ben.answer('nack', 1, { reason: 'declined' }));
    expect(ended).toMatchObject([{ id, state: 'returned', reason: 'declined', receipt: { lane: ben.outward, seq: 1 } }]);
    expect(outputs).toEqual([{ type: 'notify', event: 'returned', contact: ben.instance, name: 'Ben', text: 'for tea' }]);
    expect(events).toMatchObject([{ event: 'returned', amount: 7n, contact: ben.instance, transfer: id }]);
    expect(ada.book(tea)).toMatchObject({ held: 100n, transit: 0n, writtenOff: 0n });
    expect([transfer(id), [...ada.state.all('inFlight')], ben.outLane.closedUpTo]).toEqual([undefined, [], 1]);
  });

  it('answers come in any order, each counts once, and the first one holds', () => {
    const ids = [committed('1'), committed('2'), committed('3')];
    ben.hear(ben.answer('ack', 3, { take: [] }));
    expect(ben.outLane).toMatchObject({ closedUpTo: 0, closedAbove: [3] });
    ben.hear(ben.answer('nack', 1, { reason: 'x' }));
    expect(ben.outLane).toMatchObject({ closedUpTo: 1, closedAbove: [3] });
    const before = [...ada.state.records()];
    for (const again of [ben.answer('nack', 3, { reason: 'x' }), ben.answer('ack', 3, { take: [] }), ben.answer('ack', 1, { take: [] })]) expect(ben.hear(again).ended).toEqual([]);
    expect([...ada.state.records()]).toEqual(before);
    ben.hear(ben.answer('ack', 2, { take: [] }));
    expect(ben.outLane).toMatchObject({ closedUpTo: 3, closedAbove: [] });
    expect(ids.map(transfer)).toEqual([undefined, undefined, undefined]);
    expect(ada.book(tea)).toMatchObject({ held: 95n, sent: 5n });
  });

  it('no answer counts that is not authentic, not of this lane, of a seq not sent yet, or not what was agreed', () => {
    committed();
    const before = [...ada.state.records()];
    const ack = ben.answer('ack', 1, { take: [] });
    for (const frame of [
      { ...ack, box: new Uint8Array(40) }, { ...ack, seq: 2 }, ben.answer('ack', 2, { take: [] }), { ...ack, kind: 'nack' as const }, { ...ack, lane: ben.inward }, { ...ack, lane: '0'.repeat(64) },
      ben.answer('ack', 1, {}), ben.answer('ack', 1, { take: [credit(ada.state.get('currency', tea)!, 1)] }), ben.answer('nack', 1, {}), ben.answer('nack', 1, { reason: 'x'.repeat(65) }),
      ben.answer('ack', 1, { take: [], keys: [new Uint8Array(32)] }),
    ]) expect(ben.hear(frame)).toMatchObject({ ended: [], outputs: [], events: [] });
    expect([...ada.state.records()]).toEqual(before);
    ben.outLane = { direction: 'out', state: 'opening', contact: ben.instance, secret: new Uint8Array(32), sourceKey: new Uint8Array(32), nonce: new Uint8Array(32) };
    expect(ben.hear(ack).ended).toEqual([]);
  });

  it('an answer to what is in flight and yet not committed stops the vault', () => {
    const id = committed();
    ada.within(({ state }) => state.put('transfer', id, { ...transfer(id)!, state: 'offered' } as Transfer));
    expect(() => ben.hear(ben.answer('ack', 1, { take: [] }))).toThrow('is in flight but not committed');
    ada.within(({ state }) => state.put('transfer', id, { ...transfer(id)!, direction: 'in', state: 'accepted', reason: null } as Transfer));
    expect(() => ben.hear(ben.answer('ack', 1, { take: [] }))).toThrow('is in flight but not committed');
    ada.within(({ state }) => state.remove('inFlight', `${ben.outward}/1`));
    expect(ben.hear(ben.answer('ack', 1, { take: [] })).ended).toEqual([]);
  });
});

describe('an ACK that brings the price', () => {
  const bun = () => descriptor({ ...ben, instance: ben.instance }, 'BUN');
  const sold = (): TransferId => {
    ada.within(({ state }) => state.put('currency', idOf(bun()), bun()));
    const { value: id } = ben.doing((turn) => begin(turn, selling({ take: [{ kind: 'credit', currency: idOf(bun()), amount: 5n }] })));
    accepted(id);
    return id;
  };

  it('credits it with the same step that closes the transfer', () => {
    const id = sold();
    const { ended, events } = ben.hear(ben.answer('ack', 1, { take: [credit(bun(), 5)] }));
    expect(ended).toMatchObject([{ id, state: 'done' }]);
    expect(events.map(({ event, amount }) => [event, amount])).toEqual([['delivered', 7n], ['received', 5n]]);
    expect(ada.book(idOf(bun())).held).toBe(5n);
  });

  it('is without effect when there is no room for it any more: the value stays in transit', () => {
    const id = sold();
    ada.within(({ state }) => state.put('book', idOf(bun()), { held: MAX_AMOUNT, received: MAX_AMOUNT, transit: 0n, writtenOff: 0n, sent: 0n, issued: 0n, redeemed: 0n }));
    expect(ben.hear(ben.answer('ack', 1, { take: [credit(bun(), 5)] })).ended).toEqual([]);
    expect(transfer(id)?.state).toBe('in-transit');
    expect(ada.book(tea).transit).toBe(7n);
  });
});

describe('a request that was paid', () => {
  it('is not shown again if it comes once more on another connection', () => {
    ben.meet();
    const request = idNumber(5) as RequestId;
    ada.within(({ state }) => state.put('request', request, { id: request, direction: 'in', contact: ben.instance, currency: tea, amount: 7n, memo: '', at: 0, state: 'open' }));
    committed('7', { request });
    expect(ada.state.get('ended', ben.instance) ?? []).toEqual([]);
    ben.hear(ben.answer('ack', 1, { take: [] }));
    expect(ada.state.get('ended', ben.instance)).toEqual([request]);
  });
});
