/** What ends a transfer after its commit (design §6, phase 2): the destination's own answer and nothing else, and what the ACK brings. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Transfer } from '../../../enclave/vault/records.ts';
import { begin, onDecline } from '../../../enclave/vault/transfers/sending.machine.ts';
import type { RequestId, TransferId } from '../../../protocol/identifiers.ts';
import { MAX_AMOUNT } from '../../../protocol/limits.ts';
import { PaidLane } from '../../support/paid-lane.ts';
import { idNumber } from '../../support/pure-lane.ts';
import { credit, descriptor, idOf } from '../../support/raw-contact.ts';
import { TeaVault } from '../../support/tea-vault.ts';

let ada: TeaVault;
let ben: PaidLane;

beforeEach(() => {
  ada = new TeaVault('sending');
  ben = new PaidLane(ada, 'Ben');
});

describe('after the commit', () => {
  it('neither the person nor their DECLINE takes it back', () => {
    ben.meet();
    const id = ben.committed();
    const before = [...ada.state.records()];
    expect(ada.call('transfers.cancel', { id })).toMatchObject({ failure: { code: 'already_committed' } });
    expect(ben.doing((turn) => onDecline(turn, ben.instance, id, 'no'))).toMatchObject({ said: [], ended: [] });
    expect([...ada.state.records()]).toEqual(before);
  });

  it('the person may write it off, once, and only what is in transit', () => {
    expect(ada.call('transfers.writeOff', { id: ben.offered() })).toMatchObject({ failure: { code: 'wrong_state' } });
    const id = ben.committed();
    expect(ada.call('transfers.writeOff', { id })).toMatchObject({ ok: true, value: { state: 'written-off' } });
    expect(ada.book(ada.tea)).toMatchObject({ held: 93n, transit: 0n, writtenOff: 7n });
    expect(ben.transfer(id)?.timeline.map(({ state }) => state)).toEqual(['offered', 'in-transit', 'written-off']);
    expect(ada.call('transfers.writeOff', { id })).toMatchObject({ failure: { code: 'wrong_state' } });
    expect(ada.call('transfers.writeOff', { id: idNumber(5) as TransferId })).toMatchObject({ failure: { code: 'unknown_transfer' } });
    expect(ada.call('transfers.cancel', { id })).toMatchObject({ failure: { code: 'already_committed' } });
  });

  it.each(['in-transit', 'written-off'] as const)('an ACK ends it as done, %s', (state) => {
    const id = ben.committed();
    if (state === 'written-off') ada.call('transfers.writeOff', { id });
    const { ended, outputs, events } = ben.hear(ben.answer('ack', 1, { take: [] }));
    expect(ended).toMatchObject([{ id, state: 'done', reason: null, receipt: { lane: ben.outward, seq: 1 } }]);
    expect(outputs).toEqual([{ type: 'notify', event: 'done', contact: ben.instance, name: 'Ben', text: 'for tea' }]);
    expect(events).toMatchObject([{ event: 'delivered', amount: 7n, contact: ben.instance, transfer: id }]);
    expect(ada.book(ada.tea)).toMatchObject({ held: 93n, transit: 0n, writtenOff: 0n, sent: 7n });
    expect([ben.transfer(id), [...ada.state.all('inFlight')], ben.outLane.closedUpTo]).toEqual([undefined, [], 1]);
  });

  it.each(['in-transit', 'written-off'] as const)('a NACK brings it back, with their reason, %s', (state) => {
    const id = ben.committed();
    if (state === 'written-off') ada.call('transfers.writeOff', { id });
    const { ended, outputs, events } = ben.hear(ben.answer('nack', 1, { reason: 'declined' }));
    expect(ended).toMatchObject([{ id, state: 'returned', reason: 'declined', receipt: { lane: ben.outward, seq: 1 } }]);
    expect(outputs).toEqual([{ type: 'notify', event: 'returned', contact: ben.instance, name: 'Ben', text: 'for tea' }]);
    expect(events).toMatchObject([{ event: 'returned', amount: 7n, contact: ben.instance, transfer: id }]);
    expect(ada.book(ada.tea)).toMatchObject({ held: 100n, transit: 0n, writtenOff: 0n });
    expect([ben.transfer(id), [...ada.state.all('inFlight')], ben.outLane.closedUpTo]).toEqual([undefined, [], 1]);
  });

  it('answers come in any order, each counts once, and the first one holds', () => {
    const ids = [ben.committed('1'), ben.committed('2'), ben.committed('3')];
    ben.hear(ben.answer('ack', 3, { take: [] }));
    expect(ben.outLane).toMatchObject({ closedUpTo: 0, closedAbove: [3] });
    ben.hear(ben.answer('nack', 1, { reason: 'x' }));
    expect(ben.outLane).toMatchObject({ closedUpTo: 1, closedAbove: [3] });
    const before = [...ada.state.records()];
    for (const again of [ben.answer('nack', 3, { reason: 'x' }), ben.answer('ack', 3, { take: [] }), ben.answer('ack', 1, { take: [] })]) expect(ben.hear(again).ended).toEqual([]);
    expect([...ada.state.records()]).toEqual(before);
    ben.hear(ben.answer('ack', 2, { take: [] }));
    expect(ben.outLane).toMatchObject({ closedUpTo: 3, closedAbove: [] });
    expect(ids.map((id) => ben.transfer(id))).toEqual([undefined, undefined, undefined]);
    expect(ada.book(ada.tea)).toMatchObject({ held: 95n, sent: 5n });
  });

  it('no answer counts that is not authentic, not of this lane, of a seq not sent yet, or not what was agreed', () => {
    ben.committed();
    const before = [...ada.state.records()];
    const ack = ben.answer('ack', 1, { take: [] });
    for (const frame of [
      { ...ack, box: new Uint8Array(40) }, { ...ack, seq: 2 }, ben.answer('ack', 2, { take: [] }), { ...ack, kind: 'nack' as const }, { ...ack, lane: ben.inward }, { ...ack, lane: '0'.repeat(64) },
      ben.answer('ack', 1, {}), ben.answer('ack', 1, { take: [ada.wireTea(1)] }), ben.answer('nack', 1, {}), ben.answer('nack', 1, { reason: 'x'.repeat(65) }),
      ben.answer('ack', 1, { take: [], keys: [new Uint8Array(32)] }),
    ]) expect(ben.hear(frame)).toMatchObject({ ended: [], outputs: [], events: [] });
    expect([...ada.state.records()]).toEqual(before);
    ben.outLane = { direction: 'out', state: 'opening', contact: ben.instance, secret: new Uint8Array(32), sourceKey: new Uint8Array(32), nonce: new Uint8Array(32) };
    expect(ben.hear(ack).ended).toEqual([]);
  });

  it('an answer to what is in flight and yet not committed stops the vault', () => {
    const id = ben.committed();
    ada.within(({ state }) => state.put('transfer', id, { ...ben.transfer(id)!, state: 'offered' } as Transfer));
    expect(() => ben.hear(ben.answer('ack', 1, { take: [] }))).toThrow('is in flight but not committed');
    ada.within(({ state }) => state.put('transfer', id, { ...ben.transfer(id)!, direction: 'in', state: 'accepted', reason: null } as Transfer));
    expect(() => ben.hear(ben.answer('ack', 1, { take: [] }))).toThrow('is in flight but not committed');
    ada.within(({ state }) => state.remove('inFlight', `${ben.outward}/1`));
    expect(ben.hear(ben.answer('ack', 1, { take: [] })).ended).toEqual([]);
  });
});

describe('an ACK that brings the price', () => {
  const bun = () => descriptor({ ...ben, instance: ben.instance }, 'BUN');
  const sold = (): TransferId => {
    ada.within(({ state }) => state.put('currency', idOf(bun()), bun()));
    const { value: id } = ben.doing((turn) => begin(turn, ben.selling({ take: [{ kind: 'credit', currency: idOf(bun()), amount: 5n }] })));
    ben.accepted(id);
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
    expect(ben.transfer(id)?.state).toBe('in-transit');
    expect(ada.book(ada.tea).transit).toBe(7n);
  });
});

describe('a request that was paid', () => {
  it('is not shown again if it comes once more on another connection', () => {
    ben.meet();
    const request = idNumber(5) as RequestId;
    ada.within(({ state }) => state.put('request', request, { id: request, direction: 'in', contact: ben.instance, currency: ada.tea, amount: 7n, memo: '', at: 0, state: 'open' }));
    ben.committed('7', { request });
    expect(ada.state.get('ended', ben.instance) ?? []).toEqual([]);
    ben.hear(ben.answer('ack', 1, { take: [] }));
    expect(ada.state.get('ended', ben.instance)).toEqual([request]);
  });
});
