/** The terms of a loan (design §7): with which dates it begins, when it is over on either side, and what the publisher forbids. */
import { beforeEach, describe, expect, it } from 'vitest';
import { assetOf, loanUntil } from '../../../enclave/vault/library/loans.ts';
import { DAY_MS, deadlineOf, isOver, termsForbid } from '../../../enclave/vault/library/terms.ts';
import type { Licence } from '../../../enclave/vault/records.ts';
import { MAX_LOAN_DAYS } from '../../../protocol/limits.ts';
import { MadeBook } from '../../support/made-books.ts';
import { BEGINNING } from '../../support/memory-host.ts';
import { PureLane } from '../../support/pure-lane.ts';
import { OPEN_TERMS } from '../../support/pure-library.ts';
import { PureNetwork, PureVault } from '../../support/pure-vault.ts';
import { inDays } from '../../support/reading-circle.ts';
import { refusalCode } from '../../support/refusals.ts';

let ada: PureVault;
let ben: PureLane;
let emma: MadeBook;

beforeEach(() => {
  ada = new PureVault('Ada', 'loans', new PureNetwork());
  ben = new PureLane(ada, 'Ben');
  emma = new MadeBook(ben, 'Emma');
});

describe('a loan', () => {
  const until = (due: number | null) => ben.doing((turn) => loanUntil(turn, due)).value;

  it('begins with a date that lies ahead and is not too far away, or without one', () => {
    expect(until(null)).toEqual({ as: 'loan', due: null, lastsMs: null });
    expect(until(BEGINNING + 1)).toEqual({ as: 'loan', due: BEGINNING + 1, lastsMs: 1 });
    expect(until(inDays(MAX_LOAN_DAYS))).toMatchObject({ lastsMs: MAX_LOAN_DAYS * DAY_MS });
    for (const due of [BEGINNING, BEGINNING - 1, inDays(MAX_LOAN_DAYS) + 1]) expect(refusalCode(() => until(due))).toBe('bad_input');
    expect(refusalCode(() => assetOf(ada.state, emma.id(), { as: 'own' }))).toBe('unknown_licence');
  });

  it('is over at its deadline for both, and for the borrower when the lender says so', () => {
    expect(DAY_MS).toBe(86_400_000);
    const over = (copy: Partial<Licence>, now: number) => isOver(copy as Licence, { now, clock: 0 });
    for (const state of ['borrowed', 'lent'] as const) {
      expect([99, 100, 101].map((now) => over({ state, deadline: 100, over: false }, now))).toEqual([false, true, true]);
      expect(over({ state, deadline: null, over: false }, 1)).toBe(false);
    }
    expect(over({ state: 'borrowed', deadline: null, over: true }, 1)).toBe(true);
    expect(over({ state: 'held' }, 1)).toBe(false);
  });

  it('lasts until its date or as long as was said, whichever is sooner, and never a negative time', () => {
    const time = { clock: 1000, now: 50 };
    const deadline = (due: number | null, lastsMs: number | null) => deadlineOf({ time }, { due, lastsMs });
    expect([deadline(null, null), deadline(1010, 7), deadline(1010, 20), deadline(1010, null), deadline(900, 7)]).toEqual([null, 57, 60, 60, 50]);
  });

  it('is forbidden by terms in words that name the book', () => {
    const forbid = (terms: object, move: object, publisher = false) => termsForbid({ ...emma.descriptor, terms: { ...OPEN_TERMS, ...terms } }, move as never, publisher);
    const [own, month] = [{ as: 'own' }, { as: 'loan', due: 1, lastsMs: 30 * DAY_MS }];
    expect([forbid({}, own), forbid({}, month), forbid({ give: false }, own, true), forbid({ lend: false }, month, true), forbid({ give: false }, month), forbid({ lend: false }, own)]).toEqual([null, null, null, null, null, null]);
    expect(forbid({ give: false }, own)).toMatchObject({ code: 'terms_forbid', params: { title: 'Emma' } });
    expect(forbid({ lend: false }, month)).toMatchObject({ code: 'terms_forbid', params: { title: 'Emma' } });
    // No date is longer than any number of days, whatever else is said.
    expect(forbid({ maxLoanDays: 30 }, { as: 'loan', due: null, lastsMs: 1 })).toMatchObject({ code: 'terms_forbid' });
    expect(forbid({ maxLoanDays: 29 }, month, true)).toMatchObject({ code: 'terms_forbid', params: { title: 'Emma', days: 29 } });
    expect(forbid({ maxLoanDays: 30 }, month)).toBeNull();
    expect(forbid({ give: false, lend: false, maxLoanDays: 1 }, { as: 'return', unopened: null })).toBeNull();
  });
});
