/** Looking for words in the open book: step by step, so that it can be left at any time and pages still turn meanwhile. */
import { computed, ref, shallowRef } from 'vue';
import type { Rect } from '../../../protocol/contracts/reader.contract.ts';
import type { Failure } from '../../../protocol/errors.ts';
import type { WalletClient } from '../../wallet/link.ts';

export interface Hit { readonly page: number; readonly rects: readonly Rect[]; /** Null where the terms keep the text inside. */ readonly snippet: string | null }

/** Nobody reads further; more would only make the list slow. */
const MAX_SHOWN_HITS = 500;

export function useBookSearch(client: Pick<WalletClient, 'reading.search'>, book: number, pages: () => number) {
  const asked = ref('');
  const hits = shallowRef<readonly Hit[]>([]);
  const chosen = ref(-1);
  /** The page up to which has been looked; null when it is over. */
  const lookingAt = ref<number | null>(null);
  const failure = ref<Failure | null>(null);
  let turn = 0;

  const stop = (): void => {
    turn += 1;
    lookingAt.value = null;
  };
  async function search(text: string): Promise<void> {
    const mine = ++turn;
    asked.value = text.trim();
    hits.value = [];
    chosen.value = -1;
    failure.value = null;
    for (let from: number | null = asked.value === '' ? null : 0; from !== null && hits.value.length < MAX_SHOWN_HITS;) {
      lookingAt.value = from;
      const result = await client['reading.search']({ book, text: asked.value, from });
      if (mine !== turn) return;
      if (!result.ok) failure.value = result.failure;
      else if (result.value.hits.length > 0) hits.value = [...hits.value, ...result.value.hits].slice(0, MAX_SHOWN_HITS);
      from = result.ok ? result.value.next : null;
    }
    lookingAt.value = null;
  }
  return {
    asked, hits, chosen, failure, stop, search,
    searching: computed(() => lookingAt.value !== null),
    share: computed(() => lookingAt.value === null ? 1 : lookingAt.value / Math.max(1, pages())),
    /** Pages lie elsewhere now. */
    again: () => { if (asked.value !== '') void search(asked.value); },
    clear: () => { stop(); asked.value = ''; hits.value = []; chosen.value = -1; failure.value = null; },
    take(index: number): Hit | null {
      chosen.value = index;
      return hits.value[index] ?? null;
    },
    /** The hit after or before the chosen one, round and round. */
    choose(by: 1 | -1): Hit | null {
      const count = hits.value.length;
      if (count === 0) return null;
      chosen.value = chosen.value < 0 ? (by === 1 ? 0 : count - 1) : (chosen.value + by + count) % count;
      return hits.value[chosen.value] ?? null;
    },
    hitsOn: (page: number) => hits.value.flatMap((hit, index) => hit.page === page ? hit.rects.map((rect) => ({ rect, chosen: index === chosen.value })) : []),
  };
}
export type BookSearch = ReturnType<typeof useBookSearch>;
