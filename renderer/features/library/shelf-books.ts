/**
 * What the shelf shows: one book for all copies of a publication that are here and alike, and one for each copy that is
 * lent, borrowed or on its way, because of each of these there is something else to say.
 */
import type { LicenceView } from '../../../protocol/contracts/library.views.ts';
import type { TransferView } from '../../../protocol/contracts/views.ts';

export const SHELF_FILTERS = ['all', 'mine', 'borrowed', 'lent', 'overdue'] as const;
export type ShelfFilter = (typeof SHELF_FILTERS)[number];

export const SHELF_ORDERS = ['title', 'author', 'newest'] as const;
export type ShelfOrder = (typeof SHELF_ORDERS)[number];

export interface ShelfBook {
  /** The copy that stands for all of them: what is done with the book is done with this one. */
  readonly copy: LicenceView;
  /** How many alike are here. */
  readonly count: number;
  /** To whom this copy is offered, if nobody has answered yet. */
  readonly offeredTo: string | null;
}

/** The open offer of a copy, if there is one: until it is answered the copy is here and says nothing of it. */
export const offerOf = (id: string, pending: readonly TransferView[]): TransferView | undefined =>
  pending.find((transfer) => transfer.direction === 'out' && transfer.state === 'offered' && transfer.give.some((asset) => asset.kind === 'licence' && asset.licence === id));

export function booksOf(shelf: readonly LicenceView[], pending: readonly TransferView[]): ShelfBook[] {
  const books: { copy: LicenceView; count: number; offeredTo: string | null }[] = [];
  const alike = new Map<string, (typeof books)[number]>();
  for (const copy of shelf) {
    const offeredTo = offerOf(copy.id, pending)?.contactName ?? null;
    const together = copy.state === 'held' && offeredTo === null;
    const known = together ? alike.get(copy.publication.id) : undefined;
    if (known) {
      known.count += 1;
      continue;
    }
    const book = { copy, count: 1, offeredTo };
    books.push(book);
    if (together) alike.set(copy.publication.id, book);
  }
  return books;
}

export function passesFilter(filter: ShelfFilter, { state, overdue }: Pick<LicenceView, 'state' | 'overdue'>): boolean {
  switch (filter) {
    case 'all': return true;
    case 'mine': return state === 'held' || state === 'lent';
    case 'borrowed': return state === 'borrowed';
    case 'lent': return state === 'lent';
    case 'overdue': return overdue;
  }
}

/** Every word of what was typed is in the title or the author, whatever their case and accents. */
export function matches({ title, author }: { title: string; author: string }, typed: string): boolean {
  const text = plain(`${title} ${author}`);
  return plain(typed).split(/\s+/).every((word) => text.includes(word));
}

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();

/** A title without the article it begins with, as it stands in a catalogue. */
const filed = (title: string): string => title.replace(/^(the|an?|der|die|das|ein|eine)\s+/i, '');

export function inOrder(books: readonly ShelfBook[], order: ShelfOrder, locale: string): ShelfBook[] {
  const { compare } = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });
  const byTitle = (a: ShelfBook, b: ShelfBook): number => compare(filed(a.copy.publication.title), filed(b.copy.publication.title)) || a.copy.copy - b.copy.copy;
  switch (order) {
    case 'title': return books.toSorted(byTitle);
    case 'author': return books.toSorted((a, b) => compare(lastName(a.copy.publication.author), lastName(b.copy.publication.author)) || byTitle(a, b));
    case 'newest': return books.toSorted((a, b) => b.copy.since - a.copy.since || byTitle(a, b));
  }
}

/** "Arthur Conan Doyle" is looked for under D; books without an author stand last. */
function lastName(author: string): string {
  const [first = ''] = author.split(',');
  return first.trim().split(/\s+/).at(-1) || '\uffff';
}
