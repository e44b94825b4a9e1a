/** What stands on the shelf: alike copies as one book, others each for itself; found, chosen and ordered as a person would. */
import { describe, expect, it } from 'vitest';
import type { LicenceView } from '../../../protocol/contracts/library.views.ts';
import { matches, passesFilter } from '../../../protocol/contracts/shelf.ts';
import type { TransferView } from '../../../protocol/contracts/views.ts';
import { booksOf, inOrder } from '../../../renderer/features/library/shelf-books.ts';
import { livedInState } from '../../support/renderer-double/double-state.ts';

const { shelf } = livedInState().library;
const offered = (licence: string, state = 'offered'): TransferView => ({ direction: 'out', state, contactName: 'Bruno', give: [{ kind: 'licence', licence }] }) as unknown as TransferView;
const ofTitle = (title: string): LicenceView[] => shelf.filter(({ publication }) => publication.title === title);
const book = (title: string, author: string, since = 0) => ({ copy: { copy: 1, since, publication: { title, author } } as LicenceView, count: 1, offeredTo: null });

describe('the shelf', () => {
  it('shows copies that are alike and here as one book, and a lent one for itself', () => {
    const books = booksOf(ofTitle('A Split Stick'), []);
    expect(books.map(({ copy: { copy, state }, count }) => [copy, state, count])).toEqual([[1, 'held', 3], [4, 'lent', 1]]);
  });

  it('shows a copy that is offered for itself, and to whom, until the offer has an end', () => {
    const [first] = ofTitle('A Split Stick');
    expect(booksOf(ofTitle('A Split Stick'), [offered(first?.id ?? '')]).map(({ copy: { copy }, count, offeredTo }) => [copy, count, offeredTo])).toEqual([[1, 1, 'Bruno'], [2, 2, null], [4, 1, null]]);
    expect(booksOf(ofTitle('A Split Stick'), [offered(first?.id ?? '', 'in-transit')])[0]?.offeredTo).toBeNull();
  });

  it('shows two borrowed copies of one publication as two', () => {
    const [borrowed] = ofTitle('The Waste Land');
    expect(booksOf([borrowed, borrowed] as LicenceView[], [])).toHaveLength(2);
  });

  it('finds every word in title or author, whatever case and accents', () => {
    const jules = { title: 'L’Île mystérieuse', author: 'Jules Verne' };
    for (const typed of ['', '  ', 'ile', 'VERNE MYST', 'île', 'Jul']) expect([typed, matches(jules, typed)]).toEqual([typed, true]);
    for (const typed of ['verne nemo', 'zzz']) expect([typed, matches(jules, typed)]).toEqual([typed, false]);
  });

  it('counts a lent book as mine and as lent out, a borrowed one as neither, and what is on its way only among all', () => {
    const passed = (state: LicenceView['state'], overdue = false) => (['all', 'mine', 'borrowed', 'lent', 'overdue'] as const).filter((filter) => passesFilter(filter, { state, overdue }));
    expect([passed('held'), passed('lent', true), passed('borrowed'), passed('in-transit')]).toEqual([['all', 'mine'], ['all', 'mine', 'lent', 'overdue'], ['all', 'borrowed'], ['all']]);
  });

  it('orders by title without its article, by last name, and by newest', () => {
    const books = [book('The Waste Land', 'T. S. Eliot', 1), book('Emma', 'Jane Austen', 3), book('Volume 10', '', 2), book('Volume 9', 'Anna Zed, Bo Abel', 4), book('Ärger', 'Otto Ärmel', 0)];
    const titles = (order: 'title' | 'author' | 'newest') => inOrder(books, order, 'en').map(({ copy }) => copy.publication.title);
    expect(titles('title')).toEqual(['Ärger', 'Emma', 'Volume 9', 'Volume 10', 'The Waste Land']);
    expect(titles('author')).toEqual(['Ärger', 'Emma', 'The Waste Land', 'Volume 9', 'Volume 10']);
    expect(titles('newest')).toEqual(['Volume 9', 'Emma', 'Volume 10', 'The Waste Land', 'Ärger']);
  });
});
