/** In which part of its contents a book stands open. */
export interface ContentsEntry { readonly title: string; readonly depth: number; readonly page: number | null }

/** The last entry that begins on or before `page`; -1 before the first. Contents need not be in the order of pages. */
export function entryAt(entries: readonly ContentsEntry[], page: number): number {
  let best = -1;
  let from = -1;
  for (const [index, entry] of entries.entries()) {
    if (entry.page === null || entry.page > page || entry.page < from) continue;
    best = index;
    from = entry.page;
  }
  return best;
}

/** Its title, or null. */
export const chapterAt = (entries: readonly ContentsEntry[], page: number): string | null => entries[entryAt(entries, page)]?.title || null;

/**
 * How many pages of the part in which `page` lies follow the last one in sight, up to where the next entry begins or the book
 * ends; null before the first entry.
 */
export function pagesLeftIn(entries: readonly ContentsEntry[], { page, last, pages }: { page: number; last: number; pages: number }): number | null {
  if (entryAt(entries, page) < 0) return null;
  const next = entries.reduce((first, entry) => (entry.page !== null && entry.page > page ? Math.min(first, entry.page) : first), pages);
  return Math.max(0, next - last - 1);
}
