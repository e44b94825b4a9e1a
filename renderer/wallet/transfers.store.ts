/** Every transfer and request: the unfinished ones, the newest finished ones, and older pages as they are asked for. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { TransferView } from '../../protocol/contracts/views.ts';
import { liveQuery } from './live-query.ts';
import { useWalletLink } from './link.ts';

/** Fills two screens; more come on request. */
const PAGE = 40;

/** Newest first, each transfer once; a page fetched later wins over an older copy of the same transfer. */
function mergePages(newer: readonly TransferView[], older: readonly TransferView[]): TransferView[] {
  const seen = new Set(newer.map((transfer) => transfer.id));
  return [...newer, ...older.filter((transfer) => !seen.has(transfer.id))];
}

export const useTransfers = defineStore('transfers', () => {
  const link = useWalletLink();
  const pending = liveQuery(link, ['transfers'], () => link.client['transfers.pending']({}));
  const recent = liveQuery(link, ['transfers'], () => link.client['transfers.history']({ limit: PAGE }));
  const requests = liveQuery(link, ['transfers'], () => link.client['requests.list']({}));
  const older = shallowRef<TransferView[]>([]);
  const olderCursor = ref<number | null>();

  const cursor = computed(() => olderCursor.value === undefined ? recent.data.value?.cursor ?? null : olderCursor.value);
  const loadMore = async () => {
    const result = await link.client['transfers.history']({ cursor: cursor.value, limit: PAGE });
    if (!result.ok) return result;
    // What the first page drops as new transfers arrive would fall between the pages: keep it on the older side.
    older.value = mergePages([...(recent.data.value?.items ?? []), ...older.value], result.value.items);
    olderCursor.value = result.value.cursor;
    return result;
  };

  const history = computed(() => mergePages(recent.data.value?.items ?? [], older.value));
  const openRequests = computed(() => (requests.data.value ?? []).filter((request) => request.state === 'open'));
  return {
    pending: computed(() => pending.data.value ?? []),
    history,
    requests: computed(() => requests.data.value ?? []),
    openRequests,
    requestsKnown: computed(() => requests.data.value !== undefined),
    /** What a person at this computer is asked to answer. */
    offersForMe: computed(() => (pending.data.value ?? []).filter((transfer) => transfer.direction === 'in' && transfer.waitsFor === 'your-answer')),
    requestsForMe: computed(() => openRequests.value.filter((request) => request.direction === 'in')),
    hasMore: computed(() => cursor.value !== null),
    loading: computed(() => pending.loading.value || recent.loading.value),
    failure: computed(() => pending.failure.value ?? recent.failure.value),
    loadMore,
    /** From what is loaded; `undefined` does not mean that there is none. */
    known: (id: string) => pending.data.value?.find((transfer) => transfer.id === id) ?? history.value.find((transfer) => transfer.id === id),
    refresh: async () => void await Promise.all([pending.refresh(), recent.refresh(), requests.refresh()]),
  };
});
