/** A borrowed copy's way home (design §7; assurance rows 46, 47): once, to its lender alone, by itself when its time is over, and what keeps it waiting. */
import { beforeEach, describe, expect, it } from 'vitest';
import { bringHomeOverdue, returnHome, returnOverdue } from '../../../enclave/vault/library/loans.ts';
import { DAY_MS } from '../../../enclave/vault/library/terms.ts';
import { onAccept } from '../../../enclave/vault/transfers/sending.machine.ts';
import { type LoanedBook, loanBetween } from '../../support/loaned-book.ts';
import { MadeBook } from '../../support/made-books.ts';
import { PureLane } from '../../support/pure-lane.ts';
import type { PureVault } from '../../support/pure-vault.ts';
import { refusalCode } from '../../support/refusals.ts';

let ada: PureVault;
let ben: PureLane;
let cleo: PureLane;
let emma: LoanedBook;

beforeEach(() => {
  ({ ada, ben, cleo, emma } = loanBetween('loans'));
});

describe('a borrowed copy', () => {
  const offers = () => [...ada.state.all('transfer')].map(([, { give: [asset] }]) => asset?.kind === 'licence' && asset.id);

  it('goes home to its lender once, however often that is asked for', () => {
    expect(refusalCode(() => ben.doing((turn) => returnHome(turn, emma.id())))).toBe('unknown_licence');
    emma.lend();
    expect(ada.call('books.return', { licence: emma.id() })).toMatchObject({ ok: false, failure: { code: 'wrong_state', detail: 'This copy is not borrowed.' } });
    emma.borrow();
    emma.borrow({}, 2);
    const first = ben.doing((turn) => returnHome(turn, emma.id()));
    expect(first.said).toMatchObject([{ type: 'offer', memo: '', give: [{ copy: 1, move: { as: 'return' } }] }]);
    expect(ben.doing((turn) => returnHome(turn, emma.id())).value).toBe(first.value);
    expect(ben.doing((turn) => returnHome(turn, emma.id(2))).value).not.toBe(first.value);
    expect(offers()).toEqual([emma.id(), emma.id(2)]);
  });

  it('is on its way home if it is among what is offered', () => {
    emma.borrow();
    ben.doing((turn) => turn.state.put('transfer', 'ab'.repeat(16), { ...offered(), direction: 'out', give: [{ kind: 'credit', currency: 'bun', amount: 1n }, ...offered().give] } as never));
    expect(ben.doing((turn) => returnHome(turn, emma.id())).value).toBe('ab'.repeat(16));
  });

  it('begins its return although the same copy is offered to us, or another is offered to them', () => {
    emma.borrow();
    const dune = new MadeBook(ben, 'Dune');
    dune.shelve(ada);
    ben.doing((turn) => turn.state.put('transfer', 'ab'.repeat(16), { ...offered(), direction: 'in', reason: null } as never));
    expect(ada.call('books.give', { licence: dune.id(), contact: ben.instance })).toMatchObject({ ok: true });
    expect(ben.doing((turn) => returnHome(turn, emma.id())).said).toMatchObject([{ type: 'offer', give: [{ copy: 1, move: { as: 'return' } }] }]);
  });
  const offered = () => ({ id: 'ab'.repeat(16), contact: ben.instance, state: 'offered', give: [emma.stored()], take: [], memo: '', purpose: 'payment', request: null, timeline: [] });

  it('goes home by itself to the lender who is here when its time is over', () => {
    emma.borrow({ deadline: ada.time.now + DAY_MS });
    emma.lend({ deadline: ada.time.now }, 2);
    ben.doing((turn) => returnOverdue(turn, ben.instance));
    expect(offers()).toEqual([]);
    ada.elapsedMs += DAY_MS;
    ben.doing((turn) => returnOverdue(turn, cleo.instance));
    expect(offers()).toEqual([]);
    ben.doing((turn) => bringHomeOverdue(turn));
    expect(offers()).toEqual([emma.id()]);
  });

  it('waits while its lender is away, or has not said who they are to us', () => {
    const away = new PureLane(ada, 'Dora');
    emma.borrow({ contact: away.instance, deadline: ada.time.now });
    ben.doing((turn) => bringHomeOverdue(turn));
    away.meet([], false);
    ben.doing((turn) => bringHomeOverdue(turn));
    expect(offers()).toEqual([]);
    away.meet();
    ben.doing((turn) => bringHomeOverdue(turn));
    expect(offers()).toEqual([emma.id()]);
  });

  it('that comes back from a lender who was forgotten stays until they are a contact again, and stops nothing', () => {
    emma.borrow({ deadline: ada.time.now });
    const { value: id } = ben.doing((turn) => returnHome(turn, emma.id()));
    ben.doing((turn) => onAccept(turn, ben.instance, id));
    for (const [method, input] of [['transfers.writeOff', { id }], ['people.forget', { contact: ben.instance }]] as const) expect(ada.call(method, input as never)).toMatchObject({ ok: true });
    ben.hear(ben.answer('nack', 1, { reason: 'declined' }));
    expect(emma.licence()).toMatchObject({ state: 'borrowed', contact: ben.instance });
    ben.meet();
    expect(ben.doing((turn) => bringHomeOverdue(turn)).said).toEqual([]);
    expect(ada.call('books.return', { licence: emma.id() })).toMatchObject({ ok: false, failure: { code: 'unknown_contact' } });
  });

  it('that cannot go home for a fault of this program stops the vault', () => {
    emma.borrow({ deadline: ada.time.now });
    ben.doing((turn) => turn.state.remove('publication', emma.licence().publication));
    expect(() => ben.doing((turn) => returnOverdue(turn, ben.instance))).toThrow('invariant');
  });
});
