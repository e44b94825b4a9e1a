/** A later date for a loan, or its recall (design §7; assurance rows 46, 47): who may ask for what, what the lender decides and says, and what is said again at the next meeting. */
import { beforeEach, describe, expect, it } from 'vitest';
import { answerRenewal, askRenewal, onRenewAsk, recall, resumeLoans } from '../../../enclave/vault/library/loans.ts';
import { DAY_MS } from '../../../enclave/vault/library/terms.ts';
import { MAX_LOAN_DAYS } from '../../../protocol/limits.ts';
import { due14, type Lent, LoanedBook, loanBetween, notes } from '../../support/loaned-book.ts';
import type { PureLane } from '../../support/pure-lane.ts';
import type { PureVault } from '../../support/pure-vault.ts';
import { inDays } from '../../support/reading-circle.ts';
import { refusalCode } from '../../support/refusals.ts';

let ada: PureVault;
let ben: PureLane;
let cleo: PureLane;
let emma: LoanedBook;

beforeEach(() => {
  ({ ada, ben, cleo, emma } = loanBetween('loans'));
});

describe('a borrower who asks for a later date', () => {
  const ask = (due: number) => refusalCode(() => ben.doing((turn) => askRenewal(turn, emma.id(), due)));

  it('asks the lender, about a copy that is borrowed until a date', () => {
    expect(ask(inDays(20))).toBe('unknown_licence');
    emma.lend();
    expect(ask(inDays(20))).toBe('wrong_state');
    emma.borrow({ due: null, deadline: null });
    expect(ask(inDays(20))).toBe('wrong_state');
    emma.borrow();
    expect(ben.doing((turn) => askRenewal(turn, emma.id(), inDays(20))).said).toEqual([{ type: 'renew-ask', ...emma.named(), due: inDays(20) }]);
    expect(emma.licence<'borrowed'>().asked).toBe(inDays(20));
  });

  it('asks for a later date that is not too far away', () => {
    emma.borrow();
    const farthest = inDays(MAX_LOAN_DAYS);
    expect([due14 - 1, due14, due14 + 1, farthest, farthest + 1].map(ask)).toEqual(['bad_input', 'bad_input', 'done', 'done', 'bad_input']);
  });
});

describe('a lender who is asked for a later date', () => {
  const asked = (due: number, from = ben) => ben.doing((turn) => onRenewAsk(turn, from.instance, { type: 'renew-ask', ...emma.named(), due }));
  const answer = (agree: boolean) => refusalCode(() => ben.doing((turn) => answerRenewal(turn, emma.id(), agree)));

  it('hears the borrower alone, about a copy that is lent until a date, and only a later one', () => {
    emma.lend();
    asked(inDays(20), cleo);
    asked(due14);
    asked(due14 - 1);
    expect(emma.licence<'lent'>().asked).toBeNull();
    expect(notes(asked(due14 + 1).outputs)).toEqual([{ type: 'notify', event: 'renew-asked', contact: ben.instance, name: 'Ben', text: 'Emma' }]);
    expect(emma.licence<'lent'>().asked).toBe(due14 + 1);
    const before = ada.n;
    expect(notes(asked(due14 + 1).outputs)).toEqual([]);
    expect(ada.n).toBe(before);
    emma.lend({ due: null, deadline: null });
    asked(inDays(20));
    emma.borrow();
    asked(inDays(20));
    expect(emma.licence<'borrowed'>().asked).toBeNull();
  });

  it('says again what was decided about that date already', () => {
    emma.lend({ answered: inDays(20), recalled: true });
    const { said, outputs } = asked(inDays(20));
    expect(said).toMatchObject([{ type: 'loan', due: due14, recalled: true, over: false, answered: inDays(20) }]);
    expect(notes(outputs)).toEqual([]);
    expect(emma.licence<'lent'>().asked).toBeNull();
  });

  it('decides only what was asked, and says it', () => {
    expect(answer(true)).toBe('unknown_licence');
    emma.borrow();
    expect(answer(true)).toBe('wrong_state');
    emma.lend();
    expect(answer(true)).toBe('wrong_state');
    emma.lend({ asked: inDays(20), recalled: true });
    const { said } = ben.doing((turn) => answerRenewal(turn, emma.id(), false));
    expect(said).toMatchObject([{ type: 'loan', due: due14, recalled: true, answered: inDays(20) }]);
    expect(emma.licence<'lent'>()).toMatchObject({ asked: null, answered: inDays(20), due: due14 });
  });

  it('who agrees does not want it back before, and the loan lasts as long here as there', () => {
    emma.lend({ asked: inDays(20), recalled: true });
    const { said } = ben.doing((turn) => answerRenewal(turn, emma.id(), true));
    const now = ada.time.now;
    expect(emma.licence<'lent'>()).toMatchObject({ asked: null, answered: inDays(20), due: inDays(20), deadline: now + 20 * DAY_MS, recalled: false });
    expect(said).toEqual([{ type: 'loan', ...emma.named(), due: inDays(20), lastsMs: 20 * DAY_MS, recalled: false, over: false, answered: inDays(20) }]);
  });

  it('cannot agree to more than the terms allow, and need not be allowed to lend again', () => {
    emma = new LoanedBook(ben, 'Emma', { lend: false, maxLoanDays: 20 });
    emma.lend({ asked: inDays(20) });
    expect(answer(true)).toBe('done');
    emma = new LoanedBook(ben, 'Emma', { maxLoanDays: 14 });
    emma.lend({ asked: inDays(15) });
    expect(answer(true)).toBe('terms_forbid');
    expect(emma.licence<'lent'>()).toMatchObject({ asked: inDays(15), due: due14 });
  });

  it('wants a book back only from where it is lent', () => {
    expect(refusalCode(() => ben.doing((turn) => recall(turn, emma.id(), true)))).toBe('unknown_licence');
    emma.borrow();
    expect(ada.call('books.recall', { licence: emma.id(), wanted: true })).toMatchObject({ ok: false, failure: { code: 'wrong_state', detail: 'This copy is not lent out.' } });
    emma.lend();
    expect(ben.doing((turn) => recall(turn, emma.id(), true)).said).toMatchObject([{ type: 'loan', recalled: true }]);
    expect(ben.doing((turn) => recall(turn, emma.id(), false)).said).toMatchObject([{ type: 'loan', recalled: false }]);
  });

  it('tells how much time is left, never less than none', () => {
    emma.lend({ deadline: ada.time.now - 1 });
    expect(ben.doing((turn) => recall(turn, emma.id(), true)).said).toMatchObject([{ lastsMs: 0, over: true }]);
    emma.lend({ due: null, deadline: null });
    expect(ben.doing((turn) => recall(turn, emma.id(), true)).said).toMatchObject([{ due: null, lastsMs: null, over: false }]);
  });
});

describe('two who meet again', () => {
  const resumed = () => ben.doing((turn) => resumeLoans(turn, ben.instance)).said;

  it('say again what may not have been heard, and nothing else', () => {
    emma.borrow();
    expect(resumed()).toEqual([]);
    emma.borrow({ asked: inDays(20) });
    expect(resumed()).toMatchObject([{ type: 'renew-ask', due: inDays(20) }]);
    emma.lend();
    expect(resumed()).toEqual([]);
    for (const more of [{ recalled: true }, { answered: inDays(20) }, { deadline: ada.time.now }] satisfies Partial<Lent>[]) {
      emma.lend(more);
      expect(resumed(), JSON.stringify(more)).toMatchObject([{ type: 'loan' }]);
    }
  });
});
