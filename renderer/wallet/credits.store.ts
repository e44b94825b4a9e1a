/** What is held of each currency. */
import { defineStore } from 'pinia';
import { computed } from 'vue';
import { liveQuery } from './live-query.ts';
import { useWalletLink } from './link.ts';

export const useCredits = defineStore('credits', () => {
  const link = useWalletLink();
  const balances = liveQuery(link, ['credits', 'transfers'], () => link.client['credits.balances']({}));
  return {
    balances: computed(() => balances.data.value ?? []),
    loading: balances.loading,
    failure: balances.failure,
    refresh: balances.refresh,
    of: (currency: string) => balances.data.value?.find((balance) => balance.currency.id === currency),
  };
});
