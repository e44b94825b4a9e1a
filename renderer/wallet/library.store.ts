/** The books of this wallet: every copy that is here, lent or on its way, how much of each is here, and what is being published. */
import { defineStore } from 'pinia';
import { computed, onScopeDispose, watch } from 'vue';
import { liveQuery } from './live-query.ts';
import { useWalletLink } from './link.ts';

/** Longest wait that a timer can hold; a loan that ends later is looked at again then. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const useLibrary = defineStore('library', () => {
  const link = useWalletLink();
  const shelf = liveQuery(link, ['library', 'people'], () => link.client['books.shelf']({}));
  // What is on its way says so several times a second: only that is asked for again then, not the shelf.
  const contents = liveQuery(link, ['library', 'contents'], () => link.client['contents.underWay']({}));
  const leftovers = liveQuery(link, ['contents'], () => link.client['contents.leftovers']({}));
  const jobs = liveQuery(link, ['contents'], () => link.client['publishing.jobs']({}));

  // Nobody says that a loan has run out: it is over because time has passed.
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(shelf.data, (copies) => {
    clearTimeout(timer);
    const next = Math.min(...(copies ?? []).flatMap(({ due, overdue }) => (due === null || overdue ? [] : [due])));
    if (Number.isFinite(next)) timer = setTimeout(() => void shelf.refresh(), Math.min(LONGEST_TIMER_MS, Math.max(1000, next - Date.now() + 1000)));
  });
  onScopeDispose(() => clearTimeout(timer));

  const copies = computed(() => shelf.data.value ?? []);
  return {
    copies,
    loading: shelf.loading,
    failure: shelf.failure,
    jobs: computed(() => jobs.data.value ?? []),
    /** Borrowers who ask to keep a book longer, and wait for this person's word. */
    toDecide: computed(() => copies.value.filter(({ state, asked }) => state === 'lent' && asked !== null)),
    /** Borrowed books that their lenders would like back. Nothing is forced and no answer is owed, so they are not counted among what waits for one. */
    wantedBack: computed(() => copies.value.filter(({ state, recalled }) => state === 'borrowed' && recalled)),
    of: (licence: string) => copies.value.find(({ id }) => id === licence),
    /** A book's contents on their way; none if all of them are here. */
    contentOf: (content: string) => contents.data.value?.find((entry) => entry.content === content),
    leftovers: computed(() => leftovers.data.value ?? { books: 0, bytes: 0 }),
    refreshLeftovers: leftovers.refresh,
    refreshJobs: jobs.refresh,
    refresh: async () => void await Promise.all([shelf.refresh(), contents.refresh(), leftovers.refresh(), jobs.refresh()]),
  };
});
