/** What a borrower makes of the lender's word about a loan (design §7; assurance rows 46, 47): whom it is believed from, and what it changes. */
import { beforeEach, describe, expect, it } from 'vitest';
import { onLoan } from '../../../enclave/vault/library/loans.ts';
import { DAY_MS } from '../../../enclave/vault/library/terms.ts';
import { must } from '../../../enclave/vault/state.ts';
import type { MessageOf } from '../../../protocol/messages.codec.ts';
import { due14, LoanedBook, loanBetween, notes } from '../../support/loaned-book.ts';
import type { PureLane } from '../../support/pure-lane.ts';
import { OPEN_TERMS } from '../../support/pure-library.ts';
import type { PureVault } from '../../support/pure-vault.ts';
import { inDays } from '../../support/reading-circle.ts';

let ada: PureVault;
let ben: PureLane;
let cleo: PureLane;
let emma: LoanedBook;

beforeEach(() => {
  ({ ada, ben, cleo, emma } = loanBetween('loans'));
});

const word = (more: Partial<MessageOf<'loan'>> = {}): MessageOf<'loan'> => ({ type: 'loan', ...emma.named(), due: due14, lastsMs: 14 * DAY_MS, recalled: false, over: false, answered: null, ...more });
const hear = (more: Partial<MessageOf<'loan'>> = {}, from = ben) => ben.doing((turn) => onLoan(turn, from.instance, word(more)));

describe('the lender’s word about a loan', () => {
  it('counts from the lender alone, and only while the copy is borrowed', () => {
    emma.borrow();
    hear({ recalled: true }, cleo);
    expect(emma.licence<'borrowed'>().recalled).toBe(false);
    emma.shelve(ada, { state: 'held' });
    hear({ recalled: true });
    expect(emma.licence()).toEqual(expect.not.objectContaining({ recalled: true }));
  });

  it('moves the date to a later one only, and says so once', () => {
    emma.borrow();
    for (const due of [due14, inDays(13)]) expect(notes(hear({ due }).outputs)).toEqual([]);
    expect(emma.licence<'borrowed'>()).toMatchObject({ due: due14 });
    expect(notes(hear({ due: inDays(20), lastsMs: 20 * DAY_MS }).outputs)).toEqual([{ type: 'notify', event: 'renewed', contact: ben.instance, name: 'Ben', text: 'Emma' }]);
    expect(emma.licence<'borrowed'>()).toMatchObject({ due: inDays(20), deadline: ada.time.now + 20 * DAY_MS });
    expect(notes(hear({ due: null, lastsMs: null }).outputs)).toMatchObject([{ event: 'renewed' }]);
    expect(emma.licence<'borrowed'>()).toMatchObject({ due: null, deadline: null });
    // A loan without a date does not get one afterwards.
    hear({ due: inDays(1), lastsMs: DAY_MS });
    expect(emma.licence<'borrowed'>()).toMatchObject({ due: null, deadline: null });
  });

  it('is believed about a publication of the lender’s own, which others may not lend on', () => {
    emma = new LoanedBook(ben, 'Emma', { lend: false });
    emma.borrow();
    hear({ due: inDays(20), lastsMs: 20 * DAY_MS });
    expect(emma.licence<'borrowed'>().due).toBe(inDays(20));
  });

  it('that it is wanted back is told to the person once, and can be taken back', () => {
    emma.borrow();
    expect(notes(hear({ recalled: true }).outputs)).toEqual([{ type: 'notify', event: 'recalled', contact: ben.instance, name: 'Ben', text: 'Emma' }]);
    expect(emma.licence<'borrowed'>()).toMatchObject({ state: 'borrowed', recalled: true });
    expect(notes(hear({ recalled: true, due: inDays(15) }).outputs)).toMatchObject([{ event: 'renewed' }]);
    expect(notes(hear({ recalled: false, due: inDays(15) }).outputs)).toEqual([]);
    expect(emma.licence<'borrowed'>().recalled).toBe(false);
  });

  it('gives no more time than the publisher’s terms allow from now on', () => {
    emma.borrow();
    const before = emma.licence();
    ben.doing((turn) => {
      const known = must(turn.state, 'publication', emma.licence().publication);
      turn.state.put('publication', emma.licence().publication, { ...known, descriptor: { ...known.descriptor, terms: { ...OPEN_TERMS, maxLoanDays: 20 } } });
    });
    for (const more of [{ due: null, lastsMs: null }, { due: null, lastsMs: DAY_MS }, { due: inDays(21), lastsMs: 21 * DAY_MS }, { due: inDays(21), lastsMs: null }]) hear(more);
    expect(emma.licence()).toEqual(before);
    hear({ due: inDays(20), lastsMs: 20 * DAY_MS });
    expect(emma.licence<'borrowed'>()).toMatchObject({ due: inDays(20), deadline: ada.time.now + 20 * DAY_MS });
  });

  it('ends what was asked if that is what was answered', () => {
    emma.borrow({ asked: inDays(20) });
    hear({ answered: inDays(19) });
    expect(emma.licence<'borrowed'>().asked).toBe(inDays(20));
    hear({ answered: inDays(20) });
    expect(emma.licence<'borrowed'>().asked).toBeNull();
  });

  it('that its time is over sends it home, unless the same word gives a later date', () => {
    emma.borrow({}, 1);
    expect(hear({ over: true, due: inDays(30), lastsMs: 30 * DAY_MS }).said).toEqual([]);
    expect(emma.licence<'borrowed'>().over).toBe(false);
    expect(hear({ over: true, due: inDays(30) }).said).toMatchObject([{ type: 'offer', give: [{ kind: 'licence', move: { as: 'return' } }] }]);
    expect(emma.licence<'borrowed'>().over).toBe(true);
  });

  it('changes nothing, and nothing is written, if it says what is known', () => {
    emma.borrow();
    const before = ada.n;
    hear();
    expect(ada.n).toBe(before);
  });
});
