/** The source's side of a transfer up to the commit (design §6, phases 1 and 2): what is offered, what is committed at once because their rule covers it, and what ends an offer. */
import { beforeEach, describe, expect, it } from 'vitest';
import { begin, cancel, type NewTransfer, onDecline, resendOffers } from '../../../enclave/vault/transfers/sending.machine.ts';
import type { Transfer } from '../../../enclave/vault/records.ts';
import type { CurrencyId, RequestId } from '../../../protocol/identifiers.ts';
import { MAX_LANE_WINDOW, MAX_OPEN_OFFERS } from '../../../protocol/limits.ts';
import { BEGINNING } from '../../support/memory-host.ts';
import { PaidLane } from '../../support/paid-lane.ts';
import { idNumber, PureLane } from '../../support/pure-lane.ts';
import { TeaVault } from '../../support/tea-vault.ts';

let ada: TeaVault;
let ben: PaidLane;

beforeEach(() => {
  ada = new TeaVault('sending');
  ben = new PaidLane(ada, 'Ben');
});

const takes = (amount: bigint) => [{ currency: ada.tea, upTo: amount }];

describe('an offer', () => {
  it('is made to somebody who has confirmed the words, of what is here', () => {
    expect(ben.send('101')).toMatchObject({ failure: { code: 'insufficient_funds' } });
    ada.within(({ state }) => state.put('contact', ben.instance, { ...state.get('contact', ben.instance)!, mutual: false }));
    expect(ben.send()).toMatchObject({ failure: { code: 'not_paired' } });
    expect(ada.size('transfer')).toBe(0);
  });

  it('moves nothing, and says what it would', () => {
    ben.meet();
    const { said, value: id } = ben.doing((turn) => begin(turn, ben.selling({ memo: 'tea', request: idNumber(5) as RequestId })));
    expect(said).toEqual([{ type: 'offer', id, give: [ada.wireTea(7)], take: [], memo: 'tea', purpose: 'payment', request: idNumber(5) }]);
    expect(ben.transfer(id)).toMatchObject({ direction: 'out', state: 'offered', timeline: [{ state: 'offered', at: BEGINNING }] });
    expect(ada.book(ada.tea)).toMatchObject({ held: 100n, transit: 0n });
    expect(id).toMatch(/^[0-9a-f]{32}$/);
  });

  it('waits, unsaid, until there is a lane to carry what follows', () => {
    ben.meet();
    ada.within(({ state }) => state.remove('laneTo', ben.instance));
    const { said, value: id } = ben.doing((turn) => begin(turn, ben.selling({})));
    expect(said).toEqual([]);
    expect(ben.transfer(id)).toMatchObject({ state: 'offered' });
    ada.within(({ state }) => state.put('laneTo', ben.instance, ben.outward));
    expect(ben.doing((turn) => resendOffers(turn, ben.instance)).said).toMatchObject([{ type: 'offer', id }]);
  });

  it('is one of 64 at most; those that were committed, or come from the other side, do not count', () => {
    for (let n = 1; n < MAX_OPEN_OFFERS; n++) ben.offered('1');
    ben.committed('1');
    const last = ben.offered('1');
    expect(ben.send('1')).toMatchObject({ failure: { code: 'too_many' } });
    // One from the other side, and one on its way, are no offers of mine.
    ada.within(({ state }) => state.put('transfer', last, { ...ben.transfer(last)!, direction: 'in', reason: null } as Transfer));
    expect(ben.send('1').ok).toBe(true);
    expect(ben.send('1')).toMatchObject({ failure: { code: 'too_many' } });
  });
});

describe('a transfer that their rule covers', () => {
  const stateAfter = (rule: Parameters<PureLane['meet']>[0], wanted: Partial<NewTransfer> = {}): string | undefined => {
    ben.meet(rule);
    return ben.transfer(ben.doing((turn) => begin(turn, ben.selling(wanted))).value)?.state;
  };

  it('is committed at once: up to the amount they said, in this session', () => {
    expect(stateAfter(takes(7n))).toBe('in-transit');
    expect(stateAfter(takes(6n))).toBe('offered');
    expect(stateAfter([])).toBe('offered');
    expect(stateAfter([{ currency: 'other' as CurrencyId, upTo: 7n }])).toBe('offered');
    expect(stateAfter(takes(7n), { give: [{ kind: 'credit', currency: ada.tea, amount: 4n }, { kind: 'credit', currency: ada.tea, amount: 4n }] })).toBe('offered');
    const ale = ada.must('credits.createCurrency', { code: 'ALE', decimals: 0, name: 'Ale' });
    ada.call('credits.issue', { currency: ale.id, amount: '9' });
    expect(stateAfter(takes(7n), { give: [{ kind: 'credit', currency: ada.tea, amount: 4n }, { kind: 'credit', currency: ale.id, amount: 4n }] })).toBe('offered');
  });

  it('is offered all the same if it asks for something back', () => {
    expect(stateAfter(takes(7n), { take: [{ kind: 'credit', currency: ada.tea, amount: 1n }] })).toBe('offered');
  });

  it('is offered while they are away', () => {
    expect(ben.transfer(ben.doing((turn) => begin(turn, ben.selling({}))).value)?.state).toBe('offered');
  });

  it('is refused when the window is full, and then nothing has happened', () => {
    ben.meet(takes(7n));
    ben.outLane = { ...ben.outLane, nextSeq: MAX_LANE_WINDOW + 2, closedUpTo: 1 };
    expect(ben.send()).toMatchObject({ failure: { code: 'too_many' } });
    expect([ada.book(ada.tea).held, ada.size('transfer')]).toEqual([100n, 0]);
    ben.outLane = { ...ben.outLane, closedUpTo: 2 };
    expect(ben.send()).toMatchObject({ ok: true, value: { state: 'in-transit' } });
  });
});

describe('before the commit', () => {
  it('the person may cancel, and they hear of it', () => {
    ben.meet();
    const id = ben.offered();
    const { said, ended } = ben.doing((turn) => cancel(turn, id));
    expect(said).toEqual([{ type: 'withdraw', id }]);
    expect(ended).toMatchObject([{ id, state: 'cancelled', reason: null, receipt: null }]);
    expect(ben.transfer(id)).toBeUndefined();
    expect(ada.call('transfers.cancel', { id })).toMatchObject({ failure: { code: 'unknown_transfer' } });
  });

  it('they may decline, with their reason, and hear that it is over; nobody else may', () => {
    ben.meet();
    const id = ben.offered();
    const cleo = new PureLane(ada, 'Cleo');
    cleo.meet();
    expect(cleo.doing((turn) => onDecline(turn, cleo.instance, id, 'x')).said).toEqual([{ type: 'withdraw', id }]);
    expect(ben.transfer(id)?.state).toBe('offered');
    const { said, ended } = ben.doing((turn) => onDecline(turn, ben.instance, id, 'too dear'));
    expect(said).toEqual([{ type: 'withdraw', id }]);
    expect(ended).toMatchObject([{ id, state: 'declined', reason: 'too dear', receipt: null }]);
    expect(ben.transfer(id)).toBeUndefined();
    // Said again, in case they had not heard.
    expect(ben.doing((turn) => onDecline(turn, ben.instance, id, 'too dear'))).toMatchObject({ said: [{ type: 'withdraw', id }], ended: [] });
  });
});
