/** What a person marked in a book and where they are in it, kept by the host (main/host/library/marks-file.ts). */
import { computed, ref, shallowRef } from 'vue';
import type { Marks } from '../../../protocol/contracts/library-host.contract.ts';
import type { ContentId } from '../../../protocol/publication.codec.ts';
import type { WalletClient } from '../../wallet/link.ts';

type Bookmark = Marks['bookmarks'][number];
/** As many as the contract carries. */
const MAX_BOOKMARKS = 500;
export const MAX_LABEL_CHARS = 200;

/** A bookmark with the page that it is on in this layout; null while that is not known. */
export interface MarkedPage extends Bookmark { readonly page: number | null }

export function useBookMarks(client: Pick<WalletClient, 'marks.get' | 'marks.set'>, content: ContentId, now: () => number = Date.now) {
  const marks = shallowRef<Marks>({ position: null, within: 0, bookmarks: [], zoom: 1 });
  const pageOf = shallowRef<ReadonlyMap<string, number>>(new Map());
  const full = ref(false);
  let turn = 0;

  const set = (next: Marks): void => {
    marks.value = next;
    full.value = next.bookmarks.length >= MAX_BOOKMARKS;
    void client['marks.set']({ content, marks: next });
  };
  const known = async (): Promise<Marks> => {
    const result = await client['marks.get']({ content });
    if (result.ok) marks.value = result.value;
    return marks.value;
  };
  const change = (position: string, part: Partial<Bookmark> | null): void =>
    set({ ...marks.value, bookmarks: marks.value.bookmarks.flatMap((one) => one.position !== position ? [one] : part ? [{ ...one, ...part }] : []) });

  return {
    known, full,
    /** In the order of the book, as far as pages are known. */
    list: computed((): readonly MarkedPage[] => marks.value.bookmarks.map((one) => ({ ...one, page: pageOf.value.get(one.position) ?? null })).toSorted((a, b) => (a.page ?? Infinity) - (b.page ?? Infinity) || a.at - b.at)),
    keepPlace: (position: string, within = 0) => { if (position !== marks.value.position || within !== marks.value.within) set({ ...marks.value, position, within }); },
    keepZoom: (zoom: number) => { if (zoom !== marks.value.zoom) set({ ...marks.value, zoom }); },
    add(position: string, label: string, page: number): void {
      if (full.value || marks.value.bookmarks.some((one) => one.position === position)) return;
      pageOf.value = new Map([...pageOf.value, [position, page]]);
      set({ ...marks.value, bookmarks: [...marks.value.bookmarks, { position, label: label.slice(0, MAX_LABEL_CHARS), at: now() }] });
    },
    rename: (position: string, label: string) => change(position, { label: label.trim().slice(0, MAX_LABEL_CHARS) }),
    remove: (position: string) => change(position, null),
    /** Finds the pages anew, after another layout. */
    async find(locate: (position: string) => Promise<number | null>): Promise<void> {
      const mine = ++turn;
      const found = new Map<string, number>();
      for (const { position } of marks.value.bookmarks) {
        const page = await locate(position);
        if (mine !== turn) return;
        if (page !== null) found.set(position, page);
      }
      pageOf.value = found;
    },
    /** The bookmarks on these pages. */
    on: (pages: readonly number[]) => marks.value.bookmarks.filter(({ position }) => pages.includes(pageOf.value.get(position) ?? -1)),
  };
}
export type BookMarks = ReturnType<typeof useBookMarks>;
