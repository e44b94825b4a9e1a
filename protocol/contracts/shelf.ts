/**
 * How a shelf is searched, narrowed down and put in order: the same in a window as on the command line, so that the same
 * word finds the same books. Pure.
 */
import type { LicenceView } from './library.views.ts';

export const SHELF_FILTERS = ['all', 'mine', 'borrowed', 'lent', 'overdue'] as const;
export type ShelfFilter = (typeof SHELF_FILTERS)[number];

export const SHELF_ORDERS = ['title', 'author', 'newest'] as const;
export type ShelfOrder = (typeof SHELF_ORDERS)[number];

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

type Placed = Pick<LicenceView, 'copy' | 'since'> & { readonly publication: Pick<LicenceView['publication'], 'title' | 'author'> };

/** @param locale whose alphabet it is. @returns what `sort` takes */
export function shelfOrder(order: ShelfOrder, locale: string): (a: Placed, b: Placed) => number {
  const { compare } = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });
  const byTitle = (a: Placed, b: Placed): number => compare(filed(a.publication.title), filed(b.publication.title)) || a.copy - b.copy;
  switch (order) {
    case 'title': return byTitle;
    case 'author': return (a, b) => compare(lastName(a.publication.author), lastName(b.publication.author)) || byTitle(a, b);
    case 'newest': return (a, b) => b.since - a.since || byTitle(a, b);
  }
}

/** A title without the article it begins with, as it stands in a catalogue. */
const filed = (title: string): string => title.replace(/^(the|an?|der|die|das|ein|eine)\s+/i, '');

/** "Arthur Conan Doyle" is looked for under D; books without an author stand last. */
function lastName(author: string): string {
  const [first = ''] = author.split(',');
  return first.trim().split(/\s+/).at(-1) || '\uffff';
}
