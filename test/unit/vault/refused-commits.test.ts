/** What the destination refuses (design §6, phase 2): with which reason, what is kept of it, and that its seq is consumed all the same. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Finished, Incoming, Terms } from '../../../enclave/vault/records.ts';
import { MAX_AMOUNT } from '../../../protocol/limits.ts';
import type { Commit } from '../../../protocol/messages.codec.ts';
import { PayingLane, transferId } from '../../support/paying-lane.ts';
import { credit, idOf } from '../../support/raw-contact.ts';
import { TeaVault } from '../../support/tea-vault.ts';

let ada: TeaVault;
let ben: PayingLane;

beforeEach(() => {
  ada = new TeaVault('receiving');
  ben = new PayingLane(ada, 'Ben');
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
    const { reason, ended } = refusal(ben.give(7));
    expect(reason).toBe('declined');
    expect(ended).toMatchObject([{ id: transferId(1), state: 'refused', reason: 'declined', direction: 'in', contact: ben.instance, receipt: { lane: ben.inward, seq: 1, package: ada.n } }]);
  });

  it('when it is nothing that a COMMIT can be', () => {
    const came = ben.deliver(ben.sealed(1, Uint8Array.of(0xa0)));
    expect(ben.read(came.answers[0])).toMatchObject({ kind: 'nack', content: { reason: 'peer_protocol' } });
    expect(came.ended).toEqual([]);
    expect(ben.lane.consumedUpTo).toBe(1);
  });

  it('when it moves nothing, brings a forged currency, or redeems what is not ours: of that nothing is kept or learnt', () => {
    const forged = { ...ben.currency('NEW'), name: 'Another' };
    const known = ada.size('currency');
    expect(refusal({}, 1)).toEqual({ reason: 'bad_input', ended: [] });
    expect(refusal({ give: [credit(forged, 1)] }, 2)).toEqual({ reason: 'bad_input', ended: [] });
    expect(refusal({ take: [credit(forged, 1)] }, 3)).toEqual({ reason: 'bad_input', ended: [] });
    expect(refusal({ ...ben.give(1), purpose: 'redemption' }, 4)).toEqual({ reason: 'bad_input', ended: [] });
    // What came before the forged one is not learnt either.
    expect(refusal({ give: [credit(ben.currency('NEW'), 1), credit(forged, 1)] }, 5)).toEqual({ reason: 'bad_input', ended: [] });
    expect(ada.size('currency')).toBe(known);
  });

  it('when it differs from what was accepted in what is given, what is taken, or what for', () => {
    ada.within(({ state }) => state.put('book', ada.tea, { ...state.get('book', ada.tea)!, held: 90n, sent: 10n }));
    const mine: Terms['give'] = [{ kind: 'credit', currency: ada.tea, amount: 5n }];
    const cases: [Partial<Terms>, Partial<Commit>][] = [
      [ben.bunFor(7n), ben.give(8)],
      [ben.bunFor(7n), { ...ben.give(7), take: [ada.wireTea('1')] }],
      [{ ...ben.bunFor(7n), take: mine }, { ...ben.give(7), take: [ada.wireTea('6')] }],
      [{ give: mine }, { give: [ada.wireTea('5')], purpose: 'redemption' }],
    ];
    cases.forEach(([agreed, said], at) => {
      ben.onRecord(at + 1, agreed);
      expect(refusal(said, at + 1)).toMatchObject({ reason: 'declined', ended: [{ state: 'refused' }] });
      expect(ada.state.get('transfer', transferId(at + 1))).toBeUndefined();
    });
    ben.onRecord(9, { give: mine, purpose: 'redemption' });
    expect(ben.answerTo(9, { give: [ada.wireTea('5')], purpose: 'redemption' })).toBe('ack');
    expect(ada.book(ada.tea)).toMatchObject({ received: 5n, redeemed: 5n });
  });

  it('when it was offered and nobody has answered yet', () => {
    ben.onRecord(1, ben.bunFor(7n), 'offered');
    expect(refusal(ben.give(7))).toMatchObject({ reason: 'declined', ended: [{ state: 'refused', reason: 'declined' }] });
    expect(ada.state.get('transfer', transferId(1))).toBeUndefined();
  });

  it('when it was declined, although a rule would take it: that was written down then, and not again', () => {
    ben.allow('100');
    ben.onRecord(1, ben.bunFor(7n), 'declined');
    expect(refusal(ben.give(7))).toEqual({ reason: 'declined', ended: [] });
    expect(ada.state.get('transfer', transferId(1))).toBeUndefined();
  });

  it('when its source was forgotten, unless it had been accepted before', () => {
    ben.allow('100');
    ada.within(({ state }) => state.remove('contact', ben.instance));
    expect(refusal(ben.give(7))).toMatchObject({ reason: 'declined' });
    ben.onRecord(2, ben.bunFor(7n));
    expect(ben.answerTo(2, ben.give(7))).toBe('ack');
  });

  it('when its id is that of another transfer, of mine or of somebody else’s, which is not touched', () => {
    ben.allow('100');
    ben.onRecord(1, ben.bunFor(7n));
    ada.within(({ state }) => state.put('transfer', transferId(1), { ...(state.get('transfer', transferId(1)) as Incoming), contact: 'cleo' as never }));
    const other = ada.state.get('transfer', transferId(1));
    expect(refusal(ben.give(7))).toEqual({ reason: 'bad_input', ended: [] });
    expect(ada.state.get('transfer', transferId(1))).toBe(other);
  });

  it('when it brings keys although no book is in it', () => {
    ben.allow('100');
    expect(refusal({ ...ben.give(7), keys: [new Uint8Array(32)] })).toMatchObject({ reason: 'bad_input', ended: [{ state: 'refused', reason: 'bad_input' }] });
  });

  it('when there is no room for it, when there are more of our credits than ever left, and when the price is not here', () => {
    ben.allow(String(MAX_AMOUNT));
    ada.within(({ state }) => state.put('book', idOf(ben.bun), { held: 1n, received: 1n, transit: 0n, writtenOff: 0n, sent: 0n, issued: 0n, redeemed: 0n }));
    expect(refusal({ give: [credit(ben.bun, String(MAX_AMOUNT))] }, 1).reason).toBe('amount_overflow');
    ben.onRecord(2, { give: [{ kind: 'credit', currency: ada.tea, amount: 1n }] });
    expect(refusal({ give: [ada.wireTea('1')] }, 2).reason).toBe('bad_input');
    ben.onRecord(3, { ...ben.bunFor(7n), take: [{ kind: 'credit', currency: ada.tea, amount: 101n }] });
    expect(refusal({ ...ben.give(7), take: [ada.wireTea('101')] }, 3).reason).toBe('insufficient_funds');
    expect(ben.held()).toBe(1n);
  });
});
