/** The draft that a link left with the wallet, until the person has looked at it. Asking the wallet takes it from there. */
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { Draft } from '../../protocol/contracts/host.contract.ts';
import { useWalletLink } from './link.ts';

export const useDraft = defineStore('draft', () => {
  const link = useWalletLink();
  const draft = shallowRef<Draft | null>(null);
  const take = async () => {
    const taken = await link.client['link.take']({});
    if (taken.ok && taken.value.draft) draft.value = taken.value.draft;
  };
  link.onTopics(['link'], () => void take());
  return { draft, take, clear: () => { draft.value = null; } };
});
