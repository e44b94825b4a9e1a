/**
 * What the shelf shows: one book for all copies of a publication that are here and alike, and one for each copy that is
 * lent, borrowed or on its way, because of each of these there is something else to say.
 */
import type { LicenceView } from '../../../protocol/contracts/library.views.ts';
import { type ShelfOrder, shelfOrder } from '../../../protocol/contracts/shelf.ts';
import type { TransferView } from '../../../protocol/contracts/views.ts';

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

export function inOrder(books: readonly ShelfBook[], order: ShelfOrder, locale: string): ShelfBook[] {
  const compare = shelfOrder(order, locale);
  return books.toSorted((a, b) => compare(a.copy, b.copy));
}
