/**
 * A query that stays true: asked once, asked again when its topics change. Bursts of notices become one question, and
 * an answer that is overtaken by a newer question is thrown away, so the screen never steps back in time.
 */
import { computed, getCurrentScope, onScopeDispose, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import type { Failure, Result } from '../../protocol/errors.ts';
import type { Topic } from '../../protocol/contracts/contract.ts';
import type { WalletLink } from './link.ts';

/** One transfer changes several topics within a few milliseconds; longer would be felt as lag. */
export const GATHER_MS = 40;

export interface LiveQuery<T> {
  /** Newest answer; kept while a newer one is on its way or failed. */
  readonly data: ShallowRef<T | undefined>;
  readonly failure: Ref<Failure | null>;
  /** True until the first answer or failure. */
  readonly loading: ComputedRef<boolean>;
  /** Asks now. */
  refresh(): Promise<void>;
}

/** @param ask the question; it never rejects. */
export function liveQuery<T>(link: Pick<WalletLink, 'onTopics'>, topics: readonly Topic[], ask: () => Promise<Result<T>>): LiveQuery<T> {
  const data = shallowRef<T>();
  const failure = ref<Failure | null>(null);
  let newest = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const refresh = async (): Promise<void> => {
    const mine = ++newest;
    const result = await ask();
    if (mine !== newest) return;
    if (result.ok) data.value = result.value;
    failure.value = result.ok ? null : result.failure;
  };
  const stop = link.onTopics(topics, () => {
    clearTimeout(timer);
    timer = setTimeout(() => void refresh(), GATHER_MS);
  });
  if (getCurrentScope()) onScopeDispose(() => { stop(); clearTimeout(timer); });
  return { data, failure, loading: computed(() => data.value === undefined && failure.value === null), refresh };
}
