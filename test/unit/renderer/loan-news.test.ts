/** What is worth a word about a loan: only what the other side has said, or that its time is over, and each once. */
import { expect, it } from 'vitest';
import type { LicenceView } from '../../../protocol/contracts/library.views.ts';
import { loanNewsOf } from '../../../renderer/features/shell/news.ts';
import { catalogues } from '../../../renderer/i18n/i18n.ts';

const copy = (state: LicenceView['state'], part: Partial<LicenceView> = {}): LicenceView => ({ state, due: 5, overdue: false, recalled: false, asked: null, ...part }) as LicenceView;

it('is that a borrower asks for more time, and asks for yet another day', () => {
  expect([loanNewsOf(copy('lent', { asked: 9 }), copy('lent')), loanNewsOf(copy('lent', { asked: 12 }), copy('lent', { asked: 9 }))]).toEqual(['asksLonger', 'asksLonger']);
  expect([loanNewsOf(copy('lent', { asked: 9 }), copy('lent', { asked: 9 })), loanNewsOf(copy('lent'), copy('lent', { asked: 9 }))]).toEqual([null, null]);
});

it('is that the lender would like it back, gives more time, or that its time is over', () => {
  expect([loanNewsOf(copy('borrowed', { recalled: true }), copy('borrowed')), loanNewsOf(copy('borrowed', { due: 9 }), copy('borrowed')), loanNewsOf(copy('borrowed', { overdue: true }), copy('borrowed'))]).toEqual(['wantsBack', 'longer', 'over']);
});

it('is nothing of what one did oneself, of what was so when the window opened, and of a copy that moved', () => {
  expect([loanNewsOf(copy('lent', { recalled: true }), copy('lent')), loanNewsOf(copy('borrowed', { asked: 9 }), copy('borrowed')), loanNewsOf(copy('borrowed', { recalled: true }), undefined), loanNewsOf(copy('borrowed', { due: 9 }), copy('held'))]).toEqual([null, null, null, null]);
});

it('has words for all of it', () => expect(Object.keys(catalogues.en.shell.loan).toSorted()).toEqual(['asksLonger', 'longer', 'over', 'wantsBack']));
